import type { FilePosition, Finding } from '../model/finding.ts';

/**
 * Plain scalars that a YAML 1.1 reader (kubectl's among them) takes for something else than YAML 1.2 does. Each pattern is one
 * line of the YAML 1.1 type repository that the 1.2 core schema dropped.
 */
const OTHERWISE: readonly { pattern: RegExp; reading: string }[] = [
  { pattern: /^(?:y|Y|yes|Yes|YES|on|On|ON)$/, reading: 'true' },
  { pattern: /^(?:n|N|no|No|NO|off|Off|OFF)$/, reading: 'false' },
  { pattern: /^[-+]?0[0-7_]+$/, reading: 'an octal number' },
  { pattern: /^[-+]?0b[01_]+$/, reading: 'a binary number' },
  { pattern: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/, reading: 'a base-60 number' },
  { pattern: /^[-+]?0x(?=[0-9a-fA-F_]*_)[0-9a-fA-F_]+$/, reading: 'a number' },
  { pattern: /^[-+]?(?=[0-9._]*_)[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?$/, reading: 'a number' },
  { pattern: /^0o[0-7]+$/, reading: 'text' },
  {
    pattern: /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?[ \t]*(?:Z|[-+]\d{1,2}(?::\d{2})?)?)?$/,
    reading: 'a date',
  },
];

/** How each of them begins: most scalars begin otherwise. */
const FIRST = /^[-+0-9yYnNoO]/;

/** What a YAML 1.1 reader takes a plain scalar for where that differs from YAML 1.2; undefined where both agree. */
export function yaml11Reading(scalar: string): string | undefined {
  if (scalar.length > 64 || !FIRST.test(scalar)) return undefined;
  return OTHERWISE.find(({ pattern }) => pattern.test(scalar))?.reading;
}

/** Rule yaml11: a plain scalar that two readers take for different things. `place` is asked only for a finding. */
export function yaml11Finding(scalar: string, place: () => FilePosition): Finding | undefined {
  const reading = yaml11Reading(scalar);
  if (reading === undefined) return undefined;
  return {
    rule: 'yaml11',
    severity: 'warning',
    ...place(),
    message: `a YAML 1.1 reader takes ${scalar} for ${reading}`,
    remedy: `Quote it if text is meant; otherwise write it so that both agree.`,
  };
}

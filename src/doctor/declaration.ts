import type { DoctorCheck } from '../model/doctor.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { counted } from '../report/words.ts';
import { PLACEHOLDER } from '../setup/first-declaration.ts';
import type { Gap } from '../setup/placeholders.ts';
import { check } from './checks.ts';

export interface DeclarationFacts {
  shownFile: string;
  fleet: Fleet;
  /** Values that nobody has filled in. */
  gaps: readonly Gap[];
  /** Of all rules that need no cluster, but for those of the vendor's files. */
  findings: readonly Finding[];
  /** What names the declaration to a command. */
  flag: string;
}

/** Whether the declaration is valid: what is left to fill in, else how many rules it breaks and the first of them. */
export function declarationChecks({ shownFile, fleet, gaps, findings, flag }: DeclarationFacts): DoctorCheck[] {
  const command = `cn2-fleet validate${flag}`;
  const lines = new Set(gaps.map(({ line }) => line));
  // A rule is broken by a placeholder, too: its line is told already.
  const others = findings.filter(({ file, line }) => file !== shownFile || line === undefined || !lines.has(line));
  const [errors, warnings] = [
    others.filter(({ severity }) => severity === 'error'),
    others.filter(({ severity }) => severity === 'warning'),
  ];
  const checks: DoctorCheck[] = [];
  if (gaps.length > 0) {
    const places = gaps.map(({ line, key }) => `${key} (line ${line})`).join(', ');
    const seen = `${counted(gaps.length, 'value')} to fill in: ${places}`;
    checks.push(check('declaration', shownFile, 'to-do', seen, { remedy: `Replace every ${PLACEHOLDER}.`, command }));
  }
  if (errors.length > 0) checks.push(summed(shownFile, 'to-do', errors, command));
  if (warnings.length > 0) checks.push(summed(shownFile, 'remark', warnings, command));
  if (gaps.length === 0 && errors.length === 0)
    checks.unshift(check('declaration', shownFile, 'ok', `valid: ${contents(fleet)}`));
  return checks;
}

function contents({ distributed, namespaces, networks, connections }: Fleet): string {
  return [
    counted(distributed.length + 1, 'cluster'),
    counted(namespaces.length, 'namespace'),
    counted(networks.length, 'network'),
    counted(connections.length, 'connection'),
  ].join(', ');
}

function summed(shownFile: string, state: 'to-do' | 'remark', findings: readonly Finding[], command: string): DoctorCheck {
  const [first] = findings as [Finding, ...Finding[]];
  const count = counted(findings.length, state === 'to-do' ? 'error' : 'warning');
  const place = first.line === undefined ? '' : `${first.file}:${first.line} `;
  const which = findings.length === 1 ? '' : 'the first is ';
  return check('declaration', shownFile, state, `${count}: ${which}${place}${first.rule} ${first.message}`, {
    ...(first.remedy === '' ? {} : { remedy: first.remedy }),
    command,
  });
}

import type { Declaration } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import { isFields } from '../model/json-object.ts';
import { canonicalJson, sha256 } from './digest.ts';
import { judgeDuplicates } from './duplicates.ts';
import { fillFleet } from './fill.ts';
import { sortFindings } from './order.ts';
import { pointer } from './pointer.ts';
import { judgeReferences } from './references.ts';
import { respell } from './respell.ts';
import { judgeShape } from './shape.ts';
import { readYaml } from './yaml.ts';

/**
 * Reads clusters.yaml: rules yaml, yaml11, schema, reference and duplicate, all findings at once, sorted by position. Never
 * throws. `fleet` is there whenever the file is a mapping that was read whole, also beside findings, so that rules can speak
 * at the same time; nothing but rules may use the fleet of a declaration with errors.
 * @param file the name findings carry, as the user gave it
 */
export function readDeclaration(text: string, file: string): Declaration {
  const [document, second] = readYaml(text, file);
  const { value, source, broken } = document!;
  const findings: Finding[] = [...document!.findings];
  if (second)
    findings.push({
      rule: 'yaml',
      severity: 'error',
      ...{ file, ...second.source.valueAt('')! },
      message: 'a second document begins here; only the first would be read',
      remedy: 'Keep one fleet in one file.',
    });
  const shape = judgeShape(document!);
  findings.push(...shape.findings);
  // Parts of a broken text may be missing without a trace: judge it only if everything required is there.
  if (!isFields(value) || (broken && !shape.complete))
    return { source, digest: sha256(canonicalJson(value)), findings: sortFindings(findings) };
  const meant = respell(value, source, shape.misspellings);
  const fleet = fillFleet(meant.value);
  // A day is a date to readers of either kind.
  const days = Object.keys(fleet.severity ?? {}).map((rule) => meant.source.valueAt(pointer('severity', rule, 'until')));
  findings.push(...judgeReferences(fleet, meant.value, meant.source), ...judgeDuplicates(fleet, meant.source));
  const told = findings.filter(
    ({ rule, line, column }) => rule !== 'yaml11' || !days.some((day) => day?.line === line && day?.column === column),
  );
  return { fleet, source: meant.source, digest: sha256(canonicalJson(fleet)), findings: sortFindings(told) };
}

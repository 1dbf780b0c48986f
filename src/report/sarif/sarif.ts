import type { Finding, Severity } from '../../model/finding.ts';
import { present } from '../../model/present.ts';
import { byPlace } from '../findings-order.ts';

const LEVEL: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

/** What the log says of the tool; `rules` gives a rule's sentence for the ids that have one. */
export interface SarifTool {
  version: string;
  rules?: Readonly<Record<string, string>>;
}

/**
 * Findings as a SARIF 2.1.0 log (OASIS standard), as GitHub code scanning reads it. A finding without a file has no location:
 * it is about a cluster.
 */
export function findingsSarif(findings: readonly Finding[], tool: SarifTool): string {
  const ordered = byPlace(findings);
  const ids = [...new Set(ordered.map((finding) => finding.rule))].sort();
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cn2-fleet',
            version: tool.version,
            rules: ids.map((id) => ({ id, shortDescription: { text: tool.rules?.[id] ?? id } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: ordered.map((finding) => result(finding, ids.indexOf(finding.rule))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result(finding: Finding, ruleIndex: number): object {
  const hint = finding.remedy === '' ? '' : ` ${finding.remedy}`;
  const related = (finding.related ?? []).map((other, id) => ({ id, ...location(other), message: { text: other.message } }));
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVEL[finding.severity],
    message: { text: `${finding.message}${hint}` },
    ...(finding.file === undefined ? {} : { locations: [location({ ...finding, file: finding.file })] }),
    ...(related.length === 0 ? {} : { relatedLocations: related }),
    ...(finding.cluster === undefined ? {} : { properties: { cluster: finding.cluster } }),
  };
}

/** Windows separators and spaces have no place in a URI reference; the path stays relative to the repository. */
function location(place: { file: string; line?: number; column?: number }): object {
  const uri = place.file.split('/').map(encodeURIComponent).join('/');
  const region = place.line === undefined ? {} : { region: { startLine: place.line, ...present({ startColumn: place.column }) } };
  return { physicalLocation: { artifactLocation: { uri }, ...region } };
}

import type { Finding } from '../../model/finding.ts';
import { byPlace } from '../findings-order.ts';
import { shortened } from '../printable.ts';

/** Longest message of an annotation; the runner cuts longer ones without a word. */
const LONGEST = 4000;

/**
 * Findings as workflow commands of GitHub Actions (`::error file=…,line=…,col=…,title=…::…`), so that they show up on the lines of
 * a pull request. Values are escaped as the runner unescapes them, so no text can end its command or start another.
 */
export function findingsCommands(findings: readonly Finding[]): string {
  return byPlace(findings).map(command).join('');
}

function command(finding: Finding): string {
  const properties = [
    ...(finding.file === undefined ? [] : [`file=${property(finding.file)}`]),
    ...(finding.file === undefined || finding.line === undefined ? [] : [`line=${finding.line}`]),
    ...(finding.file === undefined || finding.column === undefined ? [] : [`col=${finding.column}`]),
    `title=${property(finding.cluster === undefined ? finding.rule : `${finding.rule} (${finding.cluster})`)}`,
  ];
  const related = (finding.related ?? [])
    .map((other) => `\n${other.file}:${other.line}:${other.column} ${other.message}`)
    .join('');
  const text = finding.remedy === '' ? finding.message : `${finding.message}\nhint: ${finding.remedy}`;
  const word = finding.severity === 'info' ? 'notice' : finding.severity;
  return `::${word} ${properties.join(',')}::${data(shortened(text + related, LONGEST))}\n`;
}

/** Escapes of the runner's command parser for the message. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Escapes of the runner's command parser for a property. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

import type { Finding, Severity } from '../../model/finding.ts';
import type { Annotation } from '../../model/forge.ts';
import { placeText } from '../findings-order.ts';
import { excerpt, printable } from '../printable.ts';

const LEVEL: Record<Severity, Annotation['level']> = { error: 'failure', warning: 'warning', info: 'notice' };
/** GitHub's limit is 255 characters for titles and 64 KB for messages. */
const TITLE_LENGTH = 200;
const TEXT_LENGTH = 1_000;
const MOST_PLACES = 20;

/**
 * A finding on its line; none for one without a file, or with a file outside the repository. One that is about a whole file stands on
 * its first line. Plain text: GitHub formats nothing in it.
 */
export function annotationOf(finding: Finding): Annotation[] {
  const { file, line, column, rule, cluster, severity, message, remedy, related = [] } = finding;
  if (file === undefined || file === '' || file.startsWith('/') || file.split('/').includes('..')) return [];
  const places = related.slice(0, MOST_PLACES).map((other) => `${placeText(other)} ${other.message}`);
  const lines = [message, ...(remedy === '' ? [] : [`hint: ${remedy}`]), ...places];
  return [
    {
      path: printable(file),
      line: line ?? 1,
      ...(line === undefined || column === undefined ? {} : { column }),
      level: LEVEL[severity],
      title: excerpt(cluster === undefined ? rule : `${rule} (${cluster})`, TITLE_LENGTH).slice(0, 255),
      message: lines.map((text) => excerpt(text, TEXT_LENGTH)).join('\n'),
    },
  ];
}

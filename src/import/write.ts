import { type Fields, isFields } from '../model/json-object.ts';
import { writeYaml } from '../render/yaml-writer.ts';
import type { ClusterDraft, Entry, FleetDraft } from './draft.ts';
import { extraFolder } from './extra.ts';
import { flowText } from './flow.ts';

/** Longer lines are written as blocks. */
const LONGEST = 150;

/** The text of a declaration, with its comments. `version`: of this program, which is also that of the schema. */
export function declarationText(draft: FleetDraft, version: string): string {
  const extra = [...draft.extra.keys()].map((cluster): Entry => ({ value: { cluster, path: extraFolder(cluster) } }));
  const lines = [
    `# yaml-language-server: $schema=https://raw.githubusercontent.com/cn2-fleet/cn2-fleet/v${version}/schema/clusters.schema.json`,
    '#',
    ...draft.notes.flatMap((note) => commented(note)),
    'apiVersion: cn2-fleet/v1',
    'kind: Fleet',
    'metadata:',
    `  name: ${flowText(draft.name)} # names the lock, the labels and the pull requests`,
    'release:',
    ...keyLines(draft.release, '  '),
    'central:',
    ...keyLines(draft.central, '  '),
    'distributed:',
    ...draft.distributed.flatMap(clusterLines),
    ...listLines('namespaces', draft.namespaces),
    ...listLines('networks', draft.networks),
    ...listLines('connections', draft.connections),
    ...(extra.length === 0 ? [] : ['# What no key says: manifests as they are on the clusters.', ...listLines('extra', extra)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Comments are read like text. */
const COMMENT_WIDTH = 110;

/** Lines of comment, at most so long; what is a line of YAML by itself stays one. */
function commented(text: string, indent = ''): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= COMMENT_WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `${indent}#${line === '' ? '' : ` ${line}`}`);
}

function keyLines({ value, comments }: Pick<ClusterDraft, 'value' | 'comments'>, indent: string): string[] {
  const lines = Object.entries(value).flatMap(([key, member]) => [
    ...(comments[key] === undefined ? [] : commented(comments[key], indent)),
    ...memberLines(key, member, indent),
  ]);
  const loose = Object.entries(comments).filter(([key]) => !Object.hasOwn(value, key));
  return [...lines, ...loose.flatMap(([, comment]) => commented(comment, indent))];
}

/** Fits on a line, and has no text of several lines (in quotes these are \\n). */
function isShort(line: string): boolean {
  return line.length <= LONGEST && !line.includes('\\n');
}

/** A key with its value, on one line where that fits. */
function memberLines(key: string, member: unknown, indent: string): string[] {
  const head = `${indent}${flowText(key)}:`;
  const line = `${head} ${flowText(member)}`;
  const inner = `${indent}  `;
  if (isFields(member) && !isShort(line))
    return [head, ...Object.entries(member).flatMap(([name, value]) => memberLines(name, value, inner))];
  if (Array.isArray(member) && !isShort(line))
    return [
      head,
      ...member.flatMap((item: unknown) =>
        isFields(item) ? entryLines({ value: item }, inner) : [`${inner}- ${flowText(item)}`],
      ),
    ];
  // Lines of a text stay lines.
  return typeof member === 'string' && member.includes('\n') ? blockLines({ [key]: member }, indent) : [line];
}

function blockLines(value: object, indent: string): string[] {
  return writeYaml(value)
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? line : `${indent}${line}`));
}

function clusterLines(cluster: ClusterDraft): string[] {
  const [first = '', ...rest] = keyLines(cluster, '    ');
  const patches =
    cluster.patches.length === 0 ? [] : ['    patches:', ...cluster.patches.flatMap((patch) => entryLines(patch, '      '))];
  return [`  - ${first.trimStart()}`, ...rest, ...patches];
}

function listLines(key: string, entries: readonly Entry[]): string[] {
  return entries.length === 0 ? [] : [`${key}:`, ...entries.flatMap((entry) => entryLines(entry, '  '))];
}

function entryLines({ value, comment }: Entry, indent: string): string[] {
  const line = `${indent}- ${flowText(value)}`;
  const lines = isShort(line) ? [line] : itemLines(value, indent);
  return [...(comment === undefined ? [] : commented(comment, indent)), ...lines];
}

/** A long entry: its keys below each other, each on one line where it fits. */
function itemLines(value: Fields, indent: string): string[] {
  const lines = Object.entries(value).flatMap(([key, member]) => memberLines(key, member, `${indent}  `));
  return lines.map((line, at) => (at === 0 ? `${indent}- ${line.trimStart()}` : line));
}

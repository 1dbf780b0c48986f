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
    ...draft.notes.map(commented),
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

function commented(line: string): string {
  return line === '' ? '#' : `# ${line}`;
}

function keyLines({ value, comments }: Pick<ClusterDraft, 'value' | 'comments'>, indent: string): string[] {
  const lines = Object.entries(value).flatMap(([key, member]) => [
    ...(comments[key] === undefined ? [] : [`${indent}${commented(comments[key])}`]),
    ...memberLines(key, member, indent),
  ]);
  const loose = Object.entries(comments).filter(([key]) => !Object.hasOwn(value, key));
  return [...lines, ...loose.map(([, comment]) => `${indent}${commented(comment)}`)];
}

function memberLines(key: string, member: unknown, indent: string): string[] {
  const line = `${indent}${key}: ${flowText(member)}`;
  return line.length <= LONGEST ? [line] : blockLines({ [key]: member }, indent);
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
  const lines = line.length <= LONGEST ? [line] : itemLines(value, indent);
  return [...(comment ?? '').split('\n').flatMap((text) => (text === '' ? [] : [`${indent}${commented(text)}`])), ...lines];
}

/** A long entry: its keys below each other, each on one line where it fits. */
function itemLines(value: object, indent: string): string[] {
  const lines = Object.entries(value).flatMap(([key, member]) => memberLines(key, member, `${indent}  `));
  return lines.map((line, at) => (at === 0 ? `${indent}- ${line.trimStart()}` : line));
}

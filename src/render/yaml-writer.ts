import { blockYaml, libraryYaml } from './block-yaml.ts';

/** What an apply engine reads first comes first. */
const LEADING_KEYS: readonly string[] = ['apiVersion', 'kind', 'metadata'];

/**
 * The one writer of rendered YAML: the same value gives the same bytes. Top-level keys are apiVersion, kind, metadata, then the
 * rest as it comes; strings that a YAML 1.1 reader (kubectl) would take for something else are quoted; lines are never folded.
 */
export function writeYaml(value: object): string {
  const members = leadingFirst(value as Readonly<Record<string, unknown>>);
  return blockYaml(members) ?? libraryYaml(members);
}

function leadingFirst(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const isLeading = LEADING_KEYS.every((key, position) => entries[position]?.[0] === key);
  if (isLeading && entries.length === Object.keys(value).length) return value;
  const leading = LEADING_KEYS.flatMap((key) => entries.filter(([name]) => name === key));
  return Object.fromEntries([...leading, ...entries.filter(([name]) => !LEADING_KEYS.includes(name))]);
}

/** JSON with sorted keys, two spaces and a newline at the end: the form of index.json and fleet.json. */
export function writeJson(value: unknown): string {
  return `${JSON.stringify(sortedKeys(value), null, 2)}\n`;
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => [key, sortedKeys(member)]),
  );
}

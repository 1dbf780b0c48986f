import type { DriftChange, DriftCluster, Writer } from '../model/drift.ts';
import { excerpt } from './printable.ts';
import { listed } from './words.ts';

/** Changes by the same hand. */
export interface DriftGroup {
  /** "by kubectl-edit (Update)", without markup. */
  who: string;
  changes: DriftChange[];
}

const NOBODY = 'no field manager is recorded';
const NAME = 160;
/** Longest list of paths that is written out; the rest is counted. */
const MOST_PATHS = 5;

/** The changes of a cluster, those by the same hand together, in the order in which each hand comes first; those by nobody known last. */
export function byWriter(changes: readonly DriftChange[]): DriftGroup[] {
  const groups = new Map<string, DriftGroup>();
  for (const change of changes) {
    const who = whoText(change);
    const group = groups.get(who);
    if (group === undefined) groups.set(who, { who, changes: [change] });
    else group.changes.push(change);
  }
  return [...groups.values()].sort((a, b) => Number(a.who === NOBODY) - Number(b.who === NOBODY));
}

function whoText({ writers, manager }: DriftChange): string {
  if (writers.length > 0) return `by ${listed([...new Set(writers.map(nameText))].sort())}`;
  return manager === null ? NOBODY : `by ${excerpt(manager, NAME)}`;
}

function nameText({ manager, operation }: Writer): string {
  return `${excerpt(manager, NAME)} (${excerpt(operation, NAME)})`;
}

/** "written last at 2026-11-24T08:00:00Z", "first seen at …": what is known of the time of one change; none for most of what is gone. */
export function timeTexts({ writers, since, firstSeen }: DriftChange): string[] {
  const written = writers[0]?.time ?? since;
  return [
    ...(written === null ? [] : [`written last at ${excerpt(written, 40)}`]),
    ...(firstSeen === undefined ? [] : [`first seen at ${excerpt(firstSeen, 40)}`]),
  ];
}

/** Per object and hand, a line of what others have added and may keep. */
export function foreignTexts({ foreign = [] }: Pick<DriftCluster, 'foreign'>): { title: ForeignTitle; text: string }[] {
  return foreign.flatMap(({ kind, namespace, name, writers }) =>
    writers.map((writer) => {
      const at = writer.time === null ? '' : `, written last at ${excerpt(writer.time, 40)}`;
      const more = writer.fields.length - MOST_PATHS;
      const paths = writer.fields.slice(0, MOST_PATHS).map((path) => excerpt(path, NAME));
      const rest = more > 0 ? ` and ${more} more` : '';
      const title = namespace === undefined ? { kind, name } : { kind, namespace, name };
      return { title, text: `${paths.join(', ')}${rest} (${nameText(writer)}${at})` };
    }),
  );
}

interface ForeignTitle {
  kind: string;
  namespace?: string;
  name: string;
}

import type { DriftChange, DriftDocument } from '../model/drift.ts';
import type { Notes } from '../model/forge.ts';
import { isFields } from '../model/json-object.ts';

/** What the issue of a cluster keeps from one look to the next. */
export interface DriftMemory {
  /** When the cluster could be judged last, to within half a day: RFC 3339, whole seconds. */
  lookedAt: string;
  /** When each drift was found for the first time, by the start of its fingerprint. */
  firstSeen: ReadonlyMap<string, string>;
}

/** More would not fit beside a text of GitHub's greatest length. */
const MOST_KEPT = 200;
/** Characters of a fingerprint that are kept: enough to tell some hundreds of changes apart. */
const MARK = 12;
/** A look within this time after the last one that is noted is not noted again: nothing would be new to a reader. */
const HOLD = 12 * 3600_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Memory from the notes of an issue; undefined where there are none, or none of ours. Times that are not past are not believed. */
export function memoryOf(notes: unknown, now: number): DriftMemory | undefined {
  if (!isFields(notes) || !isTime(notes['looked'], now)) return undefined;
  const seen = isFields(notes['seen']) ? notes['seen'] : {};
  const firstSeen = Object.entries(seen).flatMap(([time, marks]): [string, string][] =>
    isTime(time, now) && Array.isArray(marks)
      ? marks.flatMap((mark): [string, string][] => (typeof mark === 'string' && mark.length === MARK ? [[mark, time]] : []))
      : [],
  );
  return { lookedAt: notes['looked'], firstSeen: new Map(firstSeen) };
}

/** Memory as notes. */
export function notesOf({ lookedAt, firstSeen }: DriftMemory): Notes {
  const seen = new Map<string, string[]>();
  for (const [mark, time] of firstSeen) seen.set(time, [...(seen.get(time) ?? []), mark].sort());
  return { looked: lookedAt, seen: Object.fromEntries([...seen].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/**
 * Memory after a look that found these changes: what was there before keeps its time, the rest is seen for the first time. After a
 * `narrowed` look, what it did not find may be there all the same.
 */
export function remembered(
  before: DriftMemory | undefined,
  changes: readonly DriftChange[],
  now: number,
  narrowed = false,
): DriftMemory {
  const time = timeText(now);
  const marks = changes.filter(({ awaitingApply }) => awaitingApply !== true).map(markOf);
  const known = marks.filter((mark) => before?.firstSeen.has(mark));
  const fresh = marks.filter((mark) => !before?.firstSeen.has(mark));
  const unseen = narrowed ? [...(before?.firstSeen.keys() ?? [])].filter((mark) => !known.includes(mark)) : [];
  const firstSeen = new Map(
    [...known, ...unseen, ...fresh].slice(0, MOST_KEPT).map((mark) => [mark, before?.firstSeen.get(mark) ?? time]),
  );
  const held = before !== undefined && now - Date.parse(before.lookedAt) < HOLD;
  return { lookedAt: held ? before.lookedAt : time, firstSeen };
}

/** Whether each drift among the changes was found by an earlier look. */
export function allSeen(before: DriftMemory | undefined, changes: readonly DriftChange[]): boolean {
  return before !== undefined && changes.every((change) => change.awaitingApply === true || before.firstSeen.has(markOf(change)));
}

/** The document with what memories say: since when each drift is there, and when a cluster was judged that was not now. By name of the cluster. */
export function withMemories<Document extends DriftDocument>(
  document: Document,
  memories: ReadonlyMap<string, DriftMemory>,
): Document {
  const clusters = document.clusters.map((cluster) => {
    const memory = memories.get(cluster.name);
    if (memory === undefined) return cluster;
    const changes = cluster.changes.map((change) => {
      const firstSeen = memory.firstSeen.get(markOf(change));
      return firstSeen === undefined ? change : { ...change, firstSeen };
    });
    return { ...cluster, changes, ...(cluster.status === 'unknown' ? { lastGoodLook: memory.lookedAt } : {}) };
  });
  return { ...document, clusters };
}

function markOf({ fingerprint }: DriftChange): string {
  return fingerprint.replace(/^sha256:/, '').slice(0, MARK);
}

function isTime(value: unknown, now: number): value is string {
  return typeof value === 'string' && TIME.test(value) && Date.parse(value) <= now;
}

function timeText(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

import { durationOf } from '../declare/duration.ts';
import { DEFAULT_MAX_AGE } from '../declare/fill.ts';
import type { Attention } from '../model/attention.ts';
import type { DriftCluster, DriftDocument } from '../model/drift.ts';
import { isFields } from '../model/json-object.ts';
import { present } from '../model/present.ts';
import { ForgeError } from '../ports/forge.ts';
import {
  unseenEndedMarkdown,
  unseenIssueMarkdown,
  unseenIssueTitle,
  unseenOverMarkdown,
} from '../report/markdown/unseen-issue.ts';
import { attempt, type Published, type Sinks } from './sinks.ts';

export interface UnseenOptions {
  /** Milliseconds since the epoch. */
  now: number;
  /** `drift.maxAge` of the fleet. */
  maxAge?: string;
  /** For issues that are opened. */
  attention?: Attention;
  footer?: string;
  /** What could not be written so far: the same is said once. */
  failures?: ForgeError[];
  warn(text: string): void;
}

/** What the issue of a cluster keeps: since when it cannot be judged, and since when others cannot that have no issue yet. */
interface Kept {
  since?: string;
  /** That is known of the cluster itself. */
  isOwn: boolean;
  others: ReadonlyMap<string, string>;
}

/** More would not fit into the notes of an issue. */
const MOST_OTHERS = 50;

/**
 * One issue per cluster that no look could judge for longer than `maxAge`, closed when one can: a detector that fails is not "no drift".
 * Since when is known from the issue about its drift (`lastGoodLook` of the document); from the last run of this workflow that ended well,
 * which judged every cluster; and, where such runs have ended because of another cluster, from the issue of that one, which remembers when
 * this one was missed first.
 */
export async function publishUnseen(
  { forge, origin }: Sinks,
  document: DriftDocument,
  options: UnseenOptions,
): Promise<Published> {
  const published: Published = { failures: options.failures ?? [], issues: [] };
  const { now, maxAge = DEFAULT_MAX_AGE, attention, footer, warn } = options;
  const notes = await attempt(published, () => forge.issueNotes({ kind: 'unseen', fleet: document.fleet }));
  const kept = new Map([...(notes ?? [])].map(([name, each]) => [name, keptIn(each)]));
  const unknown = document.clusters.filter(({ status }) => status === 'unknown');
  const lastRun = unknown.length === 0 ? undefined : await lastGoodRun();
  const missed = new Map([...kept.values()].flatMap(({ others }) => [...others]));
  const due: { cluster: DriftCluster; since: string; isOwn: boolean }[] = [];
  const early = new Map<string, string>();
  for (const cluster of unknown) {
    const known = kept.get(cluster.name);
    // Runs have not ended well because of that other cluster, however this one was.
    const first = kept.size === 0 ? undefined : (missed.get(cluster.name) ?? new Date(now).toISOString());
    const own = newest(cluster.lastGoodLook, first);
    // What an issue says already stays said: GitHub forgets runs.
    const since = known?.since ?? own ?? lastRun;
    const isOwn = known?.since === undefined ? own !== undefined : known.isOwn;
    if (since === undefined) continue;
    if (now - Date.parse(since) >= (durationOf(maxAge) ?? 0)) due.push({ cluster, since, isOwn });
    else if (first !== undefined) early.set(cluster.name, first);
  }
  for (const [at, { cluster, since, isOwn }] of due.entries()) {
    // The first of them keeps what is to be remembered of others.
    const others = at === 0 ? [...early].slice(0, MOST_OTHERS) : [];
    const written = await attempt(published, () =>
      forge.ensureIssue({
        marker: markerOf(cluster.name),
        title: unseenIssueTitle(document.fleet, cluster.name),
        body: unseenIssueMarkdown(document.fleet, cluster, { since, isOwn }),
        notes: { since, own: isOwn, ...(others.length === 0 ? {} : { others: Object.fromEntries(others) }) },
        ...present({ attention, footer }),
      }),
    );
    if (written !== undefined) published.issues?.push(written.id);
  }
  for (const { name, status } of document.clusters)
    if (status !== 'unknown' && kept.has(name)) await close(name, unseenOverMarkdown(document.fleet, name));
  const all = document.complete && document.only === undefined;
  for (const name of all ? kept.keys() : [])
    if (!document.clusters.some((cluster) => cluster.name === name)) await close(name, unseenEndedMarkdown(document.fleet, name));
  return published;

  function markerOf(subject: string) {
    return { kind: 'unseen' as const, fleet: document.fleet, subject };
  }

  async function close(subject: string, body: string): Promise<void> {
    const marker = markerOf(subject);
    const closing = { marker: { ...marker, kind: 'closing' as const }, body, ...present({ footer }) };
    await attempt(published, () => forge.ensureIssueClosed(marker, closing));
  }

  /** Undefined outside a workflow, and where the token may not read runs: that is said, and the look counts all the same. */
  async function lastGoodRun(): Promise<string | undefined> {
    const { run } = origin.order;
    if (run === 0) return undefined;
    try {
      return await forge.lastGoodRun(run);
    } catch (error) {
      if (!(error instanceof ForgeError)) throw error;
      warn(`since when clusters could not be judged is not known, so no issue says so: ${error.message}. ${error.hint}`);
      return undefined;
    }
  }
}

/** What an issue keeps; people may have edited it. */
function keptIn(notes: unknown): Kept {
  const { since, own, others } = isFields(notes) ? notes : {};
  const times = Object.entries(isFields(others) ? others : {}).filter((entry): entry is [string, string] => isTime(entry[1]));
  return { ...(isTime(since) ? { since } : {}), isOwn: own === true, others: new Map(times) };
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

/** The later of two times; both may be unknown. */
function newest(...times: (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).sort((a, b) => Date.parse(b) - Date.parse(a))[0];
}

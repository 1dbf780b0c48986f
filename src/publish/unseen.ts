import { durationOf } from '../declare/duration.ts';
import { DEFAULT_MAX_AGE } from '../declare/fill.ts';
import type { Attention } from '../model/attention.ts';
import type { DriftDocument } from '../model/drift.ts';
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
  warn(text: string): void;
}

/**
 * One issue per cluster that no look could judge for longer than `maxAge`, closed when one can: a detector that fails is not "no drift".
 * Since when is known from the issue about its drift (`lastGoodLook` of the document), and from the last run of this workflow that ended
 * well: it judged every cluster.
 */
export async function publishUnseen(
  { forge, origin }: Sinks,
  document: DriftDocument,
  options: UnseenOptions,
): Promise<Published> {
  const published: Published = { failures: [], issues: [] };
  const { now, maxAge = DEFAULT_MAX_AGE, attention, footer, warn } = options;
  const kept = await attempt(published, () => forge.issueNotes({ kind: 'unseen', fleet: document.fleet }));
  const unknown = document.clusters.filter(({ status }) => status === 'unknown');
  const lastRun = unknown.length === 0 ? undefined : await lastGoodRun();
  for (const cluster of document.clusters) {
    const marker = { kind: 'unseen' as const, fleet: document.fleet, subject: cluster.name };
    if (cluster.status !== 'unknown') {
      if (kept?.has(cluster.name) === true) await close(cluster.name, unseenOverMarkdown(document.fleet, cluster.name));
      continue;
    }
    // What an issue says already stays said: GitHub forgets runs.
    const since = sinceOf(kept?.get(cluster.name)) ?? newest(cluster.lastGoodLook, lastRun);
    if (since === undefined || now - Date.parse(since) < (durationOf(maxAge) ?? 0)) continue;
    const written = await attempt(published, () =>
      forge.ensureIssue({
        marker,
        title: unseenIssueTitle(document.fleet, cluster.name),
        body: unseenIssueMarkdown(document.fleet, cluster, since),
        notes: { since },
        ...present({ attention, footer }),
      }),
    );
    if (written !== undefined) published.issues?.push(written.id);
  }
  const gone = document.complete && document.only === undefined ? [...(kept?.keys() ?? [])] : [];
  for (const name of gone)
    if (!document.clusters.some((cluster) => cluster.name === name)) await close(name, unseenEndedMarkdown(document.fleet, name));
  return published;

  async function close(subject: string, body: string): Promise<void> {
    const marker = { kind: 'unseen' as const, fleet: document.fleet, subject };
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

function sinceOf(notes: unknown): string | undefined {
  const since = typeof notes === 'object' && notes !== null && 'since' in notes ? notes.since : undefined;
  return typeof since === 'string' && !Number.isNaN(Date.parse(since)) ? since : undefined;
}

/** The later of two times; both may be unknown. */
function newest(...times: (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).sort((a, b) => Date.parse(b) - Date.parse(a))[0];
}

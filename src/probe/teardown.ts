import pMap from 'p-map';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectName } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError, type Target } from '../ports/cluster.ts';
import type { LedgerEntry } from './ledger.ts';

/** An interrupted run has this long for its deletes (the runner kills soon after); an orderly one waits until all is gone. Milliseconds. */
const HURRY = 3_000;
const PATIENCE = 60_000;
const STEP = 500;
const CONCURRENCY = 32;

/**
 * Removes what the run made and says what is left, as cluster/kind/namespace/name with the reason. `hurry` fires all deletes and waits
 * for no more than their answers.
 */
export async function tearDown(entries: readonly LedgerEntry[], options: { clock: Clock; hurry: boolean }): Promise<string[]> {
  return options.hurry ? await inHurry(entries, options.clock) : await removeAll(entries, options.clock);
}

async function inHurry(entries: readonly LedgerEntry[], clock: Clock): Promise<string[]> {
  const answered = new Set<LedgerEntry>();
  const problems: string[] = [];
  const fire = async (entry: LedgerEntry) => {
    const problem = await removeOne(entry);
    answered.add(entry);
    if (problem !== undefined) problems.push(problem);
  };
  const stop = new AbortController();
  await Promise.race([Promise.all(entries.map(fire)), clock.sleep(HURRY, stop.signal)]);
  stop.abort();
  const silent = entries
    .filter((entry) => !answered.has(entry))
    .map((entry) => `${titleOf(entry.cluster, entry.target)}: no answer`);
  return [...problems, ...silent];
}

async function removeAll(entries: readonly LedgerEntry[], clock: Clock): Promise<string[]> {
  const results = await pMap(
    entries,
    async (entry) => {
      const problem = await removeOne(entry);
      if (problem !== undefined) return [problem];
      const rest = await untilGone(entry, clock);
      return rest === undefined ? [] : [rest];
    },
    { concurrency: CONCURRENCY },
  );
  return results.flat();
}

async function removeOne(entry: LedgerEntry): Promise<string | undefined> {
  try {
    await entry.cluster.delete(entry.target, present({ uid: entry.uid }));
    return undefined;
  } catch (error) {
    if (error instanceof ClusterError && (error.cause === 'conflict' || error.cause === 'not-found')) return undefined;
    return `${titleOf(entry.cluster, entry.target)}: ${messageOf(error)}`;
  }
}

async function untilGone({ cluster, target, uid }: LedgerEntry, clock: Clock): Promise<string | undefined> {
  const end = clock.ticks() + PATIENCE;
  let seen: KubernetesObject | undefined;
  let problem: string | undefined;
  do {
    try {
      seen = await cluster.get(target);
      problem = undefined;
      if (seen === undefined || (uid !== undefined && seen.metadata.uid !== uid)) return undefined;
    } catch (error) {
      problem = messageOf(error);
    }
    await clock.sleep(STEP);
  } while (clock.ticks() < end);
  return `${titleOf(cluster, target)}: ${problem ?? stuckBecause(seen)}`;
}

function stuckBecause(object: KubernetesObject | undefined): string {
  const finalizers = object?.metadata.finalizers ?? [];
  return finalizers.length > 0 ? `held by finalizers ${finalizers.join(', ')}` : `still there after ${PATIENCE / 1000} s`;
}

/** cluster/kind/namespace/name */
function titleOf(cluster: Cluster, target: Target): string {
  return `${cluster.name}/${target.resource.kind}/${objectName(target)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import pMap from 'p-map';
import { SMOKE_LABEL, SMOKE_NAMESPACE } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectName } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError, type Target } from '../ports/cluster.ts';
import type { LedgerEntry } from './ledger.ts';
import { isExpired, PODS } from './marks.ts';

/** An interrupted run has this long for its deletes (the runner kills soon after); an orderly one waits until all is gone. Milliseconds. */
const HURRY = 3_000;
const PATIENCE = 60_000;
const STEP = 500;
const CONCURRENCY = 32;

/**
 * Removes what the run made and says what is left, as cluster/kind/namespace/name with the reason. Namespaced objects go first, so that a
 * namespace has nothing left to finish. `hurry` fires all deletes and waits for no more than their answers.
 */
export async function tearDown(
  entries: readonly LedgerEntry[],
  options: { run: string; clock: Clock; hurry: boolean },
): Promise<string[]> {
  if (options.hurry) return await inHurry(entries, options.clock);
  const inside = entries.filter((entry) => entry.target.namespace !== undefined);
  const namespaces = entries.filter((entry) => entry.target.namespace === undefined);
  const left = await removeAll(inside, options.clock);
  const free = await pMap(namespaces, async (entry) => ({ entry, used: await usedByOthers(entry, options) }), {
    concurrency: CONCURRENCY,
  });
  return [
    ...left,
    ...(await removeAll(
      free.filter(({ used }) => !used).map(({ entry }) => entry),
      options.clock,
    )),
  ];
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
      const places = [{ cluster: entry.cluster, target: entry.target }, ...(entry.mirror ? [entry.mirror] : [])];
      for (const place of places) {
        const rest = await untilGone(place, entry, clock);
        if (rest !== undefined) return [rest];
      }
      return [];
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

async function untilGone(
  place: { cluster: Cluster; target: Target },
  entry: LedgerEntry,
  clock: Clock,
): Promise<string | undefined> {
  const end = clock.ticks() + PATIENCE;
  let seen: KubernetesObject | undefined;
  let problem: string | undefined;
  do {
    try {
      seen = await place.cluster.get(place.target);
      problem = undefined;
      const replaced = place.cluster === entry.cluster && entry.uid !== undefined && seen?.metadata.uid !== entry.uid;
      if (seen === undefined || replaced) return undefined;
    } catch (error) {
      problem = messageOf(error);
    }
    await clock.sleep(STEP);
  } while (clock.ticks() < end);
  return `${titleOf(place.cluster, place.target)}: ${problem ?? stuckBecause(seen)}`;
}

/** The namespace controller names what keeps a namespace; an object names its finalizers. */
function stuckBecause(object: KubernetesObject | undefined): string {
  const conditions = (object?.['status'] as { conditions?: { type: string; status: string; message?: string }[] } | undefined)
    ?.conditions;
  const messages = (conditions ?? [])
    .filter((entry) => entry.type.startsWith('Namespace') && entry.status === 'True')
    .flatMap((entry) => entry.message ?? []);
  if (messages.length > 0) return messages.join('; ').slice(0, 400);
  const finalizers = object?.metadata.finalizers ?? [];
  return finalizers.length > 0 ? `held by finalizers ${finalizers.join(', ')}` : `still there after ${PATIENCE / 1000} s`;
}

/** Another run's probes live in the namespace: it goes with the last of them, or by its expiry. */
async function usedByOthers(entry: LedgerEntry, options: { run: string; clock: Clock }): Promise<boolean> {
  try {
    const pods = await entry.cluster.list(PODS, { namespace: SMOKE_NAMESPACE, labelSelector: SMOKE_LABEL });
    const now = options.clock.now();
    return pods.some((pod) => pod.metadata.labels?.[SMOKE_LABEL] !== options.run && !isExpired(pod, now));
  } catch {
    return false;
  }
}

/** cluster/kind/namespace/name */
function titleOf(cluster: Cluster, target: Target): string {
  return `${cluster.name}/${target.resource.kind}/${objectName(target)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import pMap from 'p-map';
import { SMOKE_LABEL } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectName } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError, type Target } from '../ports/cluster.ts';
import type { LedgerEntry } from './ledger.ts';
import { PODS } from './marks.ts';

/** An interrupted run has this long for its deletes: the runner kills soon after. Milliseconds. */
const HURRY = 3_000;
/** What is still there a moment after it was deleted is looked at so often, with this pause, before it counts as left. */
const LOOKS = 6;
const PAUSE = 500;
const CONCURRENCY = 32;

/** How clean-up is done. */
export interface TearDown {
  clock: Clock;
  /** The label's value of what the run has made. */
  run: string;
  /** Fires all deletes and waits for no more than their answers. */
  hurry: boolean;
}

/** Objects that go with one request, or one object. */
interface Batch {
  cluster: Cluster;
  entries: readonly LedgerEntry[];
  byLabel: boolean;
  remove(): Promise<void>;
}

/**
 * Removes what the run made and says what is left, as cluster/kind/namespace/name with the reason. The pods of a namespace go by their label in
 * one request; that their nodes have stopped them is waited for by nobody, what nothing but a finalizer holds is said.
 */
export async function tearDown(entries: readonly LedgerEntry[], options: TearDown): Promise<string[]> {
  const batches = batchesOf(entries, options.run);
  const problems: string[] = [];
  const open = new Set(batches);
  const fire = async (batch: Batch) => {
    problems.push(...(await removed(batch)));
    open.delete(batch);
  };
  if (!options.hurry) {
    await pMap(batches, fire, { concurrency: CONCURRENCY });
    // What was deleted is looked at wherever that went well: one cluster that does not answer hides nothing of the others.
    const deleted = entries.filter((entry) => !problems.some((problem) => problem.startsWith(`${titleOf(entry)}: `)));
    return [...problems, ...(await stillThere(deleted, options))];
  }
  const stop = new AbortController();
  await Promise.race([Promise.all(batches.map(fire)), options.clock.sleep(HURRY, stop.signal)]);
  stop.abort();
  return [...problems, ...[...open].flatMap((batch) => batch.entries.map((entry) => `${titleOf(entry)}: no answer`))];
}

function batchesOf(entries: readonly LedgerEntry[], run: string): Batch[] {
  // What is to be kept has another label, which what works already has too.
  const isPod = ({ target, label }: LedgerEntry) =>
    target.resource.kind === 'Pod' && target.namespace !== undefined && label === run;
  const places = Map.groupBy(entries.filter(isPod), ({ cluster, target }) => `${cluster.name}/${target.namespace}`);
  return [
    ...[...places.values()].map((pods): Batch => {
      const { cluster, target } = pods[0]!;
      const all = { namespace: target.namespace!, labelSelector: `${SMOKE_LABEL}=${run}` };
      return { cluster, entries: pods, byLabel: true, remove: () => cluster.deleteLabelled(PODS, all) };
    }),
    ...entries.filter((entry) => !isPod(entry)).map(single),
  ];
}

function single(entry: LedgerEntry): Batch {
  const { cluster, target, uid } = entry;
  return { cluster, entries: [entry], byLabel: false, remove: () => cluster.delete(target, present({ uid })) };
}

/** Problems, one for each object that may be left. Who may not delete by label may still delete one by one. */
async function removed(batch: Batch): Promise<string[]> {
  try {
    await batch.remove();
    return [];
  } catch (error) {
    if (error instanceof ClusterError && (error.cause === 'conflict' || error.cause === 'not-found')) return [];
    if (error instanceof ClusterError && error.cause === 'forbidden' && batch.byLabel)
      return (await pMap(batch.entries.map(single), removed, { concurrency: CONCURRENCY })).flat();
    return batch.entries.map((entry) => `${titleOf(entry)}: ${messageOf(error)}`);
  }
}

/** What the clusters still have, and neither goes by itself nor was deleted. */
async function stillThere(entries: readonly LedgerEntry[], { clock, run }: TearDown): Promise<string[]> {
  const clusters = [...Map.groupBy(entries, ({ cluster }) => cluster)];
  const left = await pMap(clusters, async ([cluster, own]) => await leftOn(cluster, own, clock, run), {
    concurrency: CONCURRENCY,
  });
  return left.flat();
}

async function leftOn(cluster: Cluster, entries: readonly LedgerEntry[], clock: Clock, run: string): Promise<string[]> {
  for (let look = 1; ; look++) {
    const pods = await listed(cluster, run);
    if (typeof pods === 'string') return entries.map((entry) => `${titleOf(entry)}: ${pods}`);
    const left = pods.filter((pod) => !isGoing(pod) && entries.some((entry) => isSame(entry, pod)));
    if (left.length === 0) return [];
    if (look === LOOKS) return left.map((pod) => `${cluster.name}/Pod/${objectName(pod.metadata)}: ${stuckBecause(pod)}`);
    await clock.sleep(PAUSE);
  }
}

async function listed(cluster: Cluster, run: string): Promise<KubernetesObject[] | string> {
  try {
    return await cluster.list(PODS, { labelSelector: `${SMOKE_LABEL}=${run}` });
  } catch (error) {
    return messageOf(error);
  }
}

function isSame({ target, uid }: LedgerEntry, { metadata }: KubernetesObject): boolean {
  return target.name === metadata.name && target.namespace === metadata.namespace && (uid === undefined || uid === metadata.uid);
}

/** Deleted, and held by nothing but its node, which stops it. */
function isGoing({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
}

function stuckBecause({ metadata }: KubernetesObject): string {
  const finalizers = metadata.finalizers ?? [];
  return finalizers.length > 0 ? `held by finalizers ${finalizers.join(', ')}` : 'still there although it was deleted';
}

/** cluster/kind/namespace/name */
function titleOf({ cluster, target }: { cluster: Cluster; target: Target }): string {
  return `${cluster.name}/${target.resource.kind}/${objectName(target)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

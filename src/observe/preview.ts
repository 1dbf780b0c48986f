import pMap from 'p-map';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import type { PreviewResult, Suspect } from '../plan/preview.ts';
import { isSecret } from '../plan/secret-merge.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { CREATE_ONLY, hasMoved } from '../ports/preconditions.ts';
import type { Connection } from './observe.ts';
import { problemOf } from './problem.ts';
import { LANES } from './read-kind.ts';

/** An object that keeps moving between reading and asking (busy status) is read again at most so often. */
const ATTEMPTS = 4;

/**
 * Asks the server what applying each suspect would do, by dry-runs: without force first, so that it names who owns fields in conflict;
 * then, where there are any, with force for the result. Order as given; nothing is stored. `concurrency`: clusters at the same time.
 */
export async function preview(
  clusters: ReadonlyMap<string, Connection>,
  suspects: readonly Suspect[],
  concurrency = Number.POSITIVE_INFINITY,
): Promise<PreviewResult[]> {
  const lanes = new Map<string, Suspect[]>();
  for (const suspect of suspects) {
    const name = suspect.desired.manifest.cluster;
    lanes.set(name, [...(lanes.get(name) ?? []), suspect]);
  }
  const results = new Map<Suspect, PreviewResult>();
  await pMap(
    lanes,
    ([name, own]) =>
      pMap(
        own,
        async (suspect) => {
          results.set(suspect, await previewOne(clusters.get(name), suspect));
        },
        { concurrency: LANES },
      ),
    { concurrency },
  );
  return suspects.map((suspect) => results.get(suspect)!);
}

async function previewOne(connection: Connection | undefined, suspect: Suspect): Promise<PreviewResult> {
  if (connection === undefined || !('apply' in connection)) {
    const cluster = suspect.desired.manifest.cluster;
    const problem = connection ?? { cause: 'credential' as const, message: `${cluster}: there is no connection` };
    return { suspect, requests: 0, status: 'failed', problem };
  }
  const run = new DryRuns(connection, suspect);
  try {
    return await run.result();
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const common = { suspect, requests: run.requests };
    // A webhook that forbids dry-runs says nothing about the content.
    const judged = error.cause === 'invalid' && !error.message.includes('does not support dry run');
    if (judged) return { ...common, status: 'refused', message: error.message };
    if (error.cause === 'not-found') return { ...common, status: 'absent' };
    return { ...common, status: 'failed', problem: problemOf(error) };
  }
}

/** The dry-runs of one suspect; counts their requests. */
class DryRuns {
  requests = 0;
  readonly #cluster: Cluster;
  readonly #suspect: Suspect;

  constructor(cluster: Cluster, suspect: Suspect) {
    this.#cluster = cluster;
    this.#suspect = suspect;
  }

  async result(): Promise<PreviewResult> {
    let live = this.#suspect.live;
    for (let attempt = 1; ; attempt++) {
      try {
        const merged = await this.#merge(live);
        const moved = live !== undefined && live !== this.#suspect.live;
        return { suspect: this.#suspect, requests: this.requests, status: 'merged', ...(moved ? { live } : {}), ...merged };
      } catch (error) {
        if (attempt === ATTEMPTS || !hasMoved(error)) throw error;
        live = await this.#read();
      }
    }
  }

  async #merge(live: KubernetesObject | undefined) {
    try {
      return { result: await this.#apply(live, false), conflicts: [] };
    } catch (error) {
      if (!(error instanceof ClusterError) || error.fieldConflicts.length === 0) throw error;
      return { result: await this.#apply(live, true), conflicts: error.fieldConflicts };
    }
  }

  #apply(live: KubernetesObject | undefined, force: boolean): Promise<KubernetesObject> {
    const { resource, desired } = this.#suspect;
    // The comparison judges them by itself; one that came here would show a credential to whoever answers.
    if (isSecret(desired.object)) throw new Error(`${objectTitle(refOf(desired.object))} was to be sent in a dry-run`);
    const precondition =
      live === undefined
        ? { resourceVersion: CREATE_ONLY }
        : { uid: live.metadata.uid ?? '', resourceVersion: live.metadata.resourceVersion ?? '' };
    const object = { ...desired.object, metadata: { ...desired.object.metadata, ...precondition } };
    this.requests++;
    return this.#cluster.apply(resource, object, { dryRun: true, force });
  }

  #read(): Promise<KubernetesObject | undefined> {
    const { resource, desired } = this.#suspect;
    const { name, namespace } = desired.object.metadata;
    this.requests++;
    return this.#cluster.get({ resource, name, ...(namespace === undefined ? {} : { namespace }) });
  }
}

import { SMOKE_NAMESPACE } from '../cn2/names.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Ledger } from './ledger.ts';

/** How often, and for how long, a pod is tried in a namespace that has no service account yet, in milliseconds. */
const STEP = 250;
const PATIENCE = 10_000;

export interface CreateInput {
  cluster: Cluster;
  ledger: Ledger;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Creates an object of the run. A namespace that was made a moment ago has no service account, without which it takes no pods: that is
 * waited for. Throws an Error with a sentence, for the fleet's own namespace one that says what makes it.
 */
export async function createObject(input: CreateInput, resource: Resource, object: KubernetesObject): Promise<void> {
  const { cluster, ledger, clock, signal } = input;
  const end = clock.ticks() + PATIENCE;
  for (;;) {
    try {
      await ledger.create(cluster, resource, object);
      return;
    } catch (error) {
      if (isNamespaceMissing(error, object)) throw missing(cluster.name);
      if (!lacksAccount(error) || clock.ticks() >= end || signal.aborted) throw error;
    }
    await clock.sleep(STEP, signal);
  }
}

function isNamespaceMissing(error: unknown, { metadata }: KubernetesObject): boolean {
  return error instanceof ClusterError && error.cause === 'not-found' && metadata.namespace === SMOKE_NAMESPACE;
}

function missing(cluster: string): Error {
  return new Error(
    `${cluster}: namespace ${SMOKE_NAMESPACE} does not exist; it is an object of the fleet, so run cn2-fleet propose, merge and apply`,
  );
}

/** The admission of service accounts says no more than this sentence. */
function lacksAccount(error: unknown): boolean {
  return error instanceof ClusterError && error.cause === 'forbidden' && /serviceaccount "default" not found/.test(error.message);
}

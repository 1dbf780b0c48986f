import type { Resource } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { connectionTo, type ResourceLookup } from './resources.ts';
import type { View } from './view.ts';

/** A watch that has died silently is corrected by a listing this often. */
const RESYNC_MS = 10_000;
const RETRY_MS = 500;

const FINAL = new Set(['unauthorized', 'forbidden', 'credential']);

export interface FollowInput {
  clusters: ReadonlyMap<string, Cluster>;
  resources: ResourceLookup;
  clock: Clock;
  signal: AbortSignal;
  /** Called after every change of the view. */
  changed(): void;
}

/** Keeps a view up to date until the signal aborts. Never rejects: errors are in view.problem. */
export async function follow(view: View, input: FollowInput): Promise<void> {
  const { clock, signal, changed } = input;
  while (!signal.aborted) {
    try {
      const { cluster, group, kind } = view.watched;
      const resource = await input.resources(cluster, group, kind);
      if (resource !== undefined) {
        await followServed(view, resource, input);
        return;
      }
      view.absent();
    } catch (error: unknown) {
      fault(view, error);
    }
    changed();
    await clock.sleep(RETRY_MS, signal);
  }
}

async function followServed(view: View, resource: Resource, input: FollowInput): Promise<void> {
  const cluster = connectionTo(input.clusters, view.watched.cluster);
  await Promise.all([keepListing(view, resource, cluster, input), keepWatching(view, resource, cluster, input)]);
}

async function keepListing(view: View, resource: Resource, cluster: Cluster, input: FollowInput): Promise<void> {
  const { namespace, name, labelSelector } = view.watched;
  const options = {
    ...present({ namespace, labelSelector }),
    ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
  };
  while (!input.signal.aborted) {
    let pause = RESYNC_MS;
    try {
      const asked = view.beforeListing();
      view.listed(asked, await cluster.list(resource, options));
    } catch (error: unknown) {
      fault(view, error);
      pause = RETRY_MS;
    }
    input.changed();
    await input.clock.sleep(pause, input.signal);
  }
}

async function keepWatching(view: View, resource: Resource, cluster: Cluster, input: FollowInput): Promise<void> {
  const { namespace, name, labelSelector } = view.watched;
  const options = {
    ...present({ namespace, name, labelSelector }),
    signal: input.signal,
  };
  while (!input.signal.aborted) {
    try {
      for await (const event of cluster.watch(resource, options)) {
        view.event(event);
        input.changed();
      }
    } catch {
      // Listings go on and say what is wrong; the watch comes back when it can.
    }
    if (!input.signal.aborted) await input.clock.sleep(RETRY_MS, input.signal);
  }
}

function fault(view: View, error: unknown): void {
  if (!(error instanceof ClusterError)) throw error;
  view.problem = { message: error.message, final: FINAL.has(error.cause) };
}

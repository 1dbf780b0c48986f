import { type ClosedPath, closedPaths, type SelectedKeys, selectedKeys } from '../cn2/closed-paths.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import { versionOf } from '../model/kubernetes.ts';
import type { LiveCluster, LiveState, Problem } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { refOf } from '../model/object-ref.ts';
import type { Scope } from '../model/scope.ts';
import { listingOf, liveCluster, seen, seenObject } from './live-objects.ts';
import { mirrorOwner } from './managed.ts';
import { isCertainlyUnchanged } from './ownership.ts';
import type { PreviewResult, Question } from './preview.ts';
import { isSecret, mergeSecret } from './secret-merge.ts';
import { undeclared } from './surplus.ts';
import { takenOver } from './taking.ts';

/** What can be said of a desired object without asking the server again. */
export type ObjectComparison =
  /** Its cluster is not in scope or could not be read. */
  | { state: 'unjudged' }
  | { state: 'unreadable'; problem: Problem }
  /** A Secret that may not be read: apply compares it. */
  | { state: 'not-compared' }
  | { state: 'unchanged'; live: KubernetesObject }
  | { state: 'open'; question: Question; closed: readonly ClosedPath[] }
  /** A Secret, judged here: its content goes to no server before it is approved. */
  | { state: 'judged'; verdict: PreviewResult }
  /** It is there in another API version than it is written in, which the cluster serves when this plan has upgraded it. */
  | { state: 'moving'; live: KubernetesObject; closed: readonly ClosedPath[] }
  /** It is not there, and neither is what a preview would need; or it is a Secret, which is never sent to be tried. */
  | { state: 'predicted' }
  /** It is being deleted: it can be made when it has gone. */
  | { state: 'leaving'; live: KubernetesObject }
  /** It does not exist, and nothing creates its namespace. */
  | { state: 'no-namespace'; namespace: string };

/** The objects that need a dry-run. `desired` is as `toServed` gives it; `full`: trust no record, ask for every object. */
export function openQuestions(
  fleet: Fleet,
  desired: readonly Desired[],
  live: LiveState,
  options: { full?: boolean; scope?: Scope } = {},
): Question[] {
  return inScope(desired, options.scope).flatMap((entry) => {
    const comparison = compareObject(fleet, entry, desired, live, options.full);
    return comparison.state === 'open' ? [comparison.question] : [];
  });
}

/** Objects whose owner is in scope; no scope is the whole fleet. */
export function inScope(desired: readonly Desired[], scope: Scope | undefined): readonly Desired[] {
  return scope === undefined ? desired : desired.filter(({ manifest }) => scope.has(manifest.for));
}

/** One object against its cluster. `all` are the fleet's desired objects: they may make the namespace it needs. */
export function compareObject(
  fleet: Fleet,
  entry: Desired,
  all: readonly Desired[],
  live: LiveState,
  full = false,
): ObjectComparison {
  const cluster = liveCluster(live, entry.manifest.cluster);
  if (cluster === undefined || cluster.status === 'unknown') return { state: 'unjudged' };
  const secret = isSecret(entry.object);
  const { object } = entry;
  const identity = refOf(object);
  const listing = listingOf(cluster, identity.group, identity.kind);
  if (secret && listing?.status === 'unreadable' && listing.problem.cause === 'forbidden') return { state: 'not-compared' };
  // Read again, and planned, when the deployer that this run brings up converts it.
  if (listing?.status === 'unreadable' && listing.problem.cause === 'conversion') return { state: 'unjudged' };
  if (listing?.status === 'unreadable') return { state: 'unreadable', problem: listing.problem };
  const present = seenObject(cluster, identity);
  if (present?.metadata.deletionTimestamp !== undefined) return { state: 'leaving', live: present };
  // What it is to hold is not known here, so nothing can be said of what it holds.
  if (present !== undefined && entry.withoutContent === true) return { state: 'not-compared' };
  const closed = closedPaths(object, selectedBy(all));
  if (present !== undefined && !full && isAsDeclared(object, present, closed)) return { state: 'unchanged', live: present };
  const resource = resourceFor(cluster, object);
  if (present !== undefined) {
    if (resource === undefined) return { state: 'moving', live: present, closed };
    const question = { desired: entry, resource, live: present };
    return secret
      ? { state: 'judged', verdict: { question, requests: 0, ...mergeSecret(object, present) } }
      : { state: 'open', question, closed };
  }
  const namespace = identity.namespace;
  const there = namespace === undefined || isActive(cluster, namespace);
  if (!there && !isExpected(fleet, cluster, namespace, all, live)) return { state: 'no-namespace', namespace };
  if (!there || resource === undefined || secret) return { state: 'predicted' };
  return { state: 'open', question: { desired: entry, resource }, closed };
}

/** Unchanged, and ours alone: no person's hand holds it as well, and nothing else stands where nothing may. */
function isAsDeclared(object: KubernetesObject, live: KubernetesObject, closed: readonly ClosedPath[]): boolean {
  return isCertainlyUnchanged(object, live) && takenOver(live) === undefined && undeclared(object, live, closed).length === 0;
}

/** One table per fleet: each of its objects asks for it. */
const SELECTED = new WeakMap<readonly Desired[], SelectedKeys>();

function selectedBy(all: readonly Desired[]): SelectedKeys {
  let keys = SELECTED.get(all);
  if (keys === undefined) {
    keys = selectedKeys(all.map(({ object }) => object));
    SELECTED.set(all, keys);
  }
  return keys;
}

function resourceFor(cluster: LiveCluster, object: KubernetesObject): Resource | undefined {
  const { group, kind } = refOf(object);
  const version = versionOf(object.apiVersion);
  return cluster.resources.find((resource) => resource.group === group && resource.kind === kind && resource.version === version);
}

function isActive(cluster: LiveCluster, namespace: string): boolean {
  return seen(cluster, '', 'Namespace').some(
    ({ metadata }) => metadata.name === namespace && metadata.deletionTimestamp === undefined,
  );
}

/** Whether this very plan makes a namespace, or CN2 does: a namespace K-<name> follows from the distributed cluster's <name>, or is one of CN2's own. */
function isExpected(fleet: Fleet, cluster: LiveCluster, namespace: string, all: readonly Desired[], live: LiveState): boolean {
  if (
    all.some(
      ({ manifest, object }) =>
        manifest.cluster === cluster.name && object.kind === 'Namespace' && object.metadata.name === namespace,
    )
  ) {
    return true;
  }
  // Being deleted: it has to be created again.
  if (seen(cluster, '', 'Namespace').some(({ metadata }) => metadata.name === namespace)) return true;
  const owner = cluster.name === fleet.central.name ? mirrorOwner(fleet, namespace) : undefined;
  if (owner === undefined) return false;
  const declared = fleet.namespaces.find(
    ({ cluster: where, name, manage }) => where === owner && !manage && namespace.endsWith(`-${name}`),
  );
  const distributed = liveCluster(live, owner);
  if (declared === undefined || distributed === undefined || distributed.status === 'unknown') return true;
  return isActive(distributed, declared.name);
}

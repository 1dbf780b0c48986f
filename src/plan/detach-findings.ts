import { cn2Definitions, leftBehind } from '../cn2/left-behind.ts';
import { CORE } from '../cn2/names.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import { isAttached, isGoneForGood, reachedClusters } from '../model/detached.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import type { LiveState } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { Scope } from '../model/scope.ts';
import type { Leaving } from './detach.ts';
import { listingOf, liveCluster, seen } from './live-objects.ts';
import { CLAIM_KIND, deletesFor, NAD_GROUP, NAD_KIND, networkUsers } from './network-users.ts';

export interface DetachFindingsInput {
  fleet: Fleet;
  source?: SourceMap;
  live: LiveState;
  planned: { plan: Plan; leaving: readonly Leaving[]; findings: readonly Finding[] };
  scope?: Scope;
}

/** More users than this are counted. */
const MOST_NAMED = 10;

/**
 * What is to be said of the detached clusters as they are: who still uses what goes, what is held up, what CN2 has left behind, and at last
 * that the entry can go. Nothing of a cluster that is out of scope or could not be read.
 */
export function detachFindings(input: DetachFindingsInput): Finding[] {
  const { fleet, source, live, planned, scope } = input;
  return fleet.distributed.flatMap((cluster, index) => {
    const central = liveCluster(live, fleet.central.name);
    const own = liveCluster(live, cluster.name);
    const unseen = own === undefined ? !isGoneForGood(cluster) : own.status === 'unknown';
    if (isAttached(cluster) || scope?.has(cluster.name) === false || central?.status !== 'known' || unseen) return [];
    const place = source && placeOf(source, pointer('distributed', index, 'state'), pointer('distributed', index));
    const say = (severity: Severity, message: string, remedy: string, rule = 'detach'): Finding => ({
      rule,
      severity,
      ...place,
      cluster: cluster.name,
      message,
      remedy,
    });
    const open = deletesFor(cluster.name, planned.plan).length > 0;
    const going = planned.leaving.some(({ change }) => change.for === cluster.name);
    if (open)
      return [
        ...userFindings(input, cluster, say),
        ...unlookedFindings(input, cluster, say),
        ...unreadFindings(input, cluster, say),
      ];
    // Somebody else's Kubemanager or Vrouter is there, which is said already.
    const foreign = planned.findings.some(({ rule, severity }) => rule === 'detach' && severity === 'error');
    return going || foreign ? [] : leftFindings(input, cluster, say);
  });
}

type Say = (severity: Severity, message: string, remedy: string, rule?: string) => Finding;

function userFindings({ fleet, live, planned }: DetachFindingsInput, cluster: DistributedCluster, say: Say): Finding[] {
  const users = networkUsers(fleet, cluster, live, planned.plan);
  if (users.length === 0) return [];
  const more = users.length - MOST_NAMED;
  const named = `${users.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    say(
      'error',
      `${cluster.name} cannot be detached yet, what goes with it is in use: ${named}`,
      'Remove or move these first. A namespace stays with what is in it where detach names it: detach: {keep: [<namespace>]}; a network that a pod names goes in any case.',
    ),
  ];
}

/** A pod anywhere may name a network that goes: with `--only` the other clusters are not looked at. */
function unlookedFindings({ fleet, scope }: DetachFindingsInput, cluster: DistributedCluster, say: Say): Finding[] {
  const unlooked = reachedClusters(fleet).filter(({ name }) => name !== cluster.name && scope?.has(name) === false);
  if (unlooked.length === 0) return [];
  const names = unlooked.map(({ name }) => name);
  const run = [cluster.name, ...names].map((name) => `--only ${name}`).join(' ');
  return [
    say(
      'error',
      `whether a pod on ${names.join(', ')} uses a network of ${cluster.name} is not known: --only leaves ${names.length === 1 ? 'it' : 'them'} out`,
      `A detach looks at all clusters: leave --only away, or name them too (${run}).`,
    ),
  ];
}

/** Whoever may not look does not know that nothing is in use. */
function unreadFindings({ fleet, live }: DetachFindingsInput, cluster: DistributedCluster, say: Say): Finding[] {
  const remedy = 'Give the identities the rights of deploy/detach for the time of the detach.';
  const asked = [
    { name: cluster.name, group: NAD_GROUP, kind: NAD_KIND, severity: 'error' as const },
    { name: cluster.name, group: '', kind: CLAIM_KIND, severity: 'error' as const },
    // A pod of another cluster that uses one of these networks is odd, and its network goes in any case.
    { name: fleet.central.name, group: '', kind: 'Pod', severity: 'warning' as const },
  ];
  return asked.flatMap(({ name, group, kind, severity }) => {
    const there = liveCluster(live, name);
    const listing = there === undefined ? undefined : listingOf(there, group, kind);
    if (listing?.status !== 'unreadable') return [];
    const message = `whether a ${kind} needs what goes with ${cluster.name} is not known: ${listing.problem.message}`;
    return [say(severity, message, remedy, 'cluster')];
  });
}

function leftFindings({ fleet, live }: DetachFindingsInput, cluster: DistributedCluster, say: Say): Finding[] {
  const central = liveCluster(live, fleet.central.name)!;
  const own = liveCluster(live, cluster.name);
  const left = leftBehind(cluster, {
    namespaces: seen(central, '', 'Namespace'),
    virtualRouters: seen(central, CORE, 'VirtualRouter'),
    routingInstances: seen(central, CORE, 'RoutingInstance'),
  });
  const kinds = own === undefined ? [] : cn2Definitions(seen(own, 'apiextensions.k8s.io', 'CustomResourceDefinition'));
  const index =
    cluster.index === undefined ? undefined : [...new Set([...(fleet.retired ?? []), cluster.index])].sort((a, b) => a - b);
  const retired = index === undefined ? '' : `, and write retired: [${index.join(', ')}]`;
  return [
    ...left.map((text) =>
      say(
        'warning',
        `CN2 has left behind on ${central.name}: ${text}`,
        'Nothing of this fleet needs it. Whether CN2 takes it away later is not documented: look at it, then delete it by hand.',
      ),
    ),
    ...(kinds.length === 0
      ? []
      : [
          say(
            'info',
            `${cluster.name} keeps the definitions of CN2's kinds: ${kinds.join(', ')}`,
            'They are never deleted from here. Where nothing else on the cluster needs them: kubectl delete crd <name>',
          ),
        ]),
    say(
      'info',
      `${cluster.name} is detached: nothing of this fleet is left${own === undefined ? ' for it on the central cluster' : ''}`,
      `Its entry can go, and with it its namespaces and networks${retired}.`,
    ),
  ];
}

import { CONFIGPLANE, CORE, clusterPrefix } from '../../cn2/names.ts';
import { type Fleet, type NetworkId, networkId } from '../../model/fleet.ts';
import { groupOf } from '../../model/kubernetes.ts';
import type { Change, Plan } from '../../model/plan.ts';
import type { Mark } from './mark.ts';

/** A plan's changes to objects of one kind of CN2. */
export function changesOf(plan: Plan, group: string, kind: string): Change[] {
  return plan.clusters.flatMap(({ changes }) =>
    changes.filter((change) => change.kind === kind && groupOf(change.apiVersion) === group),
  );
}

/** Adopting changes labels and ownership only. */
export function markOf({ action }: Pick<Change, 'action'>): Mark {
  if (action === 'create') return 'created';
  if (action === 'delete') return 'deleted';
  return action === 'update' || action === 'replace' ? 'changed' : 'same';
}

/** The namespace of an object on the central cluster as its own cluster calls it. */
export function ownNamespace(fleet: Fleet, { for: owner, namespace = '' }: Pick<Change, 'for' | 'namespace'>): string {
  const cluster = fleet.distributed.find(({ name }) => name === owner);
  const prefix = cluster === undefined ? '' : `${clusterPrefix(cluster.kubemanager, cluster.name)}-`;
  return namespace.startsWith(prefix) ? namespace.slice(prefix.length) : namespace;
}

/** Every declared network, and those that the plan deletes, with what becomes of them. */
export function networkMarks(plan: Plan, fleet: Fleet): Map<NetworkId, Mark> {
  const marks = new Map<NetworkId, Mark>(fleet.networks.map((network) => [networkId(network), 'same']));
  const subnets = new Map<string, NetworkId>();
  for (const network of fleet.networks) {
    for (const family of [network.v4, network.v6]) {
      if (family !== undefined) subnets.set(`${network.cluster}/${network.namespace}/${family.subnet}`, networkId(network));
    }
  }
  for (const change of changesOf(plan, CORE, 'Subnet')) {
    const id = subnets.get(idOf(fleet, change));
    if (id !== undefined && change.action !== 'adopt') marks.set(id, 'changed');
  }
  for (const change of changesOf(plan, CORE, 'VirtualNetwork')) {
    const mark = markOf(change);
    if (mark !== 'same') marks.set(idOf(fleet, change), mark);
  }
  return marks;
}

function idOf(fleet: Fleet, change: Change): string {
  return `${change.for}/${ownNamespace(fleet, change)}/${change.name}`;
}

/** What becomes of the attachment of each distributed cluster: by its Kubemanager, else by the other objects of stages 10 to 50. */
export function attachMarks(plan: Plan, fleet: Fleet): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const { changes } of plan.clusters) {
    for (const change of changes) {
      if (change.stage < '60' && markOf(change) !== 'same') marks.set(change.for, 'changed');
    }
  }
  for (const change of changesOf(plan, CONFIGPLANE, 'Kubemanager')) {
    if (markOf(change) !== 'same') marks.set(change.for, markOf(change));
  }
  marks.delete(fleet.central.name);
  return marks;
}

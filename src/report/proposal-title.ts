import { CONFIGPLANE, CORE } from '../cn2/names.ts';
import type { ChangeAction } from '../model/change-action.ts';
import type { Fleet, NetworkId } from '../model/fleet.ts';
import type { Change, Plan } from '../model/plan.ts';
import { title, titleWithin } from './markdown/escape.ts';
import { changeTitle } from './plan-summary.ts';
import { NAME_LENGTH } from './plan-verdict.ts';
import { excerpt } from './printable.ts';
import { markedConnections } from './topology/connections.ts';
import { changesOf, ownNamespace } from './topology/marks.ts';
import { upgradedClusters, upgradeTarget } from './upgrade-words.ts';
import { counted, listed } from './words.ts';

/** Longest title; longer ones are cut in lists of pull requests. */
const LONGEST = 120;

/**
 * What a person would call the pull request of a plan: what it takes away, then the greatest of what it brings. `fleet`: as declared,
 * for the names of networks and connections.
 */
export function proposalTitle(plan: Plan, fleet?: Fleet): string {
  // With names, as far as that stays short; else with numbers.
  for (const most of [3, 0]) {
    const [first, ...others] = [detach(plan, most) ?? deletes(plan, fleet, most), greatest(plan, fleet, most)].filter(
      (part) => part !== undefined,
    );
    if (first === undefined) break;
    const text = title([first, ...others.map(uncapitalised)].join(', '), 2 * LONGEST);
    if (text.length <= LONGEST) return text;
  }
  return titleWithin(`Bring ${excerpt(plan.fleet, NAME_LENGTH)} in line with clusters.yaml`, LONGEST);
}

/** "Upgrade to cn2.23.4.0.59 (cluster2 and cluster3)"; undefined: no other release comes. */
function upgrade(plan: Plan, most: number): string | undefined {
  const target = upgradeTarget(plan);
  if (target === undefined) return undefined;
  const names = upgradedClusters(plan).map(({ name }) => name);
  return `Upgrade to ${target} (${several('cluster', names, most, '')})`;
}

/** Whatever else goes is less than a cluster. */
function detach({ detaches = [] }: Plan, most: number): string | undefined {
  const names = detaches.map(({ cluster }) => cluster);
  return names.length === 0 ? undefined : `Detach ${several('cluster', names, most, '')}`;
}

function deletes(plan: Plan, fleet: Fleet | undefined, most: number): string | undefined {
  const networks = coreChanges(plan, 'VirtualNetwork', 'delete');
  if (networks.length > 0) return `Delete ${several('network', coreNames(networks, fleet), most)}`;
  const routers = coreChanges(plan, 'VirtualNetworkRouter', 'delete');
  if (routers.length > 0) return `Delete ${several('router', coreNames(routers, fleet), most)}`;
  // What a new release has no more is a part of its coming.
  return upgradeTarget(plan) === undefined ? objects('Delete', plan, ['delete'], most) : undefined;
}

/** The greatest thing that comes or changes: what is smaller is a part of it. */
function greatest(plan: Plan, fleet: Fleet | undefined, most: number): string | undefined {
  const attached = changesOf(plan, CONFIGPLANE, 'Kubemanager').filter(({ action }) => action === 'create');
  const upgraded = upgrade(plan, most);
  if (upgraded !== undefined) return upgraded;
  if (attached.length > 0) return `Attach ${clusters(attached, most)}`;
  const connected = connect(plan, fleet, most);
  if (connected !== undefined) return connected;
  const networks = coreChanges(plan, 'VirtualNetwork', 'create');
  if (networks.length > 0) return `Add ${several('network', coreNames(networks, fleet), most)}`;
  const namespaces = changesOf(plan, '', 'Namespace').filter(({ action }) => action === 'create');
  if (namespaces.length > 0) {
    const names = namespaces.map(({ for: owner, name }) => `${owner} ${name}`);
    return `Add ${several('namespace', names, most)}`;
  }
  const restarts = plan.clusters.flatMap(({ changes }) => changes.filter(({ action }) => action === 'restart'));
  return (
    objects('Create', plan, ['create'], most) ??
    objects('Update', plan, ['update', 'replace'], most) ??
    objects('Adopt', plan, ['adopt'], most) ??
    (restarts.length === 0 ? undefined : `Restart pods on ${clusters(restarts, most)}`)
  );
}

/** Connections that come, or networks that come to one; undefined: none does. */
function connect(plan: Plan, fleet: Fleet | undefined, most: number): string | undefined {
  if (fleet === undefined || coreChanges(plan, 'VirtualNetworkRouter', 'create').length === 0) return undefined;
  const grown = markedConnections(plan, fleet, undefined).flatMap(({ name, mark, members }) => {
    const ids = members.filter((member) => member.mark === 'created').map(({ id }) => id);
    return ids.length === 0 ? [] : [{ name, ids, whole: mark === 'created' }];
  });
  const [first] = grown;
  if (first === undefined) return undefined;
  if (grown.length > 1) return `Connect ${several('network', [...new Set(grown.flatMap(({ ids }) => ids))].map(shownId), 0)}`;
  const networks = several('network', first.ids.map(shownId), most, '');
  return first.whole && first.ids.length <= most ? `Connect ${networks}` : `Connect ${networks} (${first.name})`;
}

/** "Update VirtualNetwork ns1/vn1 on cluster1", "Update 3 objects on cluster1 and cluster2"; undefined: none. */
function objects(verb: string, plan: Plan, actions: readonly ChangeAction[], most: number): string | undefined {
  const touched = plan.clusters.flatMap(({ name, changes }) => {
    const own = changes.filter(({ action }) => actions.includes(action));
    return own.length === 0 ? [] : [{ name, own }];
  });
  const all = touched.flatMap(({ own }) => own);
  const [first] = all;
  if (first === undefined) return undefined;
  const what = all.length === 1 ? changeTitle(first) : counted(all.length, 'object');
  const places = touched.map(({ name }) => name);
  return `${verb} ${what} on ${several('cluster', places, Math.max(most, 1), '')}`;
}

function clusters(changes: readonly Change[], most: number): string {
  return several('cluster', [...new Set(changes.map(({ for: owner }) => owner))], most, '');
}

function coreChanges(plan: Plan, kind: string, action: ChangeAction): Change[] {
  return changesOf(plan, CORE, kind).filter((change) => change.action === action);
}

function coreNames(changes: readonly Change[], fleet: Fleet | undefined): string[] {
  return changes.map((change) => {
    const namespace = fleet === undefined ? change.namespace : ownNamespace(fleet, change);
    return `${change.for} ${namespace ?? ''}/${change.name}`;
  });
}

function shownId(id: NetworkId): string {
  return id.replace('/', ' ');
}

/** Names, behind their noun, while they are few; else how many. */
function several(noun: string, names: readonly string[], most: number, before?: string): string {
  if (names.length > most) return counted(names.length, noun);
  return `${before ?? (names.length === 1 ? `${noun} ` : `${noun}s `)}${listed(names)}`;
}

function uncapitalised(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}

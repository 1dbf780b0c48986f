import { clearSecretIn } from '../cn2/clear-secrets.ts';
import { CORE } from '../cn2/names.ts';
import type { Finding } from '../model/finding.ts';
import type { Fields } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectName, objectTitle, refOf } from '../model/object-ref.ts';
import { seen, seenObject } from '../plan/live-objects.ts';
import { type ClusterChoices, centralDraft, distributedDraft } from './clusters.ts';
import { connectionEntries } from './connections.ts';
import type { Entry, FleetDraft, NetworkEntry } from './draft.ts';
import { extraObjects } from './extra.ts';
import { namespaceEntries } from './namespaces.ts';
import { networkEntry, sharedSubnets, subnetNames } from './networks.ts';
import { isOfCn2, ownLabels } from './own.ts';
import { type LiveRouter, liveRouters, onlyOne, ownRouters } from './routers.ts';
import { inOrder, type Place, placeOf, type View } from './view.ts';

/** What has been found out about how things are best said. Keys are namespace/name on the central cluster. */
export interface Decisions {
  /** Routers whose labels, and those of their networks and namespaces, are said no further than selectors ask for them. */
  trimmed: Set<string>;
  /** Routers that no connection says as they are. */
  plainRouters: Set<string>;
  /** Networks that the keys do not say as they are. */
  plainNetworks: Set<string>;
  /** Namespaces (cluster/name) that are only referred to. */
  unmanaged: Set<string>;
  /** Patches by cluster. */
  patches: Map<string, Entry[]>;
  /** Objects (cluster, kind, namespace and name) of which no patch can say what they are. */
  unpatched: Set<string>;
  /** What no patch can say, by object and field. */
  told: Map<string, Finding>;
  /** Objects that no file may hold. */
  withheld: Map<string, Finding>;
  /** Names that no connection may have. */
  taken: ReadonlySet<string>;
}

/** Nothing is known yet, but for names of connections that are in use. */
export function noDecisions(taken: ReadonlySet<string> = new Set()): Decisions {
  const sets = { trimmed: new Set<string>(), plainRouters: new Set<string>(), plainNetworks: new Set<string>() };
  return { ...sets, unmanaged: new Set(), patches: new Map(), unpatched: new Set(), told: new Map(), withheld: new Map(), taken };
}

/** What a declaration says beside its clusters' objects. */
export interface DraftChoices {
  name: string;
  release: { value: Fields; comments: Record<string, string> };
  central: Omit<ClusterChoices, 'patches'>;
  distributed: ReadonlyMap<string, Omit<ClusterChoices, 'patches'>>;
  /** Whether the vendor's files have an object on a cluster. */
  rendered(cluster: string, object: KubernetesObject): boolean;
  notes: readonly string[];
}

/** A declaration of what is there. */
export function makeDraft(view: View, choices: DraftChoices, decisions: Decisions): FleetDraft {
  const found = sayable(view, decisions);
  const routers = liveRouters(view, (namespace, name) => found.has(`${namespace}/${name}`)).filter(
    (router) => !decisions.plainRouters.has(keyOf(router.object)),
  );
  const isTrimmed = ({ object }: LiveRouter) => decisions.trimmed.has(keyOf(object));
  const connections = connectionEntries(routers, isTrimmed, decisions.taken);
  const joined = new Set(connections.flatMap((connection) => connection.routers));
  const connected = routers.filter(({ object }) => joined.has(object));
  const ordered = inOrder(view, [...found.values()], ({ place, object }) => ({ ...place, name: object.metadata.name }));
  const networks = ordered.map(({ object, place }) => withLabels(view, object, place, connected.filter(isTrimmed)));
  const used = new Set([
    ...networks.map(({ value }) => `${value['cluster']}/${value['namespace']}`),
    ...connected.map(({ place }) => `${place.cluster}/${place.namespace}`),
  ]);
  const isUnmanaged = (id: string) => decisions.unmanaged.has(id);
  const patches = (cluster: string) => decisions.patches.get(cluster) ?? [];
  return {
    name: choices.name,
    release: choices.release,
    central: centralDraft(view, { ...choices.central, patches: [] }),
    distributed: view.distributed.map((cluster) =>
      distributedDraft(view, cluster, { ...choices.distributed.get(cluster.name)!, patches: patches(cluster.name) }),
    ),
    namespaces: namespaceEntries(view, used, { routers: connected, isTrimmed, isUnmanaged }),
    networks,
    connections,
    extra: withoutSecrets(withPlain(view, extraObjects(view, choices.rendered), networks, joined), decisions),
    notes: choices.notes,
  };
}

/** Without objects that would bring a secret in clear into a file; these are named. */
function withoutSecrets(extra: FleetDraft['extra'], { withheld }: Decisions): FleetDraft['extra'] {
  const kept = [...extra].map(([cluster, objects]): [string, readonly KubernetesObject[]] => {
    const isOpen = (object: KubernetesObject) => {
      const path = clearSecretIn(object);
      if (path === undefined) return true;
      const title = objectTitle(refOf(object, cluster));
      withheld.set(title, {
        ...{ rule: 'cluster', severity: 'warning', cluster },
        message: `${title} is not taken over: its ${path} looks like a secret in clear, which no file may hold`,
        remedy: `It stays as it is, and is not the fleet's. Where it can refer to a Secret, let it, and import again.`,
      });
      return false;
    };
    return [cluster, objects.filter(isOpen)];
  });
  return new Map(kept.filter(([, objects]) => objects.length > 0));
}

function keyOf({ metadata }: KubernetesObject): string {
  return objectName(metadata);
}

/** Networks that keys can say, by namespace/name on the central cluster. */
function sayable(view: View, decisions: Decisions): Map<string, { object: KubernetesObject; place: Place }> {
  const all = seen(view.central.cluster, CORE, 'VirtualNetwork').filter((object) => !isOfCn2(object));
  const shared = sharedSubnets(all);
  const found = new Map<string, { object: KubernetesObject; place: Place }>();
  for (const object of all) {
    const place = placeOf(view, object.metadata.namespace ?? '');
    if (place === undefined || !isThere(view, place) || decisions.plainNetworks.has(keyOf(object))) continue;
    const entry = networkEntry(object, place, subnetsIn(view, object));
    const own = (entry?.objects ?? []).filter(({ kind }) => kind === 'Subnet');
    if (entry === undefined || own.some((subnet) => shared.has(keyOf(subnet)))) continue;
    found.set(keyOf(object), { object, place });
  }
  return found;
}

/** What CN2 still has of a namespace that is gone, or goes, is not to be made again. */
function isThere({ central, distributed }: View, { cluster, namespace }: Place): boolean {
  const live = cluster === central.name ? central.cluster : distributed.find(({ name }) => name === cluster)!.cluster;
  const found = seenObject(live, { group: '', kind: 'Namespace', name: namespace });
  return found !== undefined && found.metadata.deletionTimestamp === undefined;
}

function subnetsIn({ central }: View, { metadata: { namespace } }: KubernetesObject) {
  return (name: string) => {
    const subnet = seenObject(central.cluster, { group: CORE, kind: 'Subnet', namespace, name });
    return subnet === undefined || isOfCn2(subnet) ? undefined : subnet;
  };
}

function withLabels(view: View, object: KubernetesObject, place: Place, trimmed: readonly LiveRouter[]): NetworkEntry {
  const id = `${place.cluster}/${place.namespace}/${object.metadata.name}`;
  const selectors = trimmed.filter(({ networks }) => networks.includes(id)).map(({ selected }) => selected);
  const labels = onlyOne(selectors) ?? ownLabels(object);
  return networkEntry(object, place, subnetsIn(view, object), labels)!;
}

/** With the networks, subnets and routers that entries do not say. */
function withPlain(
  view: View,
  extra: ReadonlyMap<string, KubernetesObject[]>,
  networks: readonly NetworkEntry[],
  joined: ReadonlySet<KubernetesObject>,
): ReadonlyMap<string, readonly KubernetesObject[]> {
  const { name, cluster } = view.central;
  const said = new Set(networks.flatMap(({ objects }) => objects));
  const isPlain = (object: KubernetesObject) =>
    !said.has(object) && !isOfCn2(object) && placeOf(view, object.metadata.namespace ?? '') !== undefined;
  const networksOfCn2 = seen(cluster, CORE, 'VirtualNetwork').filter(isOfCn2);
  const theirs = new Set(networksOfCn2.flatMap(subnetNames));
  const plain = [
    ...seen(cluster, CORE, 'Subnet').filter((subnet) => isPlain(subnet) && !theirs.has(keyOf(subnet))),
    ...seen(cluster, CORE, 'VirtualNetwork').filter(isPlain),
    ...ownRouters(view).filter((router) => !joined.has(router) && isPlain(router)),
  ];
  const own = [...plain, ...(extra.get(name) ?? [])];
  return own.length === 0 ? extra : new Map([[name, own], ...[...extra].filter(([other]) => other !== name)]);
}

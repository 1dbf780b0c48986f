import { centralNamespace } from '../cn2/central-view.ts';
import { releaseFacts } from '../cn2/releases.ts';
import { endpointKey, endpointOf, ofNetwork } from '../expectation/expect.ts';
import type { Fleet, FleetNetwork } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Endpoint } from '../model/smoke.ts';
import { networkDrafts } from '../render/networks.ts';
import { type PlannedRouter, plannedRouters } from '../render/planned-routers.ts';
import { routerDrafts } from '../render/routers.ts';

/** A router as it should be, and whose networks it joins. */
export interface NeededRouter {
  planned: PlannedRouter;
  object: KubernetesObject;
}

/** The objects of the central cluster that paths depend on, as the fleet wants them. */
export interface Needed {
  central: string;
  /** Of a virtual network, in the order in which each needs the one before it; none for a default pod network. */
  ofEndpoint(endpoint: Endpoint): KubernetesObject[];
  /** The two routers by which a network reaches another one: the same twice where one router joins both; undefined where nothing joins them. */
  ofPath(source: Endpoint, target: Endpoint): [NeededRouter, NeededRouter] | undefined;
  routers: readonly NeededRouter[];
}

/** What the paths of a fleet need. A release that nobody knows has no routers: it has findings of its own. */
export function neededBy(fleet: Fleet): Needed {
  const facts = releaseFacts(fleet.release.version);
  const { drafts, labelled } = facts === undefined ? { drafts: [], labelled: new Set<string>() } : routerDrafts(fleet, facts);
  const planned = facts === undefined ? [] : plannedRouters(fleet);
  const routers = planned.map((each, at): NeededRouter => ({ planned: each, object: drafts[at]!.object }));
  const objects = facts === undefined ? [] : networkDrafts(fleet, facts, labelled).map(({ object }) => object);
  const networks = new Map(fleet.networks.map((network) => [endpointKey(endpointOf(network)), network]));
  const joins = ({ planned: { networks: own } }: NeededRouter, network: FleetNetwork) => own.includes(network);
  return {
    central: fleet.central.name,
    routers,
    ofEndpoint(endpoint) {
      const network = networks.get(endpointKey(ofNetwork(endpoint)));
      return network === undefined ? [] : [namespaceOf(fleet, network), ...objectsOf(fleet, network, objects)];
    },
    ofPath(source, target) {
      const [from, to] = [source, target].map((end) => networks.get(endpointKey(ofNetwork(end))));
      if (from === undefined || to === undefined) return undefined;
      const others = routers.filter((router) => joins(router, to));
      for (const own of routers.filter((router) => joins(router, from))) {
        const other = others.find((each) => each === own || own.planned.imports.includes(each.planned));
        if (other !== undefined) return [own, other];
      }
      return undefined;
    },
  };
}

/** A namespace as the central cluster should have it: CN2 copies the labels of a distributed one there. */
function namespaceOf(fleet: Fleet, { cluster, namespace }: FleetNetwork): KubernetesObject {
  const declared = fleet.namespaces.find((each) => each.cluster === cluster && each.name === namespace);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: centralNamespace(fleet, cluster, namespace),
      labels: declared?.manage === true ? declared.labels : {},
    },
  };
}

function objectsOf(fleet: Fleet, network: FleetNetwork, objects: readonly KubernetesObject[]): KubernetesObject[] {
  const namespace = centralNamespace(fleet, network.cluster, network.namespace);
  const own = (kind: string, name: string | undefined) =>
    objects.filter(({ kind: k, metadata }) => k === kind && metadata.namespace === namespace && metadata.name === name);
  return [...own('Subnet', network.v4?.subnet), ...own('Subnet', network.v6?.subnet), ...own('VirtualNetwork', network.name)];
}

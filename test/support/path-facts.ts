import { METADATA_NAME_LABEL } from '../../src/cn2/names.ts';
import type { CentralKind, ClusterAccess } from '../../src/diagnosis/facts.ts';
import { neededBy } from '../../src/diagnosis/needed.ts';
import { endpointOf } from '../../src/expectation/expect.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

/** What diagnoses go by, for tests to bend. */
export interface SeenFacts {
  access: Map<string, ClusterAccess>;
  central: Record<CentralKind, KubernetesObject[]>;
  daemonSets: Map<string, KubernetesObject[]>;
  nodes: Map<string, KubernetesObject[]>;
  networkPolicies: Map<string, KubernetesObject[]>;
}

/** Everything as the fleet wants it: one node for each cluster, no policies. */
export function soundFacts(fleet: Fleet): SeenFacts {
  const needed = neededBy(fleet);
  const clusters = [fleet.central, ...fleet.distributed].map(({ name }) => name);
  const objects = new Map(
    [...fleet.networks.map(endpointOf).flatMap(needed.ofEndpoint), ...needed.routers.map(({ object }) => object)].map(
      (object) => [`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`, structuredClone(object)],
    ),
  );
  for (const object of objects.values()) {
    object['status'] = object.kind === 'Namespace' ? { phase: 'Active' } : { state: 'Success' };
    // As an API server labels them.
    if (object.kind === 'Namespace')
      object.metadata.labels = { ...object.metadata.labels, [METADATA_NAME_LABEL]: object.metadata.name };
  }
  const of = (kind: string) => [...objects.values()].filter((object) => object.kind === kind);
  const each = <Value>(value: (name: string) => Value) => new Map(clusters.map((name) => [name, value(name)]));
  return {
    access: each((name) => ({ server: `https://${name}.example:6443`, uid: `uid-of-${name}` })),
    central: {
      Namespace: of('Namespace'),
      Subnet: of('Subnet'),
      VirtualNetwork: of('VirtualNetwork'),
      VirtualNetworkRouter: of('VirtualNetworkRouter'),
      VirtualRouter: clusters.map((name) => virtualRouter(nodeOf(name))),
      FirewallPolicy: [],
    },
    daemonSets: each(() => [daemonSet(1)]),
    nodes: each((name) => [node(nodeOf(name))]),
    networkPolicies: each(() => []),
  };
}

/** The one node of a cluster. */
export function nodeOf(cluster: string): string {
  return `${cluster}-cp0`;
}

export function daemonSet(ready: number): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'contrail-vrouter-nodes', namespace: 'contrail' },
    status: { desiredNumberScheduled: 1, numberReady: ready },
  };
}

export function node(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name } };
}

export function virtualRouter(name: string, state = 'Success'): KubernetesObject {
  return { apiVersion: 'core.contrail.juniper.net/v1alpha1', kind: 'VirtualRouter', metadata: { name }, status: { state } };
}

export function networkPolicy(namespace: string, spec: object): KubernetesObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'deny-all', namespace }, spec };
}

import { isDeepStrictEqual } from 'node:util';
import { CLUSTER_NAME_LABEL, CORE, clusterPrefix, DATAPLANE, DEFAULT_SUBNETS } from '../../src/cn2/names.ts';
import { releaseFacts } from '../../src/cn2/releases.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { WatchEvent } from '../../src/ports/cluster.ts';
import { MemoryCluster, type MemoryClusterOptions } from './memory-cluster.ts';
import { goneFromCentral, goneFromDistributed } from './memory-cn2-leaving.ts';

function resource(apiVersion: string, kind: string, plural: string, namespaced = true): Resource {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, kind, plural, namespaced };
}

const BUILT_IN = [
  resource('v1', 'Namespace', 'namespaces', false),
  resource('v1', 'Node', 'nodes', false),
  resource('v1', 'Pod', 'pods'),
  resource('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  resource('v1', 'Secret', 'secrets'),
  resource('v1', 'ConfigMap', 'configmaps'),
  resource('v1', 'Service', 'services'),
  resource('v1', 'ServiceAccount', 'serviceaccounts'),
  resource('apps/v1', 'Deployment', 'deployments'),
  resource('apps/v1', 'DaemonSet', 'daemonsets'),
  resource('apps/v1', 'StatefulSet', 'statefulsets'),
  resource('coordination.k8s.io/v1', 'Lease', 'leases'),
  resource('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false),
  resource('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', false),
  resource('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false),
  resource('apiregistration.k8s.io/v1', 'APIService', 'apiservices', false),
];
const CORE_KINDS = [
  resource(`${CORE}/v1alpha1`, 'VirtualNetwork', 'virtualnetworks'),
  resource(`${CORE}/v1alpha1`, 'Subnet', 'subnets'),
  resource(`${CORE}/v1alpha1`, 'VirtualNetworkRouter', 'virtualnetworkrouters'),
  resource(`${CORE}/v1alpha1`, 'RoutingInstance', 'routinginstances'),
  resource(`${CORE}/v1alpha1`, 'VirtualRouter', 'virtualrouters', false),
];
const KUBEMANAGER = resource('configplane.juniper.net/v1alpha1', 'Kubemanager', 'kubemanagers');
const CERTIFICATES = resource('configplane.juniper.net/v1alpha1', 'ContrailCertificateManager', 'contrailcertificatemanagers');
const VROUTER = resource(`${DATAPLANE}/v1alpha1`, 'Vrouter', 'vrouters');

/** Those of the central cluster. */
const CONTROLLERS = [
  ['contrail-system', 'contrail-k8s-apiserver'],
  ['contrail-system', 'contrail-k8s-controller'],
  ['contrail', 'contrail-k8s-kubemanager'],
] as const;

export interface MemoryCn2Options {
  /** Wraps what the clusters are made with: hooks on requests. */
  hooks?: Pick<MemoryClusterOptions, 'before' | 'after'>;
  now?: () => number;
  /** Names of the distributed cluster's nodes. */
  nodes?: string[];
  /** What an object of CN2's core becomes; default Success. */
  coreStatus?: (object: KubernetesObject) => { state: string; observation: string };
  /** The kubemanager of this cluster does not come up; true: of any. */
  kubemanagerDown?: boolean | string;
  /** Further distributed clusters. */
  more?: string[];
}

export interface MemoryCn2 {
  central: MemoryCluster;
  /** The first one, cluster2. */
  distributed: MemoryCluster;
  clusters: Map<string, MemoryCluster>;
}

/** Distributed clusters by CN2's clusterName. */
type Others = ReadonlyMap<string, MemoryCluster>;

/**
 * A healthy central cluster and a fresh distributed one, with controllers that do what CN2 does on an attach and a detach, each a turn of the
 * event loop later. For tests of what the tool does, not of CN2.
 */
export function memoryCn2(options: MemoryCn2Options = {}): MemoryCn2 {
  const later = (work: () => void) => void setImmediate(work);
  const shared = { ...options.hooks, ...(options.now === undefined ? {} : { now: options.now }) };
  const others = new Map<string, MemoryCluster>();
  const central: MemoryCluster = new MemoryCluster({
    name: 'cluster1',
    resources: [...BUILT_IN, ...CORE_KINDS, KUBEMANAGER],
    ...shared,
    controller: (_, event) => later(() => onCentral(central, others, event, options)),
  });
  installCentral(central);
  for (const [position, name] of ['cluster2', ...(options.more ?? [])].entries()) {
    const distributed = new MemoryCluster({
      name,
      resources: BUILT_IN,
      ...shared,
      controller: (cluster, event) => later(() => onDistributed(central, cluster, event)),
    });
    others.set(name, distributed);
    for (const space of ['kube-system', 'default']) distributed.put(namespace(space));
    for (const node of options.nodes ?? ['node1']) {
      const metadata = { name: position === 0 ? node : `${name}-${node}` };
      distributed.put({ apiVersion: 'v1', kind: 'Node', metadata, status: conditions('Ready', 'False') });
    }
  }
  const distributed = others.get('cluster2') as MemoryCluster;
  return { central, distributed, clusters: new Map([[central.name, central], ...others]) };
}

function installCentral(central: MemoryCluster): void {
  const home = 'contrail-k8s-kubemanager-cluster1-juniper-local-contrail';
  for (const name of ['kube-system', 'default', 'contrail', 'contrail-system', home]) central.put(namespace(name));
  central.put({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `v1alpha1.${CORE}` },
    status: conditions('Available', 'True'),
  });
  for (const [space, name] of CONTROLLERS) central.put(deployment(space, name));
  central.put({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'contrail-control', namespace: 'contrail' },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, readyReplicas: 1 },
  });
  central.put(core('VirtualNetwork', home, 'default-podnetwork', {}));
}

/** What a user does to the central cluster: its controllers run the release, and its kinds are served in the versions of it. */
export function upgradeCentral({ central }: MemoryCn2, version: string): void {
  const { versions } = releaseFacts(version)!;
  for (const name of versions.configplane === 'v1' ? ['v1', 'v1alpha1'] : ['v1alpha1'])
    central.serve({ ...KUBEMANAGER, version: name });
  const image = (name: string) => `hub.juniper.net/cn2/${name}:${version}`;
  for (const object of central.all().filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')) {
    const { name } = object.metadata;
    if (object.kind === 'Deployment' && !CONTROLLERS.some(([, known]) => known === name)) continue;
    const template = { spec: { containers: [{ name, image: image(name) }] } };
    rollOut(central, { ...object, spec: { ...(object['spec'] as object), template } });
  }
}

function onCentral(central: MemoryCluster, others: Others, event: WatchEvent, options: MemoryCn2Options): void {
  const { object } = event;
  if (event.type === 'DELETED') {
    goneFromCentral(central, object);
    return;
  }
  if (object.kind === 'Kubemanager') {
    const { clusterName } = object['spec'] as { clusterName: string };
    const distributed = others.get(clusterName);
    const down = options.kubemanagerDown === true || options.kubemanagerDown === clusterName;
    if (distributed !== undefined && !down) startKubemanager(central, distributed, object);
  } else if (['VirtualNetwork', 'Subnet', 'VirtualNetworkRouter'].includes(object.kind) && object['status'] === undefined) {
    const live = central.peek(object.kind, object.metadata.namespace, object.metadata.name);
    if (live === undefined || live['status'] !== undefined) return;
    central.put({ ...live, status: options.coreStatus?.(object) ?? { state: 'Success', observation: '' } });
  }
}

function startKubemanager(central: MemoryCluster, distributed: MemoryCluster, object: KubernetesObject): void {
  const spec = object['spec'] as Record<string, string>;
  const prefix = clusterPrefix(object.metadata.name, spec['clusterName'] ?? '');
  const home = `${prefix}-contrail`;
  rollOut(central, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: object.metadata.name, namespace: 'contrail' },
    spec: { replicas: 1, ...templateOf(object) },
    status: available(1),
  });
  once(central, namespace(home));
  once(central, core('VirtualNetwork', home, 'default-podnetwork', {}));
  once(central, core('VirtualNetwork', home, 'default-servicenetwork', {}));
  for (const [name, cidr] of [
    [DEFAULT_SUBNETS.podV4, spec['podV4Subnet']],
    [DEFAULT_SUBNETS.podV6, spec['podV6Subnet']],
    [DEFAULT_SUBNETS.serviceV4, spec['serviceV4Subnet']],
    [DEFAULT_SUBNETS.serviceV6, spec['serviceV6Subnet']],
  ] as const) {
    if (cidr !== undefined) once(central, core('Subnet', home, name, { cidr }));
  }
  for (const space of distributed.all().filter(({ kind }) => kind === 'Namespace')) mirror(central, space, prefix);
}

function mirror(central: MemoryCluster, space: KubernetesObject, prefix: string): void {
  const name = `${prefix}-${space.metadata.name}`;
  const labels = { ...space.metadata.labels, [CLUSTER_NAME_LABEL]: prefix };
  once(central, { ...namespace(name), metadata: { name, labels } });
}

function onDistributed(central: MemoryCluster, distributed: MemoryCluster, event: WatchEvent): void {
  const { object } = event;
  if (event.type === 'DELETED') {
    goneFromDistributed(central, distributed, object);
    return;
  }
  if (object.kind === 'Deployment' && object.metadata.name === 'contrail-k8s-deployer') startDeployer(distributed, object);
  if (object.kind === 'Namespace') {
    for (const kubemanager of central.all().filter(({ kind }) => kind === 'Kubemanager')) {
      const { clusterName } = kubemanager['spec'] as { clusterName: string };
      if (clusterName === distributed.name) mirror(central, object, clusterPrefix(kubemanager.metadata.name, clusterName));
    }
  }
  if (object.kind === 'ContrailCertificateManager') startCertificates(distributed, object);
  if (object.kind === 'Vrouter') startVrouter(central, distributed, object);
}

/** Loads the kinds of its release, then is available. */
function startDeployer(distributed: MemoryCluster, object: KubernetesObject): void {
  const live = distributed.peek('Deployment', object.metadata.namespace, object.metadata.name);
  const generation = live?.metadata.generation ?? 1;
  if (live === undefined || (live['status'] as { observedGeneration?: number } | undefined)?.observedGeneration === generation)
    return;
  const facts = releaseFacts(/contrail-k8s-deployer:([^"]+)/.exec(JSON.stringify(live['spec']))?.[1] ?? '');
  const names = facts?.versions.dataplane === 'v1' ? ['v1', 'v1alpha1'] : ['v1alpha1'];
  for (const version of names) distributed.serve({ ...VROUTER, version });
  if (facts?.certificates === true) for (const version of names) distributed.serve({ ...CERTIFICATES, version });
  distributed.put({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `vrouters.${DATAPLANE}` },
    spec: { versions: names.map((name, position) => ({ name, served: true, storage: position === 0 })) },
    status: conditions('Established', 'True'),
  });
  distributed.put({ ...live, status: available(generation) });
}

/** The pods of an operator's object have its containers. */
function templateOf(object: KubernetesObject): object {
  const { containers = [], initContainers = [] } = (object['spec'] as { common?: Record<string, object[]> }).common ?? {};
  return { template: { spec: { containers, initContainers } } };
}

/** A workload as its operator keeps it, ready at once. */
function rollOut(cluster: MemoryCluster, wanted: KubernetesObject): void {
  const { kind, metadata, spec, status } = wanted;
  const live = cluster.peek(kind, metadata.namespace, metadata.name);
  if (live !== undefined && isDeepStrictEqual(live['spec'], spec)) return;
  const stored = cluster.put({ ...wanted, metadata: { ...live?.metadata, ...metadata } });
  cluster.put({ ...stored, status: { ...(status as object), observedGeneration: stored.metadata.generation ?? 1 } });
}

function startCertificates(distributed: MemoryCluster, object: KubernetesObject): void {
  const { secrets = [] } = object['spec'] as { secrets?: { name: string; namespace: string }[] };
  for (const { name, namespace: space } of secrets)
    once(distributed, { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: space } });
}

function startVrouter(central: MemoryCluster, distributed: MemoryCluster, object: KubernetesObject): void {
  const nodes = distributed.all().filter(({ kind }) => kind === 'Node');
  rollOut(distributed, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: object.metadata.name, namespace: 'contrail' },
    spec: { ...templateOf(object) },
    status: { observedGeneration: 1, desiredNumberScheduled: nodes.length, numberReady: nodes.length },
  });
  for (const node of nodes) {
    distributed.put({ ...node, status: conditions('Ready', 'True') });
    const router = core('VirtualRouter', undefined, node.metadata.name, {});
    const { clusterName } = object['spec'] as { clusterName?: string };
    const labels = clusterName === undefined ? {} : { [CLUSTER_NAME_LABEL]: clusterName };
    once(central, { ...router, metadata: { ...router.metadata, labels } });
  }
}

function once(cluster: MemoryCluster, object: KubernetesObject): void {
  if (cluster.peek(object.kind, object.metadata.namespace, object.metadata.name) === undefined) cluster.put(object);
}

export function namespace(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, status: { phase: 'Active' } };
}

export function core(kind: string, space: string | undefined, name: string, spec: object, state = 'Success'): KubernetesObject {
  return {
    apiVersion: `${CORE}/v1alpha1`,
    kind,
    metadata: { name, ...(space === undefined ? {} : { namespace: space }) },
    spec,
    status: { state, observation: '' },
  };
}

export function deployment(space: string, name: string): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: space },
    spec: { replicas: 1 },
    status: available(1),
  };
}

export function available(observedGeneration: number): { [key: string]: unknown } {
  return { observedGeneration, ...conditions('Available', 'True') };
}

export function conditions(type: string, status: 'True' | 'False'): { conditions: { type: string; status: string }[] } {
  return { conditions: [{ type, status }] };
}

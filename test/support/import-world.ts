import { fqName, serverFilling } from '../../lab/cn2/control/server-filled.ts';
import {
  CORE,
  clusterPrefix,
  DEFAULT_NETWORK_LABEL,
  DEFAULT_POD_NETWORK,
  DEFAULT_SERVICE_NETWORK,
  ISOLATED_LABEL,
  isOwnKey,
  NETWORK_LABEL,
} from '../../src/cn2/names.ts';
import { type ImportOptions, importCommand } from '../../src/commands/import.ts';
import { planCommand } from '../../src/commands/plan.ts';
import { readDeclaration } from '../../src/declare/declaration.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { ImportDocument } from '../../src/model/import.ts';
import { groupOf, type KubernetesObject, type Resource } from '../../src/model/kubernetes.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import { credentialOf, toDesired } from '../../src/render/desired.ts';
import { rewriteServer } from '../../src/render/kubeconfig.ts';
import { render } from '../../src/render/render.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import { type MemoryCn2, memoryCn2 } from './memory-cn2.ts';
import { memoryFiles } from './memory-files.ts';
import { OPTIONS, testPorts } from './ports.ts';
import { smallRelease } from './small-release.ts';
import { credential } from './trust-fleet.ts';

/** A person with kubectl. */
const HAND = 'kubectl-client-side-apply';

function kind(apiVersion: string, name: string, plural: string): Resource {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, kind: name, plural, namespaced: true };
}

const MORE_KINDS: readonly Resource[] = [
  kind(`${CORE}/v1alpha1`, 'BGPRouter', 'bgprouters'),
  kind(`${CORE}/v1alpha1`, 'RouteTable', 'routetables'),
  kind('k8s.cni.cncf.io/v1', 'NetworkAttachmentDefinition', 'network-attachment-definitions'),
];
const CERTIFICATES = kind('configplane.juniper.net/v1alpha1', 'ContrailCertificateManager', 'contrailcertificatemanagers');
const VROUTERS = kind('dataplane.juniper.net/v1alpha1', 'Vrouter', 'vrouters');

export interface WorldOptions {
  vendorFiles?: Record<string, string>;
  extraFiles?: Record<string, string>;
  /** What somebody has made otherwise; undefined: not at all. */
  edit?: (object: KubernetesObject, cluster: string) => KubernetesObject | undefined;
  /** Objects that no declaration has. */
  more?: Record<string, KubernetesObject[]>;
  before?: Parameters<typeof memoryCn2>[0];
}

/** A fleet that runs as a declaration says, made by hand: CN2's own objects are there, and what its servers fill in. */
export interface ImportWorld {
  cn2: MemoryCn2;
  fleet: Fleet;
  vendorFiles: Record<string, string>;
}

/** Makes what a declaration renders exist, without a mark of the tool. */
export async function importWorld(text: string, options: WorldOptions = {}): Promise<ImportWorld> {
  const vendorFiles = options.vendorFiles ?? smallRelease();
  const declaration = readDeclaration(text, 'clusters.yaml');
  const { tree, findings } = render({ declaration, vendorFiles, extraFiles: options.extraFiles ?? {} });
  if (tree === undefined) throw new Error(`the world does not render: ${JSON.stringify([declaration.findings, findings])}`);
  const { fleet } = tree;
  const cn2 = memoryCn2({
    more: fleet.distributed.map(({ name }) => name).filter((name) => name !== 'cluster2'),
    ...options.before,
  });
  cn2.central.serve(...MORE_KINDS);
  for (const { name } of fleet.distributed) cn2.clusters.get(name)!.serve(VROUTERS, CERTIFICATES, MORE_KINDS[2]!);
  putOwn(cn2, fleet);
  const desired = toDesired(tree.manifests, (content) => {
    const found = credentialOf(fleet, content);
    if (found === undefined) return '{}';
    const value = heldBy('env' in found.ref ? found.ref.env : '');
    return found.server === undefined ? value : rewriteServer(value, undefined, found.server);
  });
  const objects = desired.map(({ manifest, object }) => ({ cluster: manifest.cluster, object }));
  const more = Object.entries(options.more ?? {}).flatMap(([cluster, list]) => list.map((object) => ({ cluster, object })));
  for (const { cluster, object } of [...objects, ...more]) {
    const made = plain(object);
    const edited = options.edit === undefined ? made : options.edit(made, cluster);
    if (edited === undefined) continue;
    const at = cn2.clusters.get(cluster)!;
    at.put(edited, HAND);
    await turns();
  }
  fill(cn2, fleet);
  await turns();
  for (const cluster of cn2.clusters.values()) cluster.audit.length = 0;
  return { cn2, fleet, vendorFiles };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What a variable holds: a pull secret for every registry of these tests, or a kubeconfig. */
function heldBy(variable: string): string {
  if (!variable.includes('PULL_SECRET')) return credential(variable);
  const account = variable === 'CN2_PULL_SECRET' ? 'canary' : variable;
  const registries = ['hub.juniper.net', 'enterprise-hub.juniper.net', 'mirror.example.org', 'mirror3.example.org'];
  return JSON.stringify({ auths: Object.fromEntries(registries.map((host) => [host, { auth: btoa(`lab:${account}`) }])) });
}

/** Without the tool's own marks, but for the label that routers select by where nobody has given another. */
function plain(object: KubernetesObject): KubernetesObject {
  const kept = (map: Record<string, string> | undefined) =>
    Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !isOwnKey(key) || key === NETWORK_LABEL));
  const { labels, annotations, ...metadata } = object.metadata;
  const maps = Object.entries({ labels: kept(labels), annotations: kept(annotations) }).filter(
    ([, map]) => Object.keys(map).length > 0,
  );
  return structuredClone({ ...object, metadata: { ...metadata, ...Object.fromEntries(maps) } });
}

/** What is on the clusters before a fleet is declared. */
function putOwn({ central, clusters }: MemoryCn2, fleet: Fleet): void {
  const version = fleet.release.images?.['contrail-k8s-kubemanager'] ?? fleet.release.version;
  const image = `${fleet.release.registry ?? 'hub.juniper.net/cn2'}/contrail-k8s-kubemanager:${version}`;
  central.put({
    apiVersion: 'configplane.juniper.net/v1alpha1',
    kind: 'Kubemanager',
    metadata: { name: 'contrail-k8s-kubemanager', namespace: 'contrail' },
    spec: { common: { containers: [{ name: 'contrail-k8s-kubemanager', image }] } },
  });
  for (const cluster of clusters.values())
    for (const node of cluster.all().filter(({ kind: which }) => which === 'Node'))
      cluster.put({ ...node, metadata: { ...node.metadata, labels: { 'node-role.kubernetes.io/master': '' } } });
  for (const { name, podSubnets, serviceSubnets } of [fleet.central, ...fleet.distributed]) {
    const networking = { podSubnet: podSubnets.join(','), serviceSubnet: serviceSubnets.join(',') };
    clusters.get(name)!.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kubeadm-config', namespace: 'kube-system' },
      data: { ClusterConfiguration: JSON.stringify({ clusterName: `${name}.juniper.local`, networking }) },
    });
  }
}

/** What CN2 adds to what is there. */
function fill({ central }: MemoryCn2, fleet: Fleet): void {
  for (const space of central.all().filter(({ kind: which }) => which === 'Namespace')) {
    if (space.metadata.labels?.[ISOLATED_LABEL] !== 'true') continue;
    for (const name of [DEFAULT_POD_NETWORK, DEFAULT_SERVICE_NETWORK])
      putCore(central, space.metadata.name, 'VirtualNetwork', name, { labels: { [DEFAULT_NETWORK_LABEL]: name } });
  }
  for (const { kubemanager, name } of fleet.distributed)
    putCore(
      central,
      `${clusterPrefix(kubemanager, name)}-contrail`,
      'VirtualNetworkRouter',
      'DefaultServiceNetwork',
      {},
      { type: 'hub' },
    );
  for (const object of central.all()) {
    if (groupOf(object.apiVersion) !== CORE || !['VirtualNetwork', 'Subnet', 'VirtualNetworkRouter'].includes(object.kind))
      continue;
    const filling = serverFilling(object, (namespace, name) => central.peek('Subnet', namespace, name));
    if (filling === undefined) continue;
    const { metadata } = object;
    const labels = Object.entries({ ...metadata.labels, ...filling.metadata.labels }).filter(([, value]) => value !== null);
    const finalizers = [`${object.kind.toLowerCase()}.finalizers.core.juniper.net`];
    const spec = merged(object['spec'] as object, filling.spec);
    central.put(
      { ...object, metadata: { ...metadata, labels: Object.fromEntries(labels) as Record<string, string>, finalizers }, spec },
      'manager',
    );
  }
}

function merged(one: object, other: object): object {
  const isMap = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const members = Object.entries(other).map(([key, value]) => {
    const there = (one as Record<string, unknown>)[key];
    return [key, isMap(there) && isMap(value) ? merged(there as object, value as object) : value];
  });
  return { ...one, ...Object.fromEntries(members) };
}

function putCore(
  central: MemoryCluster,
  namespace: string,
  which: string,
  name: string,
  metadata: object,
  spec: object = {},
): void {
  const object = {
    apiVersion: `${CORE}/v1alpha1`,
    kind: which,
    metadata: { namespace, name, ...metadata },
    spec: { ...spec, fqName: fqName(namespace, name) },
  };
  central.put({ ...object, status: { state: 'Success', observation: '' } }, 'kubemanager');
}

/** Ports over the clusters of a world and a folder. */
function portsOf({ cn2 }: Pick<ImportWorld, 'cn2'>, files: Record<string, string>, given: Record<string, string> = {}) {
  const ports = {
    credentials: {
      resolve: async (ref: object) => {
        const name = 'env' in ref ? String(ref.env) : '';
        return { status: 'ok' as const, value: given[name] ?? heldBy(name) };
      },
    },
    connector: { connect: (name: string) => cn2.clusters.get(name) ?? unreachable(name) },
  };
  return testPorts(memoryFiles(files), ports);
}

function unreachable(name: string): never {
  throw new ClusterError(`${name}: there is no such cluster`, { cluster: name, cause: 'credential', fieldConflicts: [] });
}

export interface Imported extends Outcome<ImportDocument> {
  /** The folder afterwards. */
  files: Record<string, string>;
  /** Requests other than reads, by cluster. */
  writes: string[];
}

/** Imports a world, with the folder of manifests that it was made from unless `changes` say otherwise. */
export async function imported(
  world: Pick<ImportWorld, 'cn2' | 'fleet' | 'vendorFiles'>,
  changes: Partial<ImportOptions> & { files?: Record<string, string>; given?: Record<string, string> } = {},
): Promise<Imported> {
  const { files: there = {}, given = {}, ...options } = changes;
  const files = { ...world.vendorFiles, ...there };
  const { central, distributed, metadata } = world.fleet;
  const named = ({ name, kubeconfig }: { name: string; kubeconfig: Fleet['central']['kubeconfig'] }) => ({ name, kubeconfig });
  const outcome = await importCommand(portsOf(world, files, given), {
    ...OPTIONS,
    central: named(central),
    distributed: distributed.map(named),
    name: metadata.name,
    manifests: [world.fleet.release.manifests],
    ...options,
  });
  const READS = new Set(['GET', 'LIST', 'DISCOVERY']);
  const writes = [...world.cn2.clusters.values()].flatMap(({ audit }) =>
    audit
      .filter(({ verb }) => !READS.has(verb))
      .map(({ verb, cluster, kind: which, name }) => `${cluster} ${verb} ${which} ${name}`),
  );
  return { ...outcome, files, writes };
}

/** What `plan` says of a folder on the clusters of a world: the changes that adopt nothing, and its errors. */
export async function plannedChanges(
  world: Pick<ImportWorld, 'cn2'>,
  files: Record<string, string>,
  given: Record<string, string> = {},
) {
  const { document } = await planCommand(portsOf(world, files, given), { ...OPTIONS, offline: false });
  const changes = document.clusters.flatMap((cluster) =>
    cluster.changes.map((change) => ({
      change,
      text: `${cluster.name} ${change.action} ${change.kind} ${change.namespace ?? ''}/${change.name}`,
    })),
  );
  return {
    adopted: changes.filter(({ change }) => change.action === 'adopt').length,
    others: changes
      .filter(({ change }) => change.action !== 'adopt')
      .map(({ text, change }) => ({ text, fields: change.fields })),
    errors: document.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    complete: document.complete,
  };
}

import { EMULATED_ANNOTATION } from '../../src/cn2/names.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { ensureBinaries } from '../binaries/binaries.ts';
import { cacheFolder } from '../binaries/cache.ts';
import { type LabCluster, labClusters } from './clusters.ts';
import { attempt } from './commands.ts';
import { auditLog } from './create.ts';
import { kubeconfigPath } from './kubeconfig.ts';
import { type Node, nodesOf } from './nodes.ts';
import { nodeProvider } from './provider.ts';
import { type LabState, labFolder, readState } from './state.ts';

export interface ClusterStatus {
  name: string;
  role: LabCluster['role'];
  server: string;
  kubeconfig: string;
  auditLog?: string;
  nodes: (Node & { ready: boolean | null })[];
  /** null where the API does not answer. */
  cn2: { installed: boolean; emulated: boolean; workloads: Workload[] } | null;
}

interface Workload {
  kind: string;
  namespace: string;
  name: string;
  ready: number;
  desired: number;
}

export interface StatusDocument {
  schemaVersion: 1;
  fleet: string;
  up: boolean;
  provider?: string;
  network?: string;
  clusters: ClusterStatus[];
}

/** What of a fleet's lab is there, as text or as one JSON document. */
export async function labStatus(options: { fleet: Fleet; json: boolean; cacheDir?: string }): Promise<string> {
  const document = await statusDocument(options.fleet, options.cacheDir ?? cacheFolder());
  return options.json ? `${JSON.stringify(document, undefined, 2)}\n` : statusText(document);
}

async function statusDocument(fleet: Fleet, cacheDir: string): Promise<StatusDocument> {
  const name = fleet.metadata.name;
  const state = await readState(cacheDir, name);
  if (state === undefined) return { schemaVersion: 1, fleet: name, up: false, clusters: [] };
  const { kubectl } = await ensureBinaries(['kubectl'], { cacheDir });
  const clusters = await Promise.all(labClusters(fleet).map((cluster) => clusterStatus(cluster, state, cacheDir, kubectl)));
  return { schemaVersion: 1, fleet: name, up: state.ready, provider: state.provider, network: state.network, clusters };
}

async function clusterStatus(cluster: LabCluster, state: LabState, cacheDir: string, kubectl: string): Promise<ClusterStatus> {
  const folder = labFolder(cacheDir, state.fleet);
  const kubeconfig = kubeconfigPath(folder, cluster);
  const provider = await nodeProvider(state.provider, state.network, cacheDir);
  const list = async (...args: string[]): Promise<KubernetesObject[] | undefined> => {
    const get = ['--kubeconfig', kubeconfig, '--request-timeout', '5s', 'get', ...args, '-o', 'json'];
    const { exitCode, stdout } = await attempt(kubectl, get, { timeout: 10_000 });
    return exitCode === 0 ? (JSON.parse(stdout) as { items: KubernetesObject[] }).items : undefined;
  };
  const [containers, nodes, namespaces, workloads] = await Promise.all([
    nodesOf(provider, cluster.kindName, state.network),
    list('nodes'),
    list('namespaces'),
    list('deployments,statefulsets,daemonsets', '--all-namespaces'),
  ]);
  return {
    name: cluster.name,
    role: cluster.role,
    server: cluster.server.url,
    kubeconfig,
    ...(state.audit ? { auditLog: auditLog(folder, cluster) } : {}),
    nodes: containers.map((node) => ({ ...node, ready: readyOf(nodes?.find(({ metadata }) => metadata.name === node.name)) })),
    cn2: namespaces && workloads ? cn2Status(namespaces, workloads) : null,
  };
}

function readyOf(node: KubernetesObject | undefined): boolean | null {
  if (node === undefined) return null;
  const conditions = (node['status'] as { conditions?: { type: string; status: string }[] } | undefined)?.conditions;
  return conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
}

function cn2Status(namespaces: KubernetesObject[], workloads: KubernetesObject[]): NonNullable<ClusterStatus['cn2']> {
  const contrail = namespaces.find(({ metadata }) => metadata.name === 'contrail');
  return {
    installed: contrail !== undefined,
    emulated: contrail?.metadata.annotations?.[EMULATED_ANNOTATION] === 'true',
    workloads: workloads.filter(({ metadata }) => /^contrail/.test(metadata.namespace ?? '')).map(workloadOf),
  };
}

function workloadOf({ kind, metadata, spec, status }: KubernetesObject): Workload {
  const wanted = spec as { replicas?: number } | undefined;
  const seen = status as { readyReplicas?: number; numberReady?: number; desiredNumberScheduled?: number } | undefined;
  return {
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    ready: seen?.numberReady ?? seen?.readyReplicas ?? 0,
    desired: kind === 'DaemonSet' ? (seen?.desiredNumberScheduled ?? 0) : (wanted?.replicas ?? 1),
  };
}

function statusText(document: StatusDocument): string {
  if (document.clusters.length === 0) return `no lab of ${document.fleet} is up\n`;
  const lines = [
    `lab of ${document.fleet}: ${document.up ? 'up' : 'not complete'}, ${document.provider}, network ${document.network}`,
  ];
  for (const cluster of document.clusters) {
    lines.push('', `${cluster.name} (${cluster.role}) ${cluster.server}`);
    for (const node of cluster.nodes) {
      const state = !node.running ? 'stopped' : node.ready ? 'Ready' : 'NotReady';
      lines.push(`  node ${node.name}  ${state}  ${Object.values(node.addresses).join('  ')}`);
    }
    lines.push(`  kubeconfig ${cluster.kubeconfig}`);
    if (cluster.auditLog !== undefined) lines.push(`  audit log ${cluster.auditLog}`);
    lines.push(`  CN2 ${cn2Text(cluster.cn2)}`);
  }
  return `${lines.join('\n')}\n`;
}

function cn2Text(cn2: ClusterStatus['cn2']): string {
  if (cn2 === null) return 'unknown: the API does not answer';
  if (!cn2.installed) return 'not installed';
  const missing = cn2.workloads.filter(({ ready, desired }) => ready < desired);
  const kind = cn2.emulated ? 'installed (emulated)' : 'installed';
  if (missing.length === 0) return `${kind}, ${cn2.workloads.length} workloads ready`;
  return `${kind}, not ready: ${missing.map(({ namespace, name, ready, desired }) => `${namespace}/${name} ${ready}/${desired}`).join(', ')}`;
}

import { existsSync, readFileSync } from 'node:fs';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { cli } from './cli.ts';

/** Why the lab cannot run here; undefined: it can. */
export const NO_LAB: string | undefined =
  process.platform !== 'linux'
    ? 'it needs Linux'
    : process.getuid?.() !== 0
      ? 'it needs root for nodes and routes'
      : existsSync('/usr/bin/podman') || existsSync('/usr/bin/apt-get')
        ? undefined
        : 'it needs podman or docker';

export interface Lab extends AsyncDisposable {
  /** The folder of the declaration. */
  folder: string;
  /** What `lab env` exports. */
  environment: Record<string, string>;
  clusters: Map<string, Cluster>;
  auditLogs: Map<string, string>;
}

interface Status {
  clusters: { name: string; kubeconfig: string; auditLog?: string }[];
}

/** Brings a declaration's lab up, audited, as a user does. What an earlier run left behind is removed first. */
export async function startLab(folder: string): Promise<Lab> {
  const lab = async (...args: string[]) => {
    const result = await cli(folder, ['lab', ...args]);
    if (result.exitCode !== 0) throw new Error(`lab ${args.join(' ')} ended with ${result.exitCode}:\n${result.stderr}`);
    return result.stdout;
  };
  await lab('down');
  await lab('up', '--audit');
  const environment: Record<string, string> = {};
  for (const line of (await lab('env')).split('\n')) {
    const match = /^export ([A-Za-z0-9_]+)=['"]?([^'"]*)['"]?$/.exec(line);
    if (match?.[1] !== undefined) environment[match[1]] = match[2] ?? '';
  }
  const status = JSON.parse(await lab('status', '--format', 'json')) as Status;
  const clusters = new Map(
    status.clusters.map(({ name, kubeconfig }) => [name, kubernetesConnector().connect(name, readFileSync(kubeconfig, 'utf8'))]),
  );
  return {
    folder,
    environment,
    clusters,
    auditLogs: new Map(status.clusters.map(({ name, auditLog }) => [name, auditLog ?? ''])),
    async [Symbol.asyncDispose]() {
      await Promise.all([...clusters.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
      await lab('down');
    },
  };
}

/** Objects of a kind on a cluster, by kind name; the cluster's preferred version. */
export async function listed(cluster: Cluster, kind: string): Promise<KubernetesObject[]> {
  const resource = await resourceOf(cluster, kind);
  return resource === undefined ? [] : cluster.list(resource);
}

/** A kind as a cluster serves it. */
export async function resourceOf(cluster: Cluster, kind: string): Promise<Resource | undefined> {
  return (await cluster.discover()).resources.find((resource) => resource.kind === kind);
}

/** The objects that an attach leaves behind, without what differs from run to run: names → what they say. */
export async function snapshot(clusters: ReadonlyMap<string, Cluster>): Promise<Record<string, unknown>> {
  const kinds = [
    'Namespace',
    'Kubemanager',
    'Vrouter',
    'Subnet',
    'VirtualNetwork',
    'VirtualNetworkRouter',
    'VirtualRouter',
    'Deployment',
    'DaemonSet',
    'ClusterRole',
    'ClusterRoleBinding',
    'ServiceAccount',
  ];
  const objects: Record<string, unknown> = {};
  for (const [name, cluster] of clusters) {
    for (const kind of kinds) {
      for (const object of await listed(cluster, kind)) {
        const { metadata, spec, status, rules, roleRef, subjects } = object;
        const state = (status as { state?: unknown; phase?: unknown } | undefined) ?? {};
        objects[[name, kind, metadata.namespace ?? '_', metadata.name].join('/')] = {
          labels: metadata.labels,
          managers: [...new Set(metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`))].sort(),
          spec: comparable(kind, spec),
          state: [state.state, state.phase],
          rules,
          roleRef,
          subjects,
        };
      }
    }
  }
  return objects;
}

/** Workloads by their images; where a node is reached is a matter of the lab's network. */
function comparable(kind: string, spec: unknown): unknown {
  if (kind === 'Deployment' || kind === 'DaemonSet') return templateImages(spec);
  return kind === 'VirtualRouter' ? { ...(spec as object), virtualRouterIPAddress: undefined } : spec;
}

function templateImages(spec: unknown): unknown {
  const template = (spec as { template?: { spec?: { containers?: { image?: string }[] } } } | undefined)?.template;
  return template?.spec?.containers?.map(({ image }) => image);
}

/** Requests of the tool in an audit log since an offset, and whether each is a write. */
export function auditedRequests(log: string, from = 0): { verb: string; uri: string; write: boolean }[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .slice(from)
    .map((line) => JSON.parse(line) as { verb: string; requestURI: string; userAgent?: string; stage: string })
    .filter(({ userAgent, stage }) => userAgent?.startsWith('cn2-fleet') === true && stage !== 'RequestReceived')
    .map(({ verb, requestURI }) => ({
      verb,
      uri: requestURI,
      write: !['get', 'list', 'watch'].includes(verb) && !/[?&]dryRun=All/.test(requestURI),
    }));
}

/** Lines in a log so far. */
export function lineCount(log: string): number {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '').length;
}

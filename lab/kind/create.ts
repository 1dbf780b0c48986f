import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheKey, ensureFolder } from '../binaries/cache.ts';
import type { LabCluster } from './clusters.ts';
import { attempt, LabError, run } from './commands.ts';
import { AUDIT_FILES, AUDIT_POLICY, kindConfig } from './kind-config.ts';
import { importArchive, type Node, nodesOf, removeNodes, runningNodes } from './nodes.ts';
import type { NodeProvider } from './provider.ts';

/** What all clusters of a lab share. */
export interface CreateContext {
  provider: NodeProvider;
  image: string;
  network: string;
  kind: string;
  folder: string;
  audit: boolean;
  log: (line: string) => void;
  signal: AbortSignal;
}

/** Folder of a cluster's audit log and policy. */
function auditFolder(folder: string, cluster: LabCluster): string {
  return join(folder, 'audit', cluster.name);
}

/** Path of a cluster's audit log. */
export function auditLog(folder: string, cluster: LabCluster): string {
  return join(auditFolder(folder, cluster), AUDIT_FILES.log);
}

/** kind's configuration of a cluster in this lab. */
function configOf(cluster: LabCluster, lab: Pick<CreateContext, 'provider' | 'folder' | 'audit'>): string {
  return kindConfig(cluster, {
    ownImage: lab.provider.name === 'podman',
    ...(lab.audit ? { auditFolder: auditFolder(lab.folder, cluster) } : {}),
  });
}

/** Digest of everything that a lab's clusters are made from. */
export function labDigest(clusters: readonly LabCluster[], lab: Pick<CreateContext, 'provider' | 'folder' | 'audit'>): string {
  return cacheKey(clusters.flatMap((cluster) => [configOf(cluster, lab), cluster.server.url]));
}

/**
 * Makes a cluster with kind, and imports the archive into each node while kubeadm is still at work there: the nodes'
 * containerd is up long before the cluster is. Resolves with the nodes when both are done.
 */
export async function createCluster(cluster: LabCluster, archive: Promise<string>, lab: CreateContext): Promise<Node[]> {
  await removeNodes(lab.provider, [cluster.kindName]); // of a run that was killed halfway
  if (lab.audit) {
    const folder = await ensureFolder(auditFolder(lab.folder, cluster));
    await writeFile(join(folder, AUDIT_FILES.policy), AUDIT_POLICY);
  }
  const ended = new AbortController();
  const signal = AbortSignal.any([lab.signal, ended.signal]);
  const creating = kindCreate(cluster, lab);
  const importing = importIntoNodes(cluster, archive, lab, signal);
  try {
    await Promise.all([creating, importing]);
  } catch (error) {
    ended.abort();
    await Promise.allSettled([creating, importing]);
    throw error;
  }
  return nodesOf(lab.provider, cluster.kindName, lab.network);
}

async function kindCreate(cluster: LabCluster, lab: CreateContext): Promise<void> {
  const args = ['create', 'cluster', '--name', cluster.kindName, '--image', lab.image, '--config', '-'];
  // kind would write into the user's own kubeconfig.
  const kubeconfig = ['--kubeconfig', join(lab.folder, `${cluster.name}.kind`)];
  // A kind that outlives this process would go on making containers behind the back of `lab down`.
  const result = await attempt('setpriv', ['--pdeathsig', 'KILL', lab.kind, ...args, ...kubeconfig], {
    env: lab.provider.env,
    input: configOf(cluster, lab),
    signal: lab.signal,
  });
  if (result.exitCode !== 0) {
    const words = result.stderr.trim().split('\n').slice(-25).join('\n');
    throw new LabError(`kind could not make cluster ${cluster.kindName}:\n${words}`);
  }
}

async function importIntoNodes(
  cluster: LabCluster,
  archive: Promise<string>,
  lab: CreateContext,
  signal: AbortSignal,
): Promise<void> {
  const path = await archive;
  const imported = new Map<string, Promise<void>>();
  while (imported.size < cluster.workers + 1) {
    if (signal.aborted) return;
    for (const node of await runningNodes(lab.provider, cluster.kindName).catch(() => [])) {
      if (imported.has(node)) continue;
      const done = importArchive(lab.provider, node, path, signal);
      done.catch(() => {});
      imported.set(node, done);
    }
    await sleep(1000);
  }
  await Promise.all(imported.values());
}

const LABEL_TIMEOUT_MS = 120_000;

/**
 * The label that CN2's deployer of 22.x selects; kubelets may not give it to themselves. An API server that has just come up may be
 * away again for a moment: on a busy host the kubelet restarts one that answers late.
 */
export async function labelControlPlane(
  kubectl: string,
  kubeconfig: string,
  node: string,
  timeout = LABEL_TIMEOUT_MS,
): Promise<void> {
  const args = ['--kubeconfig', kubeconfig, 'label', 'node', node, 'node-role.kubernetes.io/master=', '--overwrite'];
  const end = Date.now() + timeout;
  for (;;) {
    try {
      await run(kubectl, args);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(1000);
    }
  }
}

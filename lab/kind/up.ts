import { readFile } from 'node:fs/promises';
import { probeImage } from '../../src/cn2/probe-image.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { ensureBinaries } from '../binaries/binaries.ts';
import { cacheFolder, cacheKey } from '../binaries/cache.ts';
import { buildImages } from '../cn2/image/build.ts';
import { centralManifest, installCentral } from '../cn2/install.ts';
import type { LabCluster } from './clusters.ts';
import { LabError } from './commands.ts';
import { auditLog, type CreateContext, createCluster, labelControlPlane } from './create.ts';
import { labPullSecret } from './env.ts';
import { prepareHost, restoreHost } from './host.ts';
import { lockHost } from './host-record.ts';
import { makeRoom } from './host-room.ts';
import { imageNames, registryHosts } from './image-names.ts';
import { saveKubeconfig } from './kubeconfig.ts';
import { ensureNetwork, routeToNode } from './network.ts';
import { addressScript, importArchive, type Node, nodesOf } from './nodes.ts';
import { openLab } from './open.ts';
import { nodeImage, onNode } from './provider.ts';
import { type LabState, lockLab, removeState, writeState } from './state.ts';

export interface UpOptions {
  fleet: Fleet;
  /** The files of the manifests folder: path → text. */
  release: Record<string, string>;
  audit: boolean;
  /** docker or podman; absent: what works here. */
  provider?: string;
  /** The lab is a rehearsal's, and nobody else's. */
  rehearsal?: true;
  cacheDir?: string;
  log: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Brings a fleet's clusters up, with CN2 on the central one. What is there already stays: a second run, or one after a run
 * that was killed, does only what is missing; where the release was changed, it upgrades the central cluster. Throws LabError.
 */
export async function labUp(options: UpOptions): Promise<void> {
  const { fleet, log, signal } = options;
  const cacheDir = options.cacheDir ?? cacheFolder();
  await using _lock = await lockLab(cacheDir, fleet.metadata.name, log);
  // It may have waited for the end of a lab that the same interruption took down.
  if (signal.aborted) throw new LabError('interrupted');
  const { clusters, provider, folder, state, fresh } = await openLab(options, cacheDir);
  await prepareHost(cacheDir, state.provider);
  await makeRoom(cacheDir, clusters, state, log).catch(async (error: unknown) => {
    if (fresh) await forget(cacheDir, state);
    throw error;
  });

  const [binaries, image] = await Promise.all([
    ensureBinaries(['kind', 'kubectl'], { cacheDir, progress: log }),
    nodeImage(provider, cacheDir, log),
  ]);
  const names = imageNames(fleet, options.release);
  const archive = buildImages({
    cacheDir,
    names,
    probeNames: fleet.smoke === undefined ? [] : [fleet.central, ...fleet.distributed].map(({ name }) => probeImage(fleet, name)),
    binaries,
    progress: log,
  }).then((built) => built.archive);
  archive.catch(() => {}); // awaited by each cluster
  {
    // Two labs that look for free subnets at the same time would find the same ones.
    await using _host = await lockHost(cacheDir);
    await ensureNetwork(provider, state.network, fleet);
  }

  const { network, audit } = state;
  const lab: CreateContext = { provider, image, network, kind: binaries.kind, folder, audit, log, signal };
  const nodes = await everyOrFirstError(clusters.map((cluster) => ensureCluster(cluster, archive, lab, state, cacheDir)));
  signal.throwIfAborted();
  state.archive = await archive;
  const servers = clusters.map((cluster, index) => ({ cluster, node: controlPlane(nodes[index], cluster) }));
  for (const { cluster, node } of servers) await routeToNode(cluster.server.address, node.addresses[cluster.server.family] ?? '');
  const kubeconfigs = await Promise.all(
    servers.map(async ({ cluster, node }, index) => {
      for (const each of nodes[index] ?? [])
        await onNode(provider, each.name, ['sh', '-s'], { input: addressScript(cluster, each, servers) });
      const path = await saveKubeconfig(provider, node.name, cluster, folder);
      await labelControlPlane(binaries.kubectl, path, node.name);
      return path;
    }),
  );
  log(`clusters are up: ${clusters.map((cluster) => `${cluster.name} at ${cluster.server.url}`).join(', ')}`);

  const pullSecret = labPullSecret(registryHosts(names));
  const manifest = centralManifest(fleet, options.release, pullSecret);
  const digest = cacheKey([manifest]);
  if (!state.ready || (state.installed ?? digest) !== digest) {
    const kubeconfig = await readFile(kubeconfigs[0] ?? '', 'utf8');
    const installing = installCentral({ fleet, kubeconfig, manifest, kubectl: binaries.kubectl, progress: log });
    await Promise.race([installing, aborted(signal)]);
    state.ready = true;
  }
  state.installed = digest;
  await writeState(cacheDir, state);
  if (audit) for (const cluster of clusters) log(`audit log of ${cluster.name}: ${auditLog(folder, cluster)}`);
}

/** Leaves a host that was refused as it was found. */
async function forget(cacheDir: string, state: LabState): Promise<void> {
  await removeState(cacheDir, state.fleet);
  await restoreHost(cacheDir, state.provider);
}

/** Like Promise.all, but waits for all: nothing continues behind an error that was reported. */
async function everyOrFirstError<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

async function ensureCluster(
  cluster: LabCluster,
  archive: Promise<string>,
  lab: CreateContext,
  state: LabState,
  cacheDir: string,
): Promise<Node[]> {
  const entry = state.clusters.find(({ name }) => name === cluster.name);
  if (entry?.created) {
    const nodes = await nodesOf(lab.provider, cluster.kindName, lab.network);
    if (nodes.length === cluster.workers + 1 && nodes.every(({ running }) => running)) {
      // The emulator, the mirror or the probe's name has changed since: pods that start from now on find the new images.
      if ((await archive) !== state.archive)
        await Promise.all(nodes.map(async ({ name }) => importArchive(lab.provider, name, await archive)));
      return nodes;
    }
    throw new LabError(`nodes of ${cluster.name} are gone or stopped; run lab down, then lab up`);
  }
  lab.log(`creating cluster ${cluster.kindName} (${cluster.workers + 1} node${cluster.workers === 0 ? '' : 's'})`);
  const nodes = await createCluster(cluster, archive, lab);
  if (entry) entry.created = true;
  await writeState(cacheDir, state);
  return nodes;
}

function controlPlane(nodes: readonly Node[] | undefined, cluster: LabCluster): Node {
  const node = nodes?.find(({ role }) => role === 'control-plane');
  if (node?.addresses[cluster.server.family] === undefined)
    throw new LabError(`the control plane of ${cluster.name} has no ${cluster.server.family} address on the lab's network`);
  return node;
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

import type { Fleet } from '../../src/model/fleet.ts';
import { cacheFolder } from '../binaries/cache.ts';
import { restoreHost } from './host.ts';
import { removeNetwork, removeRoute } from './network.ts';
import { removeNodes } from './nodes.ts';
import { nodeProvider } from './provider.ts';
import { lockLab, readState, removeState } from './state.ts';

export interface DownOptions {
  fleet: Pick<Fleet, 'metadata'>;
  cacheDir?: string;
  log: (line: string) => void;
}

/**
 * Removes what `lab up` made for this fleet, whole or half, and nothing else: nodes with their volumes, the network, routes,
 * kubeconfigs; after the host's last lab also its kernel settings, netavark's chains and podman's empty cgroups.
 * Without a lab it does nothing. Binaries and images stay in the cache.
 */
export async function labDown(options: DownOptions): Promise<void> {
  const cacheDir = options.cacheDir ?? cacheFolder();
  const fleet = options.fleet.metadata.name;
  await using _lock = await lockLab(cacheDir, fleet, options.log);
  const state = await readState(cacheDir, fleet);
  if (state === undefined) {
    options.log(`no lab of ${fleet} is up`);
    return;
  }
  const provider = await nodeProvider(state.provider, state.network, cacheDir);
  const kindNames = state.clusters.map(({ kindName }) => kindName);
  await removeNodes(provider, kindNames);
  await removeNodes(provider, kindNames); // a podman that kind had just started when it was killed
  for (const address of state.routes) await removeRoute(address);
  await removeNetwork(provider, state.network);
  await removeState(cacheDir, fleet);
  await restoreHost(cacheDir, state.provider);
  options.log(`the lab of ${fleet} is gone`);
}

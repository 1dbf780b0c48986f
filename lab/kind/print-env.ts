import type { Fleet } from '../../src/model/fleet.ts';
import { cacheFolder } from '../binaries/cache.ts';
import { labClusters } from './clusters.ts';
import { LabError } from './commands.ts';
import { envLines, labCredentials, labPullSecret } from './env.ts';
import { imageNames, registryHosts } from './image-names.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { labFolder, readState } from './state.ts';

/** The text that a shell evaluates to hold every credential of the declaration. Throws LabError where no lab is up. */
export async function labEnv(options: { fleet: Fleet; release: Record<string, string>; cacheDir?: string }): Promise<string> {
  const { fleet, release } = options;
  const cacheDir = options.cacheDir ?? cacheFolder();
  const state = await readState(cacheDir, fleet.metadata.name);
  if (!state?.clusters.every(({ created }) => created))
    throw new LabError(`the lab of ${fleet.metadata.name} is not up; run cn2-fleet lab up`);
  const clusters = labClusters(fleet);
  const folder = labFolder(cacheDir, fleet.metadata.name);
  const kubeconfigs: Record<string, string> = {};
  for (const cluster of clusters) kubeconfigs[cluster.name] = await readKubeconfig(folder, cluster);
  const pullSecret = labPullSecret(registryHosts(imageNames(fleet, release)));
  return `${envLines(labCredentials(fleet, clusters, kubeconfigs, pullSecret)).join('\n')}\n`;
}

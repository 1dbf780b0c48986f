import { join } from 'node:path';
import { present } from '../../src/model/present.ts';
import type { HeldLab, Lab, LabResult } from '../../src/ports/lab.ts';
import { cacheFolder, ensureFolder } from '../binaries/cache.ts';
import { lockFile } from '../binaries/lock.ts';
import { declaredCidrs } from '../kind/addresses.ts';
import { labClusters } from '../kind/clusters.ts';
import { LabError } from '../kind/commands.ts';
import { labDown } from '../kind/down.ts';
import { labPullSecret } from '../kind/env.ts';
import { capacityText } from '../kind/host-limits.ts';
import { readCapacity } from '../kind/host-usage.ts';
import { imageNames, registryHosts } from '../kind/image-names.ts';
import { readKubeconfig } from '../kind/kubeconfig.ts';
import { hostRoutes } from '../kind/network.ts';
import { labFolder, labsOnHost, readState } from '../kind/state.ts';
import { labUp } from '../kind/up.ts';
import { apiAddresses } from './addresses.ts';

/** What a lab of a rehearsal is brought up with. */
export interface RehearsalLabOptions {
  /** docker or podman; absent: what works on this host. */
  provider?: string;
  cacheDir?: string;
  /** Progress, for people. */
  log(line: string): void;
  signal: AbortSignal;
}

/** Labs for a process that brings one up, uses it and takes it down. */
export function rehearsalLab(options: RehearsalLabOptions): Lab {
  const cacheDir = options.cacheDir ?? cacheFolder();
  const { log } = options;
  return {
    async room(clusters) {
      const capacity = await readCapacity();
      const fits = (count: number) => {
        const workers = clusters.slice(0, count).reduce((sum, cluster) => sum + cluster.workers, 0);
        return capacityText(capacity, { controlPlanes: count, central: true, workers }) === undefined;
      };
      return clusters.findLastIndex((_, at) => fits(at + 1)) + 1;
    },
    hold: (fleet) =>
      told(options, async () => {
        const path = join(await ensureFolder(cacheDir, 'locks'), `rehearsal-${fleet}`);
        const lock = await lockFile(path, () => log('waiting for another rehearsal of this fleet on this host'));
        try {
          await removed(fleet, { cacheDir, log });
          return held(fleet, lock, { ...options, cacheDir });
        } catch (error) {
          await lock[Symbol.asyncDispose]();
          throw error;
        }
      }),
  };
}

function held(name: string, lock: AsyncDisposable, options: RehearsalLabOptions & { cacheDir: string }): HeldLab {
  const { cacheDir, log, signal, provider } = options;
  return {
    async addresses(fleet, count) {
      const labs = await Promise.all((await labsOnHost(cacheDir)).map((other) => readState(cacheDir, other)));
      const claimed = labs.flatMap((state) => state?.routes ?? []);
      return apiAddresses(name, count, [...declaredCidrs(fleet), ...(await hostRoutes()), ...claimed]);
    },
    up: (fleet, files) =>
      told(options, async () => {
        const release = { ...files };
        await labUp({ fleet, release, audit: false, rehearsal: true, cacheDir, log, signal, ...present({ provider }) });
        const folder = labFolder(cacheDir, name);
        const kubeconfigs: Record<string, string> = {};
        for (const cluster of labClusters(fleet)) kubeconfigs[cluster.name] = await readKubeconfig(folder, cluster);
        return { kubeconfigs, pullSecret: labPullSecret(registryHosts(imageNames(fleet, release))) };
      }),
    down: () =>
      told(options, async () => {
        try {
          await removed(name, { cacheDir, log });
          return 'gone' as const;
        } finally {
          await lock[Symbol.asyncDispose]();
        }
      }),
  };
}

/** What is removed is told by the state of the lab: of the fleet the name is enough. */
async function removed(name: string, { cacheDir, log }: { cacheDir: string; log: (line: string) => void }): Promise<void> {
  const state = await readState(cacheDir, name);
  if (state === undefined) return;
  if (state.rehearsal !== true)
    throw new LabError(`the lab of ${name} was made by lab up, not by a rehearsal: run lab down for it, or rename the fleet`);
  await labDown({ fleet: { metadata: { name } }, cacheDir, log });
}

/** A failure is a result, so that what was found out before it is reported; of one that nobody has foreseen the log has the place. */
async function told<Value>({ log }: Pick<RehearsalLabOptions, 'log'>, work: () => Promise<Value>): Promise<LabResult<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    if (!(error instanceof LabError)) log(stack ?? message);
    return { failed: message };
  }
}

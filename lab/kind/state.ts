import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureFolder } from '../binaries/cache.ts';
import { lockFile } from '../binaries/lock.ts';
import { replaceFile } from '../binaries/replace-file.ts';

export type ProviderName = 'docker' | 'podman';

/** What a lab has made or is about to make; written before each act, so that `lab down` finds it after a kill. */
export interface LabState {
  schemaVersion: 1;
  fleet: string;
  provider: ProviderName;
  audit: boolean;
  /** Digest of what the clusters were made from: another declaration needs a new lab. */
  digest: string;
  network: string;
  /** `nodes`: how many a cluster gets; states of earlier versions do not say. */
  clusters: { name: string; kindName: string; created: boolean; nodes?: number }[];
  /** Made by a rehearsal, which the next one of that fleet may remove. */
  rehearsal?: true;
  /** Addresses that this host routes to nodes. */
  routes: string[];
  /** The image archive that the nodes have. */
  archive?: string;
  /** Images and CN2 are in: `lab up` has nothing more to do. */
  ready: boolean;
  /** Digest of the manifests by which CN2 was installed on the central cluster; others are an upgrade. */
  installed?: string;
}

/** Folder of a fleet's lab: state, kubeconfigs, audit logs. */
export function labFolder(cacheDir: string, fleet: string): string {
  return join(cacheDir, 'lab', fleet);
}

/** Undefined where no lab of this fleet was started. */
export async function readState(cacheDir: string, fleet: string): Promise<LabState | undefined> {
  try {
    return JSON.parse(await readFile(join(labFolder(cacheDir, fleet), 'state.json'), 'utf8')) as LabState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces the state in one step. */
export async function writeState(cacheDir: string, state: LabState): Promise<void> {
  const folder = await ensureFolder(labFolder(cacheDir, state.fleet));
  // Clusters are made in parallel and each writes when it is there.
  await replaceFile(join(folder, 'state.json'), `${JSON.stringify(state, undefined, 2)}\n`);
}

export async function removeState(cacheDir: string, fleet: string): Promise<void> {
  await rm(labFolder(cacheDir, fleet), { recursive: true, force: true });
}

/** Fleets whose labs exist on this host (in this cache), finished or not. */
export async function labsOnHost(cacheDir: string): Promise<string[]> {
  const names = await readdir(join(cacheDir, 'lab')).catch(() => []);
  const states = await Promise.all(names.map((name) => readState(cacheDir, name).catch(() => undefined)));
  return states.flatMap((state) => (state === undefined ? [] : [state.fleet])).sort();
}

/** Holds off other runs of `lab up` and `lab down` for the same fleet. */
export async function lockLab(cacheDir: string, fleet: string, log: (line: string) => void): Promise<AsyncDisposable> {
  const path = join(await ensureFolder(cacheDir, 'locks'), `lab-${fleet}`);
  return lockFile(path, () => log(`waiting for another lab command of ${fleet}`));
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureFolder } from '../binaries/cache.ts';
import { replaceFile } from '../binaries/replace-file.ts';
import { attempt, LabError, type RunOptions, run } from './commands.ts';
import { ensureNodeImage } from './node-image.ts';
import type { ProviderName } from './state.ts';

/** kind's own image for Kubernetes 1.36, as the notes of its release v0.33.0 pin it. */
const OFFICIAL_IMAGE = 'kindest/node:v1.36.4@sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed';

/** What runs the nodes. */
export interface NodeProvider {
  name: ProviderName;
  /** The environment with which the engine and kind work on this fleet's network. */
  env: Record<string, string>;
}

/** A provider for a fleet whose name is known already (from the state, or asked for). */
export async function nodeProvider(name: ProviderName, network: string, cacheDir: string): Promise<NodeProvider> {
  if (name === 'docker') {
    return { name, env: { KIND_EXPERIMENTAL_PROVIDER: 'docker', KIND_EXPERIMENTAL_DOCKER_NETWORK: network } };
  }
  return {
    name,
    env: {
      KIND_EXPERIMENTAL_PROVIDER: 'podman',
      KIND_EXPERIMENTAL_PODMAN_NETWORK: network,
      CONTAINERS_CONF: await containersConf(cacheDir),
    },
  };
}

/**
 * docker where its engine may run privileged containers of the official image, else podman as root.
 * `wanted` overrules. Throws LabError where neither can work.
 */
export async function chooseProvider(wanted: string | undefined): Promise<ProviderName> {
  if (wanted !== undefined) {
    if (wanted === 'podman' && process.getuid?.() !== 0) throw new LabError('the lab runs nodes with podman only as root');
    if (wanted === 'docker' || wanted === 'podman') return wanted;
    throw new LabError(`--provider is docker or podman, not ${wanted}`);
  }
  if (await dockerWorks()) return 'docker';
  if (process.getuid?.() === 0 && (await isDebian())) return 'podman';
  throw new LabError(
    'the lab needs Docker that may run privileged containers and pull kindest/node, or root on Debian or Ubuntu for podman',
  );
}

async function dockerWorks(): Promise<boolean> {
  if ((await attempt('docker', ['info'], { timeout: 10_000 })).exitCode !== 0) return false;
  const test = ['run', '--rm', '--privileged', '--entrypoint', '/bin/true', OFFICIAL_IMAGE];
  return (await attempt('docker', test, { timeout: 300_000 })).exitCode === 0;
}

async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*debian/m.test(release);
}

/** The node image of a provider: the official one, or the lab's own. */
export function nodeImage(provider: NodeProvider, cacheDir: string, progress: (line: string) => void): Promise<string> {
  return provider.name === 'docker' ? Promise.resolve(OFFICIAL_IMAGE) : ensureNodeImage(cacheDir, provider.env, progress);
}

/** Runs docker or podman. */
export function engine(provider: NodeProvider, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run(provider.name, args, { ...options, env: { ...provider.env, ...options.env } });
}

/** Runs a program on a node. */
export function onNode(provider: NodeProvider, node: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const interactive = options.input === undefined && options.inputFile === undefined ? [] : ['--interactive'];
  return engine(provider, ['exec', ...interactive, node, ...args], options);
}

/**
 * Podman asks for higher limits than the host's hard ones and dies where it may not raise them; crun refuses hybrid
 * cgroups. So the lab brings a configuration of its own, made from this host.
 */
async function containersConf(cacheDir: string): Promise<string> {
  const limits = await readFile('/proc/self/limits', 'utf8');
  const pidMax = Number(await readFile('/proc/sys/kernel/pid_max', 'utf8'));
  const v1 = await readFile('/proc/self/cgroup', 'utf8').then((text) => !/^0::.*$/.test(text.trim()));
  const path = join(await ensureFolder(cacheDir, 'podman'), 'containers.conf');
  // Each lab command writes it, and a podman of another one may read it at that moment.
  await replaceFile(path, containersConfText(limits, pidMax, v1));
  return path;
}

/** The text of containers.conf for a host with these /proc/self/limits. Podman lowers its own nproc to the largest pid. */
export function containersConfText(limits: string, pidMax: number, cgroupV1: boolean): string {
  const hard = (title: string): number => {
    const value = new RegExp(`^${title}\\s+\\S+\\s+(\\d+)`, 'm').exec(limits)?.[1];
    return value === undefined ? Number.POSITIVE_INFINITY : Number(value);
  };
  const ulimits = { nofile: Math.min(hard('Max open files'), 1_048_576), nproc: Math.min(hard('Max processes'), pidMax) };
  const list = Object.entries(ulimits).map(([name, value]) => `"${name}=${value}:${value}"`);
  return [
    '[containers]',
    `default_ulimits = [${list.join(', ')}]`,
    ...(cgroupV1 ? ['[engine]', 'runtime = "runc"'] : []),
    '',
  ].join('\n');
}

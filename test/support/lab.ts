import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, ensureFolder } from '../../lab/binaries/cache.ts';
import { lockFile } from '../../lab/binaries/lock.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { cli } from './cli.ts';
import { leave, removeLeftLab, takeLeft } from './left-lab.ts';

/** Why the lab cannot run here; undefined: it can. */
export const NO_LAB: string | undefined =
  process.platform !== 'linux'
    ? 'it needs Linux'
    : process.getuid?.() !== 0
      ? 'it needs root for nodes and routes'
      : existsSync('/usr/bin/podman') || existsSync('/usr/bin/apt-get')
        ? undefined
        : 'it needs podman or docker';

/** A lab that is up; disposing of it removes it and its folder. */
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
  await removeLeftLab();
  await command(folder, 'down');
  await using _turn = await labTurn();
  await command(folder, 'up', '--audit');
  return await connect(folder);
}

/**
 * Takes over the lab that an earlier test file of this run has left, with the folder whose declaration its clusters are as.
 * Undefined: there is none, begin with `startLab`.
 */
export async function takeLab(): Promise<Lab | undefined> {
  const folder = takeLeft();
  return folder === undefined ? undefined : await connect(folder);
}

/** Ends with a lab in which everything is as its folder declares and approves, and leaves both to the test files that come after. */
export async function leaveLab(lab: Lab): Promise<void> {
  await disconnect(lab);
  leave(lab.folder);
}

/** One lab comes up at a time: it takes all cores, and two would choose the same free addresses for their nodes. */
export async function labTurn(): Promise<AsyncDisposable> {
  return await lockFile(join(await ensureFolder(cacheFolder(), 'locks'), 'tests-lab-up'));
}

async function command(folder: string, ...args: string[]): Promise<string> {
  const result = await cli(folder, ['lab', ...args]);
  if (result.exitCode !== 0) throw new Error(`lab ${args.join(' ')} ended with ${result.exitCode}:\n${result.stderr}`);
  return result.stdout;
}

async function connect(folder: string): Promise<Lab> {
  const environment: Record<string, string> = {};
  for (const line of (await command(folder, 'env')).split('\n')) {
    const match = /^export ([A-Za-z0-9_]+)=['"]?([^'"]*)['"]?$/.exec(line);
    if (match?.[1] !== undefined) environment[match[1]] = match[2] ?? '';
  }
  const status = JSON.parse(await command(folder, 'status', '--format', 'json')) as Status;
  const clusters = new Map(
    status.clusters.map(({ name, kubeconfig }) => [name, kubernetesConnector().connect(name, readFileSync(kubeconfig, 'utf8'))]),
  );
  const lab: Lab = {
    folder,
    environment,
    clusters,
    auditLogs: new Map(status.clusters.map(({ name, auditLog }) => [name, auditLog ?? ''])),
    async [Symbol.asyncDispose]() {
      await disconnect(lab);
      await command(folder, 'down');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return lab;
}

async function disconnect({ clusters }: Lab): Promise<void> {
  await Promise.all([...clusters.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
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

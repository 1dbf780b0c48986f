import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noJob } from '../../src/adapters/actions/job.ts';
import { gitRepository } from '../../src/adapters/git/repository.ts';
import { type ForgeOptions, githubForge } from '../../src/adapters/github/forge.ts';
import { nodeFiles } from '../../src/adapters/node/files.ts';
import { parseCommandLine } from '../../src/cli/arguments.ts';
import { applyCommand } from '../../src/commands/apply.ts';
import { type ProposeOptions, type ProposePorts, proposeCommand } from '../../src/commands/propose.ts';
import type { RunOrigin } from '../../src/model/forge.ts';
import type { ProposalResult } from '../../src/model/propose.ts';
import type { Forge } from '../../src/ports/forge.ts';
import type { AnyDocument, Ended } from '../../src/verbs/verb.ts';
import { FakeClock } from './fake-clock.ts';
import { withoutSmoke } from './guide-fleet.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import { type MemoryCn2, type MemoryCn2Options, memoryCn2 } from './memory-cn2.ts';
import { permissionsOf } from './permissions.ts';
import { OPTIONS, testPorts } from './ports.ts';
import { type PublishForge, publishForge, REPOSITORY } from './publish-forge.ts';
import { git } from './publish-job.ts';

/** What a kubeconfig and a docker configuration of the test are. */
export const CANARY = 'canary-of-a-credential';

/** The guide on a twin, checked out, its clusters in memory: commands run in this process, and waits take no time. */
export interface CommandWorld extends AsyncDisposable {
  hub: PublishForge;
  cn2: MemoryCn2;
  /** The checkout. */
  folder: string;
  git(...args: string[]): Promise<string>;
  /** Brings the checkout to the head of a branch of the twin. */
  checkOut(branch?: string): Promise<string>;
  /** With the token of a workflow, unless another is given. */
  forge(command: string, options?: Partial<ForgeOptions>): Forge;
  ports(forge: Forge): ProposePorts & { told: string[] };
  propose(options?: Partial<ProposeOptions>, forge?: Forge): Promise<ProposalResult>;
  /** Merges the proposal, checks the merge out and applies it. */
  attach(): Promise<void>;
  /** A verb of the command line with --publish, about the checkout; `more` of the run: its event, its token. */
  verb(words: readonly string[], more?: VerbOptions): Promise<Ended<AnyDocument, unknown>>;
  /** What the forge said about waits. */
  said: string[];
}

export interface VerbOptions extends Partial<ForgeOptions> {
  origin?: Partial<RunOrigin>;
}

/** As the command line has them. */
export const APPLY_OPTIONS = { ...OPTIONS, plan: 'rendered/plan.json', lockTtl: 60, lockTimeout: 90, gateTimeout: 900 };

/** The content of a variable that the declaration names. */
function credential(variable: string): string {
  if (variable === 'CN2_PULL_SECRET') return JSON.stringify({ auths: { 'lab.local': { auth: btoa(`lab:${CANARY}`) } } });
  const name = variable.replace('KUBECONFIG_', '').toLowerCase();
  return [
    'apiVersion: v1',
    'kind: Config',
    'current-context: here',
    'clusters: [{name: here, cluster: {server: "https://192.0.2.1:6443"}}]',
    `users: [{name: me, user: {token: ${CANARY}-${name}}}]`,
    'contexts: [{name: here, context: {cluster: here, user: me}}]',
  ].join('\n');
}

/** A forge on a twin with the token of a workflow; waits take no time. */
export function forgeOf(hub: PublishForge, command: string, options: Partial<ForgeOptions> = {}): Forge {
  return githubForge({
    apiUrl: hub.twin.apiUrl,
    graphqlUrl: hub.twin.graphqlUrl,
    repository: { owner: 'acme', name: 'fleet' },
    token: hub.token,
    clock: new FakeClock(Date.now()),
    say: () => {},
    signal: new AbortController().signal,
    userAgent: 'cn2-fleet/test',
    permissions: permissionsOf(command),
    ...options,
  });
}

/** Starts it. */
export async function commandWorld(options: MemoryCn2Options = {}): Promise<CommandWorld> {
  const hub = await publishForge(withoutSmoke);
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-checkout-'));
  const cn2 = memoryCn2(options);
  const labels = { 'node-role.kubernetes.io/master': '' };
  cn2.distributed.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node1', labels } });
  const inFolder = (...args: string[]) => git(folder, folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args);
  const said: string[] = [];
  const checkOut = async (branch = 'main') => {
    await inFolder('fetch', '--quiet', 'origin', branch);
    await inFolder('checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD');
    return (await inFolder('rev-parse', 'HEAD')).trim();
  };
  const world: CommandWorld = {
    hub,
    cn2,
    folder,
    git: inFolder,
    checkOut,
    said,
    forge: (command, options = {}) => forgeOf(hub, command, { say: (text) => said.push(text), ...options }),
    ports(forge) {
      const told: string[] = [];
      return {
        ...testPorts(nodeFiles(folder), {
          credentials: { resolve: async (ref) => ({ status: 'ok', value: 'env' in ref ? credential(ref.env) : '' }) },
          connector: { connect: (name) => cn2.clusters.get(name) as MemoryCluster },
          clock: new FakeClock(Date.now()),
          reporter: { progress: (event) => told.push('text' in event ? event.text : '') },
        }),
        forge,
        repository: gitRepository(folder, { PATH: process.env['PATH'], HOME: folder }),
        told,
      };
    },
    async propose(options = {}, forge = world.forge('propose')) {
      return (await proposeCommand(world.ports(forge), { ...OPTIONS, ...options })).document.proposal;
    },
    async attach() {
      const { number } = await world.propose();
      await hub.merge(number ?? 0);
      await checkOut();
      const { document } = await applyCommand(world.ports(world.forge('apply')), APPLY_OPTIONS);
      if (document.outcome !== 'done') throw new Error(`the apply ended as ${document.outcome}: ${document.reason}`);
    },
    async verb(words, { origin, ...options } = {}) {
      const parsed = parseCommandLine([...words, '--publish']);
      if ('help' in parsed || 'alone' in parsed.verb) throw new Error('a verb with a document is wanted');
      const forge = world.forge(parsed.verb.name, options);
      const ports = world.ports(forge);
      const sha = await ports.repository.head();
      const about = { repository: { owner: 'acme', name: 'fleet' }, serverUrl: hub.twin.url, event: 'push' };
      const { run } = await parsed.verb.work();
      return run({
        invocation: parsed,
        ports,
        options: { ...OPTIONS, local: (path) => path },
        around: {
          job: noJob,
          repository: ports.repository,
          github: { forge, origin: { ...about, sha, order: { run: 1, attempt: 1 }, ...origin } },
        },
      });
    },
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await inFolder('init', '--quiet');
  await inFolder('remote', 'add', 'origin', hub.twin.git(REPOSITORY).folder);
  await checkOut();
  return world;
}

import { type ApplyResult, applyCommand } from '../../src/commands/apply.ts';
import { planCommand } from '../../src/commands/plan.ts';
import { type ProposePorts, proposeCommand } from '../../src/commands/propose.ts';
import type { Condition } from '../../src/model/outcome.ts';
import type { ProposalResult } from '../../src/model/propose.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { FakeClock } from './fake-clock.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import { type MemoryCn2, memoryCn2 } from './memory-cn2.ts';
import { memoryFiles } from './memory-files.ts';
import { forgeOf, repositoryOf } from './memory-forge.ts';
import { MemoryHub } from './memory-hub.ts';
import { OPTIONS, testPorts } from './ports.ts';
import { credential } from './trust-fleet.ts';
import { NAMING, type SeenRun, TrustOracle } from './trust-oracle.ts';

/** The process was killed: nothing that it sends after that arrives. */
export class Killed extends Error {}

export interface ApplyRequest {
  /** The commit that is checked out. */
  sha: string;
  job: boolean;
  only?: string[];
  /** Killed after so many writes, those of the lock too. */
  killedAfter?: number;
  /** Done by somebody else before this request of the run arrives, counted from 0. */
  meanwhile?: { at: number; work: () => Promise<void> | void };
  version?: string;
}

/** How a run ended: its document, or what it threw. */
export type Ending = { result: ApplyResult } | { error: unknown };

const WRITES = new Set(['apply', 'replaceManagedFields', 'create', 'update', 'delete']);
/** A description of an API is read once, and moves nothing. */
const NO_REQUEST: ReadonlySet<string | symbol> = new Set(['watch', 'counts', 'abilities', Symbol.asyncDispose]);

/** A repository on a forge and the guide's two clusters, all in memory, with the real commands between them, judged by an oracle. */
export class TrustWorld {
  readonly hub: MemoryHub;
  readonly cn2: MemoryCn2;
  readonly clock: FakeClock;
  readonly oracle: TrustOracle;
  /** Commits that an apply was asked for, in a job. */
  readonly jobs: string[] = [];
  #runs = 0;

  constructor(from?: TrustWorld) {
    this.clock = new FakeClock(from?.clock.now());
    this.hub = from?.hub.fork() ?? new MemoryHub();
    this.oracle = new TrustOracle(this.hub, from?.oracle.newest);
    this.cn2 = memoryCn2({ now: () => this.clock.now() });
    if (from === undefined) {
      const labels = { 'node-role.kubernetes.io/master': '' };
      this.cn2.distributed.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node1', labels } });
    }
    for (const [name, cluster] of from?.cn2.clusters ?? []) this.cn2.clusters.get(name)?.load(cluster);
    this.#runs = from === undefined ? 0 : from.#runs;
  }

  /** `apply` in a checkout of a commit. */
  async apply(request: ApplyRequest): Promise<Ending> {
    const { sha, job, only = [], version = OPTIONS.version } = request;
    const run: SeenRun = { sha, job, heads: new Set([this.hub.main.sha]), wrote: false };
    if (job) this.jobs.push(sha);
    const ports = this.#ports(sha, (cluster) => this.#seen(cluster, run, request));
    const page = (branch: string, folder: string) => `https://forge.example/${branch}/${folder}`;
    try {
      const result = await applyCommand(ports, {
        ...OPTIONS,
        version,
        only,
        plan: 'rendered/plan.json',
        lockTtl: 60,
        lockTimeout: 90,
        gateTimeout: 900,
        repository: ports.repository,
        ...(job ? { job: { forge: ports.forge, page } } : {}),
      });
      const { outcome } = result.document;
      if (outcome === 'done' && result.conditions.length === 0 && only.length === 0) this.oracle.finished(sha);
      return { result };
    } catch (error) {
      return { error };
    }
  }

  /** `propose` in a checkout of a commit; default: the head of main. */
  async propose(
    sha = this.hub.main.sha,
    version?: string,
  ): Promise<ProposalResult & { conditions: Condition[]; findings: string[] }> {
    const options = { ...OPTIONS, ...(version === undefined ? {} : { version }) };
    const { document, conditions } = await proposeCommand(this.#ports(sha), options);
    const { proposal, findings } = document;
    return { ...proposal, conditions, findings: findings.map(({ message }) => message) };
  }

  /** `plan` in a checkout of a commit: how many changes there are; undefined where it is not complete. */
  async changes(sha = this.hub.main.sha): Promise<number | undefined> {
    const { document } = await planCommand(this.#ports(sha), { ...OPTIONS, offline: false });
    return document.complete ? document.clusters.flatMap(({ changes }) => changes).length : undefined;
  }

  #ports(sha: string, wrap: (cluster: MemoryCluster) => Cluster = (cluster) => cluster): ProposePorts {
    const files = memoryFiles({ ...this.hub.at(sha).files });
    this.#runs += 1;
    return {
      ...testPorts(files, {
        credentials: { resolve: async (ref) => ({ status: 'ok', value: credential('env' in ref ? ref.env : '') }) },
        connector: { connect: (name) => wrap(this.cn2.clusters.get(name) as MemoryCluster) },
        clock: this.clock,
        runId: `run-${this.#runs}`,
      }),
      forge: forgeOf(this.hub),
      repository: repositoryOf(this.hub.at(sha)),
    };
  }

  /** The connection of one run: what it writes is judged, somebody else gets a turn, and it may die. */
  #seen(cluster: MemoryCluster, run: SeenRun, { killedAfter = Number.POSITIVE_INFINITY, meanwhile }: ApplyRequest): Cluster {
    const counts = this.#counts(run);
    return new Proxy(cluster, {
      get: (target, property) => {
        const member = Reflect.get(target, property) as unknown;
        if (typeof member !== 'function') return member;
        if (NO_REQUEST.has(property)) return member.bind(target);
        return async (...args: unknown[]) => {
          if (counts.writes >= killedAfter) throw new Killed('killed');
          const now = counts.requests;
          counts.requests += 1;
          if (now === meanwhile?.at) await meanwhile.work();
          if (WRITES.has(String(property)) && !isDryRun(args)) {
            counts.writes += 1;
            this.#judge(run, cluster.name, String(property), args);
          }
          const head = this.hub.branches.get('main');
          if (!run.wrote && head !== undefined) run.heads.add(head);
          return (await member.apply(target, args)) as unknown;
        };
      },
    });
  }

  readonly #counted = new WeakMap<SeenRun, { writes: number; requests: number }>();

  #counts(run: SeenRun): { writes: number; requests: number } {
    const counts = this.#counted.get(run) ?? { writes: 0, requests: 0 };
    this.#counted.set(run, counts);
    return counts;
  }

  #judge(run: SeenRun, cluster: string, verb: string, args: unknown[]): void {
    const [first, second] = args as [Record<string, unknown>, Record<string, unknown>];
    const target = first as unknown as { resource: { kind: string }; namespace?: string; name: string };
    const object = NAMING.has(verb) ? { kind: target.resource.kind, metadata: target } : second;
    if ((object as { kind: string }).kind === 'Lease') return;
    this.oracle.judge(run, { verb, cluster, object } as unknown as Parameters<TrustOracle['judge']>[1]);
  }
}

function isDryRun(args: unknown[]): boolean {
  return args.some((arg) => (arg as { dryRun?: boolean } | undefined)?.dryRun === true);
}

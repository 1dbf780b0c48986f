import { type ApplyResult, applyCommand } from '../../src/commands/apply.ts';
import type { Ports } from '../../src/commands/context.ts';
import { type DriftResult, driftCommand } from '../../src/commands/drift.ts';
import { type PlanOutcome, planCommand } from '../../src/commands/plan.ts';
import { renderCommand } from '../../src/commands/render.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { FakeClock } from './fake-clock.ts';
import { GUIDE, replaced } from './guide-fleet.ts';
import type { MemoryCluster, SeenRequest } from './memory-cluster.ts';
import { type MemoryCn2, memoryCn2, upgradeCentral } from './memory-cn2.ts';
import { memoryFiles } from './memory-files.ts';
import { OPTIONS, testPorts } from './ports.ts';
import { smallRelease } from './small-release.ts';
import { credential } from './trust-fleet.ts';

export const OLD = '22.2.0.93';
export const NEW = 'cn2.23.4.0.59';

const CLUSTERS = ['cluster3', 'cluster4'];
const MORE = CLUSTERS.map(
  (name, position) => `  - name: ${name}
    index: ${position + 1}
    kubeconfig: {env: KUBECONFIG_${name.toUpperCase()}}
    server: https://172.27.115.${190 + position}:6443
    podSubnets: [10.${235 + position}.128.0/17]
    serviceSubnets: [10.${235 + position}.0.0/17]
`,
).join('');

/** The guide's fleet with two more clusters, on one of two releases. `more`: further keys. */
export function declared(version: string, more = ''): string {
  const text = replaced(GUIDE, /^namespaces:\n/m, `${MORE}namespaces:\n`).replace(OLD, version);
  return `${text.replace('cn2/22.2', version === OLD ? 'cn2/22.2' : 'cn2/23.4')}${more}`;
}

/** A fleet of four clusters in memory, on the older release, with the real commands between its files and its clusters. */
export class UpgradeWorld {
  readonly clock = new FakeClock();
  readonly files: Record<string, string>;
  readonly cn2: MemoryCn2;
  /** Sees each request of the tool before it has its effect. */
  before: (request: SeenRequest) => void | Promise<void> = () => undefined;
  /** Wraps the connections of the tool. */
  wrap: (cluster: MemoryCluster) => Cluster = (cluster) => cluster;
  #runs = 0;

  constructor(from?: UpgradeWorld) {
    this.files = {
      ...smallRelease(OLD, 'cn2/22.2'),
      ...smallRelease(NEW, 'cn2/23.4'),
      'clusters.yaml': declared(OLD),
      ...from?.files,
    };
    this.cn2 = memoryCn2({ now: () => this.clock.now(), more: CLUSTERS, hooks: { before: (request) => this.before(request) } });
    for (const [name, cluster] of this.cn2.clusters) {
      for (const object of cluster.all().filter(({ kind }) => kind === 'Node'))
        cluster.put({ ...object, metadata: { ...object.metadata, labels: { 'node-role.kubernetes.io/master': '' } } });
      const former = from?.cn2.clusters.get(name);
      if (former !== undefined) cluster.load(former);
    }
    if (from === undefined) upgradeCentral(this.cn2, OLD);
  }

  /** The user's part of an upgrade. */
  upgradeCentral(version = NEW): void {
    upgradeCentral(this.cn2, version);
  }

  declare(version: string, more = ''): void {
    this.files['clusters.yaml'] = declared(version, more);
  }

  /** Renders, plans and approves what is planned. */
  async approve(): Promise<PlanOutcome> {
    const ports = this.#ports();
    await renderCommand(ports, { ...OPTIONS, check: false });
    return planCommand(ports, { ...OPTIONS, offline: false, out: 'rendered/plan.json' });
  }

  /** `only`: the clusters of the run; none: all. */
  plan(only: readonly string[] = []): Promise<PlanOutcome> {
    return planCommand(this.#ports(), { ...OPTIONS, offline: false, only });
  }

  /** `changedAt`: when the approval was committed. */
  drift(changedAt?: number): Promise<DriftResult> {
    const repository = changedAt === undefined ? undefined : ({ changedAt: async () => changedAt } as unknown as Repository);
    return driftCommand(this.#ports(), { ...OPTIONS, ...(repository === undefined ? {} : { repository }) }).then(
      ({ result }) => result,
    );
  }

  async apply(signal = new AbortController().signal, only: readonly string[] = []): Promise<ApplyResult> {
    return applyCommand(this.#ports(signal), {
      ...OPTIONS,
      only,
      plan: 'rendered/plan.json',
      lockTtl: 60,
      lockTimeout: 90,
      gateTimeout: 900,
    });
  }

  /** The tag of an image that a cluster's objects of a kind run. */
  tags(cluster: string, kind: string): string[] {
    const objects = this.cn2.clusters.get(cluster)!.all();
    const texts = objects.filter((object) => object.kind === kind).map((object) => JSON.stringify(object['spec']));
    return [
      ...new Set(texts.flatMap((text) => [...text.matchAll(/\/contrail-[a-z0-9-]+:([^"]+)"/g)].map(([, tag]) => tag!))),
    ].sort();
  }

  #ports(signal = new AbortController().signal): Ports {
    this.#runs += 1;
    return testPorts(memoryFiles(this.files), {
      credentials: { resolve: async (ref) => ({ status: 'ok', value: credential('env' in ref ? ref.env : '') }) },
      connector: { connect: (name) => this.wrap(this.cn2.clusters.get(name) as MemoryCluster) },
      clock: this.clock,
      signal,
      runId: `run-${this.#runs}`,
    });
  }
}

const WRITES = new Set(['apply', 'replaceManagedFields', 'create', 'update', 'delete']);

const NO_REQUEST: ReadonlySet<string | symbol> = new Set(['watch', 'counts', Symbol.asyncDispose]);

/** Connections of a process that is killed after so many writes, those of the lock too: nothing that it sends after that arrives. */
export function dying(after: number, count = { writes: 0 }): (cluster: MemoryCluster) => Cluster {
  return (cluster) =>
    new Proxy(cluster, {
      get: (target, property) => {
        const member = Reflect.get(target, property) as unknown;
        if (typeof member !== 'function') return member;
        if (NO_REQUEST.has(property)) return member.bind(target);
        return async (...args: unknown[]) => {
          if (count.writes >= after) throw new Error('killed');
          const isDryRun = args.some((arg) => (arg as { dryRun?: boolean } | undefined)?.dryRun === true);
          if (WRITES.has(String(property)) && !isDryRun) count.writes += 1;
          return (await member.apply(target, args)) as unknown;
        };
      },
    });
}

/** A fleet that is attached in the older release and proven. */
export async function oldFleet(): Promise<UpgradeWorld> {
  const world = new UpgradeWorld();
  const { document } = await world.approve();
  const errors = document.findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const { document: done } = await world.apply();
  if (done.outcome !== 'done') throw new Error(`not attached: ${done.reason}`);
  return world;
}

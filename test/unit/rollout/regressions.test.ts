import { describe, expect, test } from '@jest/globals';
import type { ApplyDocument } from '../../../src/model/apply.ts';
import type { Resource } from '../../../src/model/kubernetes.ts';
import { scopeOf } from '../../../src/model/scope.ts';
import type { Progress } from '../../../src/ports/reporter.ts';
import { Redactor } from '../../../src/report/redactor.ts';
import { comparedSmokeTest } from '../../../src/rollout/compared-smoke-test.ts';
import { loadKept } from '../../../src/rollout/kept-matrix.ts';
import { measured } from '../../../src/rollout/measured.ts';
import { prove } from '../../../src/rollout/prove.ts';
import type { Run } from '../../../src/rollout/run.ts';
import type { Look } from '../../../src/survey/look.ts';
import { takeLock } from '../../support/lock.ts';
import { smokeFleet } from '../../support/smoke-fleet.ts';
import { SmokeWorld } from '../../support/smoke-world.ts';

const CONFIG_MAPS: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const LEASES: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};
const ALONE = { attaching: new Set<string>(), entries: new Set<string>(), deletes: false };

/** A fleet of two default networks that applies and smoke tests are run on, one after another. */
class World {
  /** From which clusters nobody is reached. */
  silent = new Set<string>();
  readonly events: Progress[] = [];
  readonly fleet = smokeFleet({ networks: [], connections: [] });
  readonly world = new SmokeWorld({
    fleet: this.fleet,
    replies: ({ cluster }, target) => (!target.startsWith('127.') && this.silent.has(cluster) ? 0 : 5),
  });
  #runs = 0;

  constructor() {
    const { central } = this.world;
    central.serve(CONFIG_MAPS, LEASES);
    for (const name of ['kube-system', 'contrail']) central.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  run(digest: string, secrets = new Redactor()): Run {
    this.#runs += 1;
    return {
      ports: {
        clock: this.world.clock,
        reporter: { progress: (event: Progress) => this.events.push(event) },
        signal: new AbortController().signal,
        runId: `run-${this.#runs}`,
        credentials: { resolve: async () => ({ status: 'missing', reason: 'not there' }) },
      },
      fleet: this.fleet,
      scope: scopeOf(this.fleet),
      session: { connections: new Map(), clusters: this.world.clusters, secrets },
      approved: { serial: 1, digest },
      index: 'sha256:i',
      desired: [],
      findings: [],
    } as unknown as Run;
  }

  /** `smoke` by itself. */
  async smoke(secrets?: Redactor) {
    const { ports, fleet, scope, session } = this.run('', secrets);
    const input = { fleet, clusters: session.clusters, scope, secrets: session.secrets };
    return (await comparedSmokeTest(ports, { ...input, keeps: true, fails: 'broken' }))!;
  }

  /** What an apply of the plan with this digest ends with, after all was written. */
  async apply(digest: string, strict = false) {
    const run = this.run(digest);
    const lock = await takeLock(this.world.central, this.world.clock, { holder: run.ports.runId });
    const open = lock.unproven();
    await lock.markUnproven(digest);
    const document: ApplyDocument = { schemaVersion: 1, fleet: 'guide', outcome: 'done', steps: [] };
    const done = { document: { ...document, findings: [] }, conditions: [] };
    const seen = { live: { clusters: [] }, plan: { clusters: [] } } as unknown as Look;
    const settings = { lockTtl: 60, lockTimeout: 90, concurrency: 1, gateTimeout: 1, strict };
    const ending = await prove(run, settings, lock, done, { open, seen, dead: undefined });
    await lock.release();
    return ending;
  }

  get unproven(): string | undefined {
    const lease = this.world.central.peek('Lease', 'contrail', 'cn2-fleet-guide');
    return lease?.metadata.annotations?.['cn2-fleet/unproven'];
  }
}

describe('after an apply', () => {
  test('a path of which nothing is known fails it, and goes on failing it until it is repaired', async () => {
    const world = new World();
    world.silent.add('cluster2');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const { document, conditions } = await world.apply('sha256:x');
      expect(conditions).toEqual(['smoke-failed']);
      expect(document.smoke?.pairs.map(({ change }) => change)).toEqual([undefined, 'newly-broken']);
    }
    // A smoke test between two attempts does not make it an old failure.
    expect((await world.smoke()).conditions).toEqual(['smoke-failed']);
    expect((await world.apply('sha256:x')).conditions).toEqual(['smoke-failed']);
    expect(world.unproven).toBe('sha256:x');
    world.silent.clear();
    const { document, conditions } = await world.apply('sha256:x');
    expect(conditions).toEqual([]);
    expect(document.smoke?.pairs.map(({ change }) => change)).toEqual([undefined, 'repaired']);
    expect(world.unproven).toBeUndefined();
  });

  test('a path that was broken before is said, fails only a strict one, and leaves it unproven', async () => {
    const world = new World();
    world.silent.add('cluster2');
    expect((await world.smoke()).conditions).toEqual(['smoke-failed']);
    expect((await world.smoke()).conditions).toEqual(['smoke-failed']);
    const { document, conditions } = await world.apply('sha256:x');
    expect(conditions).toEqual([]);
    expect(document.reason).toMatch(/^1 path is broken, and was before this apply/);
    expect(document.smoke).toMatchObject({ baseline: { runId: 'run-2' }, pairs: [{}, { since: expect.any(String) }] });
    expect(world.unproven).toBe('sha256:x');
    expect((await world.apply('sha256:x', true)).conditions).toEqual(['smoke-failed']);
    // One more that breaks is the fault of this one.
    world.silent.add('cluster1');
    const worse = await world.apply('sha256:x');
    expect(worse.conditions).toEqual(['smoke-failed']);
    expect(worse.document.smoke?.pairs.map(({ change }) => change)).toEqual(['newly-broken', undefined]);
    expect(worse.document.reason).toBeUndefined();
  });

  test('between two clusters of an upgrade only what has broken stops it, and nothing is kept of what is half done', async () => {
    const world = new World();
    world.silent.add('cluster2');
    await world.smoke();
    const half = await measured(world.run('sha256:x'), 'regressions', ALONE);
    expect(half).toMatchObject({ conditions: [], text: '1 of 2 paths are broken, and were before' });
    expect(await measured(world.run('sha256:x'), 'broken', ALONE)).toMatchObject({ conditions: ['smoke-failed'] });
    world.silent.add('cluster1');
    const broken = await measured(world.run('sha256:x'), 'regressions', ALONE);
    expect(broken).toMatchObject({ conditions: ['smoke-failed'], text: expect.stringMatching(/^cluster1 default to cluster2/) });
    expect(broken!.text).not.toMatch(/and|cluster2 default to/);
    expect(await loadKept(world.world.central, 'guide')).toMatchObject({ matrix: { runId: 'run-1' } });
  });
});

describe('smoke by itself', () => {
  test('compares with the run before, and says which', async () => {
    const world = new World();
    expect((await world.smoke()).document.baseline).toBeUndefined();
    expect((await world.smoke()).document).toMatchObject({ baseline: { runId: 'run-1' } });
    expect(world.events.filter(({ type }) => type === 'warning' || type === 'note')).toEqual([]);
  });

  test('that cannot tell whether an apply is open keeps nothing, says so, and is no worse for it', async () => {
    const world = new World();
    world.world.central.put({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'cn2-fleet-guide', namespace: 'contrail', annotations: { 'cn2-fleet/applied': '{' } },
    });
    expect((await world.smoke()).conditions).toEqual([]);
    expect(world.events).toContainEqual({
      type: 'note',
      text: expect.stringMatching(/^the next smoke test is not compared with this one: cluster1: annotation cn2-fleet\/applied/),
    });
    expect(await loadKept(world.world.central, 'guide')).toMatchObject({ status: 'none' });
  });

  test('uses no matrix of another fleet: what is broken is newly broken, with a warning', async () => {
    const world = new World();
    world.silent.add('cluster2');
    await world.smoke();
    const metadata = { name: 'kube-system', uid: 'another' };
    world.world.central.remove('Namespace', undefined, 'kube-system');
    world.world.central.put({ apiVersion: 'v1', kind: 'Namespace', metadata });
    const { document } = await world.smoke();
    expect(document.baseline).toBeUndefined();
    expect(document.pairs.map(({ change }) => change)).toEqual([undefined, 'newly-broken']);
    expect(world.events).toContainEqual({
      type: 'warning',
      text: expect.stringMatching(/another central cluster.*so this smoke test is compared with none/),
    });
  });

  test('keeps no secret', async () => {
    const world = new World();
    const secrets = new Redactor();
    secrets.reveal('default pod networks with', { whole: true });
    await world.smoke(secrets);
    const kept = await loadKept(world.world.central, 'guide');
    expect(kept).toMatchObject({ matrix: { paths: [{ last: { reason: '(secret) fabric SNAT reach each other' } }, {}] } });
  });
});

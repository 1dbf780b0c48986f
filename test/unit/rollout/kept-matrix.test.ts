import { describe, expect, test } from '@jest/globals';
import { keep } from '../../../src/expectation/keep.ts';
import { packedMatrix } from '../../../src/expectation/kept-text.ts';
import type { PairVerdict } from '../../../src/model/smoke.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { loadKept, storeKept } from '../../../src/rollout/kept-matrix.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { emptyMatrix, path, runOf } from '../../support/kept.ts';
import type { MemoryCluster, SeenRequest } from '../../support/memory-cluster.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';

const PATHS = [path('a', 'b', 'ok'), path('b', 'a', 'unreachable')];

class World {
  before: (request: SeenRequest) => void = () => undefined;
  after: (request: SeenRequest) => void = () => undefined;
  readonly central: MemoryCluster;
  readonly uid: string;

  constructor() {
    const hooks = {
      before: (request: SeenRequest) => this.before(request),
      after: (request: SeenRequest) => this.after(request),
    };
    this.central = memoryCn2({ hooks }).central;
    this.uid = this.central.peek('Namespace', undefined, 'kube-system')!.metadata.uid!;
  }

  store(pairs: PairVerdict[], number: number, fleet = 'guide') {
    const run = { ...runOf(pairs, number, PATHS), fleet, central: this.uid };
    const around = { uid: this.uid, clock: new FakeClock(), signal: new AbortController().signal };
    return storeKept(this.central, fleet, around, (before) => keep(before, run));
  }

  /** What somebody has written there. */
  write(binaryData: Record<string, string>): void {
    const metadata = { name: 'cn2-fleet-smoke-matrix', namespace: 'contrail' };
    this.central.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata, binaryData });
  }
}

function refusal(cause: ClusterError['cause']): ClusterError {
  return new ClusterError(`cluster1: ${cause}`, { cluster: 'cluster1', cause, fieldConflicts: [] });
}

test('a fleet of which nothing was kept has none; what was kept is there, run after run', async () => {
  const world = new World();
  expect(await loadKept(world.central, 'guide')).toEqual({ status: 'none', central: world.uid });
  expect(await world.store(PATHS, 1)).toBeUndefined();
  expect(await world.store([PATHS[0]!], 2)).toBeUndefined();
  expect(await loadKept(world.central, 'guide')).toMatchObject({
    status: 'kept',
    matrix: { runId: 'run-2', central: world.uid, paths: [{ runId: 'run-2' }, { runId: 'run-1', red: {} }] },
  });
});

test('each fleet of a central cluster has its own', async () => {
  const world = new World();
  await world.store(PATHS, 1);
  await world.store(PATHS, 2, 'other');
  expect(await loadKept(world.central, 'guide')).toMatchObject({ matrix: { fleet: 'guide', runId: 'run-1' } });
  expect(await loadKept(world.central, 'other')).toMatchObject({ matrix: { fleet: 'other', runId: 'run-2' } });
});

describe('what is not the fleet’s own is not used', () => {
  test.each([
    ['no matrix', 'bm9uZQ==', 'holds no matrix of a smoke test under guide'],
    ['another fleet', packedMatrix({ ...emptyMatrix(), fleet: 'other' })!, 'holds the matrix of fleet other under guide'],
    ['another cluster', packedMatrix(emptyMatrix())!, /another central cluster \(uid of kube-system: uid-1\)/],
  ])('%s', async (_, text, reason) => {
    const world = new World();
    world.write({ guide: text });
    expect(await loadKept(world.central, 'guide')).toMatchObject({ status: 'unusable', reason: expect.stringMatching(reason) });
    await world.store(PATHS, 1);
    expect(await loadKept(world.central, 'guide')).toMatchObject({ status: 'kept', matrix: { paths: { length: 2 } } });
  });
});

test('what may not be read or written is said, and fails nothing', async () => {
  const world = new World();
  world.before = ({ kind, verb }) => {
    if (kind === 'ConfigMap' && verb === 'CREATE') throw refusal('forbidden');
  };
  expect(await world.store(PATHS, 1)).toBe('cluster1: forbidden');
  world.before = ({ kind }) => {
    if (kind === 'ConfigMap') throw refusal('forbidden');
  };
  expect(await loadKept(world.central, 'guide')).toEqual({ status: 'unreadable', reason: 'cluster1: forbidden' });
});

test('a run that another was quicker than adds to what that has kept', async () => {
  const world = new World();
  await world.store(PATHS, 1);
  let others = 1;
  world.before = ({ kind, verb }) => {
    if (kind !== 'ConfigMap' || verb !== 'UPDATE' || others-- < 1) return;
    const kept = keep(undefined, { ...runOf([path('b', 'a', 'ok')], 2, PATHS), central: world.uid });
    world.write({ guide: packedMatrix(kept)! });
  };
  expect(await world.store([PATHS[0]!], 3)).toBeUndefined();
  expect(await loadKept(world.central, 'guide')).toMatchObject({ matrix: { paths: [{ runId: 'run-3' }, { runId: 'run-2' }] } });
});

test('a run whose answer was lost is kept once', async () => {
  const world = new World();
  let lost = 1;
  world.after = ({ kind, verb }) => {
    if (kind === 'ConfigMap' && verb === 'CREATE' && lost-- > 0) throw refusal('timeout');
  };
  expect(await world.store(PATHS, 1)).toBeUndefined();
  expect(await loadKept(world.central, 'guide')).toMatchObject({ matrix: { paths: [{ roundTrips: { length: 1 } }, {}] } });
  expect(world.central.writes()).toHaveLength(1);
});

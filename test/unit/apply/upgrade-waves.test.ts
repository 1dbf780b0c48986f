import { beforeAll, describe, expect, test } from '@jest/globals';
import { type ExecuteInput, executePlan } from '../../../src/apply/execute-plan.ts';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import type { WorkAhead } from '../../../src/expectation/so-far.ts';
import type { Fleet } from '../../../src/model/fleet.ts';
import type { Desired } from '../../../src/model/manifest.ts';
import type { Change, Plan } from '../../../src/model/plan.ts';
import { wavesOf } from '../../../src/plan/waves.ts';
import { toDesired } from '../../../src/render/desired.ts';
import { render } from '../../../src/render/render.ts';
import { MemoryReporter, takeLock } from '../../support/lock.ts';
import { look } from '../../support/planning.ts';
import { smallRelease } from '../../support/small-release.ts';
import { declared, NEW, OLD, oldFleet, UpgradeWorld } from '../../support/upgrade-world.ts';

let attached: UpgradeWorld;
beforeAll(async () => {
  attached = await oldFleet();
});

function wanted(text: string): { fleet: Fleet; desired: Desired[] } {
  const { tree } = render({ declaration: readDeclaration(text, 'clusters.yaml'), vendorFiles: smallRelease(NEW, 'cn2/23.4') });
  if (tree === undefined) throw new Error('does not render');
  return { fleet: tree.fleet, desired: toDesired(tree.manifests, () => '{}') };
}

async function execute(text: string, more: Partial<ExecuteInput>) {
  const world = new UpgradeWorld(attached);
  world.upgradeCentral();
  const { fleet, desired } = wanted(text);
  const looked = await look(fleet, desired, world.cn2.clusters);
  const lease = await takeLock(world.cn2.central, world.clock, { holder: 'run' });
  const result = await executePlan({
    ...{ fleet, plan: looked.plan, desired: looked.desired, preconditions: looked.preconditions, lease },
    clusters: world.cn2.clusters,
    clock: world.clock,
    reporter: new MemoryReporter(),
    signal: new AbortController().signal,
    gateTimeout: 900_000,
    unproven: false,
    planAgain: () => look(fleet, desired, world.cn2.clusters),
    ...more,
  });
  await lease.release();
  return { world, result };
}

describe('behind each wave of an upgrade', () => {
  test('a red smoke test stops the rest and is the end of the run', async () => {
    const text = 'cluster1 default to cluster2 default (v4) is unreachable';
    const measured: WorkAhead[] = [];
    const { world, result } = await execute(declared(NEW), {
      measure: async (ahead) => {
        measured.push(ahead);
        return { conditions: ['smoke-failed'], text };
      },
    });
    expect(result).toMatchObject({ outcome: 'failed', conditions: ['smoke-failed'] });
    expect(result.reason).toBe(`the smoke test behind cluster2 is red: ${text}; cluster3, cluster4 was not begun`);
    expect(measured).toEqual([{ attaching: new Set(), entries: new Set(), deletes: false }]);
    expect(world.tags('cluster2', 'Vrouter')).toEqual([NEW]);
    expect(world.tags('cluster3', 'Deployment')).toEqual([OLD]);
    expect(result.steps.at(-1)).toMatchObject({ cluster: 'cluster2', stage: 'upgrade', object: 'smoke test', result: 'failed' });
  });

  test('what the plan has still to do elsewhere is named, so that nobody expects it to work', async () => {
    const ns2 = '  - {cluster: cluster1, name: ns2, isolated: true, labels: {ns: ns2}}\n';
    const vn9 =
      '  - {cluster: cluster1, namespace: ns2, name: vn9, labels: {vn: vn9}, v4: {cidr: 40.0.0.0/24, gateway: 40.0.0.1}}\n';
    const text = declared(NEW).replace(/^networks:\n/m, `${ns2}networks:\n${vn9}`);
    const measured: WorkAhead[] = [];
    const { result } = await execute(text, {
      measure: async (ahead) => {
        measured.push(ahead);
        return { conditions: [], text: '2 paths are as declared' };
      },
    });
    expect(result.outcome).toBe('done');
    // Behind the first and the second; what is behind the third proves the whole.
    expect(measured).toHaveLength(2);
    expect([...measured[0]!.entries].sort()).toEqual(['/namespaces/2', '/networks/0', '/networks/0/v4']);
  });

  test('a cluster that is no longer as approved is left between the releases, and the run says why', async () => {
    const { world, result } = await execute(declared(NEW), {
      planAgain: async (cluster) => ({ refused: `${cluster}: Vrouter x was replaced`, conditions: ['not-approved'] }),
    });
    expect(result).toMatchObject({
      outcome: 'stopped',
      conditions: ['not-approved'],
      reason: 'cluster2: Vrouter x was replaced',
    });
    expect(world.tags('cluster2', 'Deployment')).toEqual([NEW]);
    expect(world.tags('cluster2', 'Vrouter')).toEqual([OLD]);
  });
});

describe('the order of clusters', () => {
  const plan = (upgraded: string[], attaching: string[] = []): Pick<Plan, 'clusters'> => ({
    clusters: ['cluster1', 'cluster2', 'cluster3', 'cluster4'].map((name) => ({
      name,
      role: name === 'cluster1' ? 'central' : 'distributed',
      status: 'known',
      requests: 0,
      ...(upgraded.includes(name) ? { upgrade: { from: OLD, to: NEW } } : {}),
      changes:
        name === 'cluster1'
          ? attaching.map(
              (owner) =>
                ({ action: 'create', apiVersion: 'configplane.juniper.net/v1', kind: 'Kubemanager', for: owner }) as Change,
            )
          : [],
    })),
  });
  const spelled = (more: string, upgraded: string[], attaching: string[] = []) =>
    wavesOf(wanted(declared(NEW, more)).fleet, plan(upgraded, attaching)).map(
      ({ type, clusters }) => `${type} ${clusters.join(' ')}`,
    );

  test('without an upgrade is that of the indexes', () => {
    expect(spelled('upgrade: {order: [cluster4]}\n', [], ['cluster3'])).toEqual([
      'settled cluster2',
      'settled cluster3',
      'settled cluster4',
    ]);
  });

  test('with one: what is settled, what is upgraded as declared, what is attached', () => {
    expect(spelled('', ['cluster2', 'cluster3', 'cluster4'])).toEqual([
      'upgrade cluster2',
      'upgrade cluster3',
      'upgrade cluster4',
    ]);
    expect(spelled('upgrade: {order: [cluster4, cluster2]}\n', ['cluster2', 'cluster3', 'cluster4'])).toEqual([
      'upgrade cluster4',
      'upgrade cluster2',
      'upgrade cluster3',
    ]);
    expect(spelled('upgrade: {maxUnavailable: 2}\n', ['cluster2', 'cluster3', 'cluster4'])).toEqual([
      'upgrade cluster2 cluster3',
      'upgrade cluster4',
    ]);
    expect(spelled('', ['cluster4'], ['cluster2'])).toEqual(['settled cluster3', 'upgrade cluster4', 'attach cluster2']);
  });
});

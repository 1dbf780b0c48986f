import { describe, expect, test } from '@jest/globals';
import { sequenceOf } from '../../../src/apply/sequence.ts';
import type { Change, Plan } from '../../../src/model/plan.ts';
import { inOrder } from '../../../src/plan/order.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';
import { memoryPlan, twoDistributed } from '../../support/memory-plan.ts';

const two = twoDistributed();

function planOf(changes: Record<string, Change[]>): Plan {
  return {
    schemaVersion: 1,
    fleet: 'guide',
    digest: 'sha256:a',
    index: 'sha256:b',
    complete: true,
    clusters: Object.entries(changes).map(([name, list]) => ({
      name,
      role: 'distributed' as const,
      status: 'known' as const,
      requests: 0,
      changes: list,
    })),
  };
}

const change = (over: Partial<Change>): Change => ({
  action: 'create',
  apiVersion: 'v1',
  kind: 'Namespace',
  name: 'x',
  for: 'cluster2',
  stage: '10-access',
  predicted: false,
  fields: [],
  ...over,
});

describe('the order of an apply', () => {
  test('clusters attach one after another by index, whatever the order of the declaration; then the fleet', () => {
    const { clusters } = memoryCn2({ more: ['cluster3'] });
    const { plan, preconditions } = memoryPlan(two.fleet, two.desired, clusters);
    const { runs } = sequenceOf(two.fleet, plan, two.desired, preconditions);
    const attach = runs.filter((run) => run.for !== undefined);
    expect(attach.map((run) => run.for)).toEqual([...Array(7).fill('cluster2'), ...Array(7).fill('cluster3')]);
    expect(runs.slice(attach.length).map((run) => [run.stage, run.for])).toEqual([
      ['70-namespaces', undefined],
      ['80-networks', undefined],
      ['90-routers', undefined],
      ['95-extra', undefined],
    ]);
    for (const run of attach) expect(run.groups.flat().every((task) => task.change.for === run.for)).toBe(true);
  });

  test('a group holds one kind, and stages keep the order of their documents behind the Namespaces', () => {
    const { plan, preconditions } = memoryPlan(two.fleet, two.desired, memoryCn2().clusters);
    const { runs } = sequenceOf(two.fleet, plan, two.desired, preconditions);
    const deployer = runs.find((run) => run.stage === '20-deployer' && run.for === 'cluster2');
    const kinds = deployer?.groups.map((group) => group[0]?.change.kind);
    expect(kinds?.[0]).toBe('Namespace');
    expect(kinds?.at(-1)).toBe('Deployment');
    for (const group of deployer?.groups ?? []) expect(new Set(group.map((task) => task.change.kind)).size).toBe(1);
  });

  test('carries out what the plan says in the order in which the plan says it, deletes reversed and last', () => {
    const { clusters } = memoryCn2({ more: ['cluster3'] });
    const { plan, preconditions } = memoryPlan(two.fleet, two.desired, clusters);
    const gone = (kind: string, name: string, stage: Change['stage'], owner = 'cluster1') =>
      change({ action: 'delete', apiVersion: 'core.contrail.juniper.net/v2', kind, namespace: 'ns1', name, stage, for: owner });
    const deletes = [
      gone('Subnet', 'a', '80-networks'),
      gone('VirtualNetwork', 'b', '80-networks'),
      gone('VirtualNetworkRouter', 'd', '90-routers'),
      gone('VirtualNetwork', 'a', '80-networks'),
      gone('Subnet', 'c', '80-networks', 'cluster3'),
    ];
    const bound = deletes.map(({ kind, name }) => ({
      cluster: 'cluster1',
      group: 'core.contrail.juniper.net',
      kind,
      namespace: 'ns1',
      name,
      uid: 'u',
      resourceVersion: '1',
    }));
    const mixed = plan.clusters.map((cluster) => {
      const all = [...cluster.changes, ...(cluster.name === 'cluster1' ? deletes : [])].reverse();
      const items = all.map((each) => ({ cluster: cluster.name, change: each }));
      return { ...cluster, changes: inOrder(two.fleet, items, two.desired).map((item) => item.change) };
    });
    const { runs, deletes: last } = sequenceOf(two.fleet, { ...plan, clusters: mixed }, two.desired, [
      ...preconditions,
      ...bound,
    ]);
    const tasks = [...runs.flatMap((run) => run.groups.flat()), ...last.flatMap((run) => run.tasks)];
    for (const { name, changes } of mixed) {
      expect(tasks.filter(({ cluster }) => cluster === name).map((task) => task.change)).toEqual(changes);
    }
    expect(tasks).toHaveLength(mixed.flatMap(({ changes }) => changes).length);
    expect(last.map((run) => [run.stage, run.for, ...run.tasks.map(({ change: { kind, name } }) => `${kind} ${name}`)])).toEqual([
      ['90-routers', 'cluster1', 'VirtualNetworkRouter d'],
      ['80-networks', 'cluster3', 'Subnet c'],
      ['80-networks', 'cluster1', 'VirtualNetwork a', 'VirtualNetwork b'],
      ['80-networks', 'cluster1', 'Subnet a'],
    ]);
  });

  test.each([
    [
      'a change of no known cluster',
      change({ for: 'nowhere', action: 'restart', stage: '60-restart', kind: 'Pod', name: '*' }),
      'has no place in the order',
    ],
    ['a create of what is not rendered', change({ name: 'stranger' }), 'is not among the rendered objects'],
    ['a delete without precondition', change({ action: 'delete' }), 'has no precondition'],
    ['a replace', change({ action: 'replace' }), 'would have to be replaced, which is refused'],
  ])('%s is refused', (_, odd, message) => {
    expect(() => sequenceOf(two.fleet, planOf({ cluster2: [odd] }), two.desired, [])).toThrow(message);
  });
});

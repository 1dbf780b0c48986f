import { describe, expect, test } from '@jest/globals';
import { sequenceOf } from '../../../src/apply/order.ts';
import type { Change, Plan } from '../../../src/model/plan.ts';
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

import { expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import type { Disruption } from '../../../src/model/interruption.ts';
import type { Change, Plan } from '../../../src/model/plan.ts';
import { plannedFor } from '../../../src/rehearsal/planned.ts';
import { GUIDE } from '../../support/guide-fleet.ts';

const fleet = readDeclaration(GUIDE, 'clusters.yaml').fleet!;
const path = (from: string, to: string) => {
  const end = (text: string) => {
    const [cluster = '', ...network] = text.split('/');
    return { cluster, network: network.join('/') || 'default' };
  };
  return { source: end(from), target: end(to), family: 'v4' as const };
};
const APP = path('cluster1/ns1/vn1', 'cluster2/ns1/vn2');
const DEFAULT = path('cluster1', 'cluster2');

function plan(cluster: string, change: Partial<Change>, what: Disruption['what'], where: string): Pick<Plan, 'clusters'> {
  const changes = [{ kind: 'VirtualNetworkRouter', name: 'vnr2', ...change, disrupts: [{ what, where }] } as Change];
  return { clusters: [{ name: cluster, role: 'central', status: 'known', requests: 0, changes }] };
}

test('an object of the namespace of an end, by its name on the central cluster or on its own', () => {
  const namespace = 'kubemanager-cluster2-cluster2-ns1';
  const traffic = plan('cluster1', { namespace }, 'traffic', `cluster1/${namespace}/vnr2`);
  expect([plannedFor(APP, traffic, fleet), plannedFor(DEFAULT, traffic, fleet)]).toEqual([['traffic'], []]);
  const other = plan('cluster1', { namespace: 'alone' }, 'traffic', 'cluster1/alone/vnr9');
  expect(plannedFor(APP, other, fleet)).toEqual([]);
  const content = plan('cluster2', { kind: 'Namespace', name: 'ns1' }, 'content', 'cluster2/ns1');
  expect(plannedFor(APP, content, fleet)).toEqual(['content']);
});

test('vRouters of the cluster of an end, for each of its paths', () => {
  const vrouter = plan('cluster2', { kind: 'Vrouter', name: 'v', namespace: 'contrail' }, 'vrouter', 'cluster2');
  expect([plannedFor(APP, vrouter, fleet), plannedFor(DEFAULT, vrouter, fleet)]).toEqual([['vrouter'], ['vrouter']]);
  expect(plannedFor(path('cluster1', 'cluster3'), vrouter, fleet)).toEqual([]);
});

test('what no packet between pods that run feels is no excuse', () => {
  for (const what of ['dns', 'kubemanager'] as const)
    expect(plannedFor(APP, plan('cluster2', { kind: 'Pod', name: '*' }, what, 'cluster2'), fleet)).toEqual([]);
});

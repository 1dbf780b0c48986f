import { expect, test } from '@jest/globals';
import type { Change, Precondition } from '../../../src/model/plan.ts';
import { recheckWith } from '../../../src/rollout/recheck.ts';
import type { Look } from '../../../src/survey/look.ts';
import { change, PLAN } from '../../support/report-documents.ts';

const CHANGE = change({
  action: 'update',
  uid: 'u1',
  namespace: 'ns1',
  apiVersion: 'core.contrail.juniper.net/v1alpha1',
  kind: 'Subnet',
  name: 'subnet1',
  stage: '80-networks',
  fields: [{ path: '/spec/cidr', before: '10.0.0.0/24', after: '10.0.1.0/24' }],
});

const PRECONDITION: Precondition = {
  cluster: 'cluster1',
  group: 'core.contrail.juniper.net',
  kind: 'Subnet',
  namespace: 'ns1',
  name: 'subnet1',
  uid: 'u1',
  resourceVersion: '7',
};

/** What a second look at the clusters finds on the first of them. */
function seen(changes: Change[], preconditions: Precondition[] = [PRECONDITION]): Look {
  const [first, second] = PLAN.clusters;
  const clusters = [{ ...first!, changes }, second!];
  return {
    plan: { ...PLAN, clusters },
    preconditions,
    leaving: [],
    desired: [],
    live: { clusters: new Map() } as never,
    findings: [],
  };
}

const recheck = (look: Look, cluster = 'cluster1') => recheckWith(async () => look)(cluster, CHANGE);

test('the very same change is still needed: the precondition of the object as it is now', async () => {
  expect(await recheck(seen([change(), CHANGE]))).toEqual(PRECONDITION);
});

test.each<[string, Partial<Change>]>([
  ['what it grants is told otherwise', { grants: [{ what: 'privileged', detail: 'x' } as never] }],
  ['it was only predicted before', { predicted: true }],
])('it is the same where %s', async (_, part) => {
  expect(await recheck(seen([{ ...CHANGE, ...part }]))).toEqual(PRECONDITION);
});

test.each<[string, Partial<Change>]>([
  ['another value', { fields: [{ path: '/spec/cidr', before: '10.0.0.0/24', after: '10.0.2.0/24' }] }],
  ['another value before', { fields: [{ path: '/spec/cidr', before: '10.0.9.0/24', after: '10.0.1.0/24' }] }],
  ['an owner that it did not have', { fields: [{ ...CHANGE.fields[0]!, conflictsWith: 'kubectl-edit' }] }],
  ['another field', { fields: [...CHANGE.fields, { path: '/spec/x', after: 1 }] }],
  ['another action', { action: 'replace' }],
  ['an object that was made again', { uid: 'u2' }],
])('%s is another change: nothing', async (_, part) => {
  expect(await recheck(seen([{ ...CHANGE, ...part }]))).toBeUndefined();
});

test('nothing is left to do, or it is left on another cluster: nothing', async () => {
  expect(await recheck(seen([]))).toBeUndefined();
  expect(await recheck(seen([CHANGE]), 'cluster2')).toBeUndefined();
  expect(await recheck(seen([CHANGE]), 'gone')).toBeUndefined();
});

test.each<[string, Partial<Precondition>]>([
  ['cluster', { cluster: 'cluster2' }],
  ['group', { group: '' }],
  ['kind', { kind: 'VirtualNetwork' }],
  ['namespace', { namespace: 'ns2' }],
  ['name', { name: 'subnet2' }],
])('the precondition of an object of another %s is not taken', async (_, part) => {
  expect(await recheck(seen([CHANGE], [{ ...PRECONDITION, ...part }]))).toBeUndefined();
  expect(await recheck(seen([CHANGE], [{ ...PRECONDITION, ...part }, PRECONDITION]))).toEqual(PRECONDITION);
});

test('every refusal looks again', async () => {
  const looks = [seen([CHANGE]), seen([])];
  const again = recheckWith(async () => looks.shift()!);
  expect(await again('cluster1', CHANGE)).toEqual(PRECONDITION);
  expect(await again('cluster1', CHANGE)).toBeUndefined();
  expect(looks).toEqual([]);
});

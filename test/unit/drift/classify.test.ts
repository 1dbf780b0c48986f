import { describe, expect, test } from '@jest/globals';
import { driftDocument, kindOfDrift } from '../../../src/drift/classify.ts';
import { driftConditions } from '../../../src/drift/outcome.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../../../src/model/kubernetes.ts';
import type { LiveState } from '../../../src/model/live.ts';
import type { Change, Plan } from '../../../src/model/plan.ts';
import { change, PLAN } from '../../support/report-documents.ts';

const NETWORK = {
  apiVersion: 'core.contrail.juniper.net/v1alpha1',
  kind: 'VirtualNetwork',
  namespace: 'ns1',
  name: 'vn1',
  stage: '80-networks' as const,
};

function planOf(changes: Change[], part: Partial<Plan> = {}): Plan {
  const cluster = { ...PLAN.clusters[0]!, changes };
  return { ...PLAN, complete: true, clusters: [cluster], ...part };
}

function liveOf(managedFields: ManagedFieldsEntry[]): LiveState {
  const { apiVersion, kind, namespace, name } = NETWORK;
  const object: KubernetesObject = { apiVersion, kind, metadata: { namespace, name, managedFields } };
  const resource = { group: 'core.contrail.juniper.net', kind, version: 'v1alpha1', plural: 'virtualnetworks', namespaced: true };
  return {
    clusters: [
      {
        name: 'cluster1',
        role: 'central',
        status: 'known',
        resources: [resource],
        unavailableGroups: [],
        listings: [{ group: resource.group, kind, status: 'listed', resource, items: [object] }],
        emulated: false,
        requests: 1,
      },
    ],
  };
}

test('what would be done says what has happened', () => {
  const field = { path: '/spec/a', before: 1, after: 2 };
  expect(kindOfDrift(change({ action: 'create' }))).toBe('gone');
  expect(kindOfDrift(change({ action: 'delete' }))).toBe('added');
  expect(kindOfDrift(change({ action: 'update', fields: [field] }))).toBe('changed');
  expect(kindOfDrift(change({ action: 'adopt', fields: [field] }))).toBe('changed');
  expect(kindOfDrift(change({ action: 'update', fields: [field, { ...field, conflictsWith: 'kubectl-edit' }] }))).toBe(
    'conflict',
  );
});

test('an object of which only the owner of fields has changed is as approved', () => {
  const document = driftDocument({ plan: planOf([change({ ...NETWORK, action: 'adopt', fields: [] })]), proposalPending: false });
  expect(document.clusters[0]?.changes).toEqual([]);
  expect(driftConditions(document)).toEqual([]);
});

describe('who and since when', () => {
  const taken = change({
    ...NETWORK,
    action: 'update',
    fields: [
      { path: '/spec/a', before: 1, after: 2, conflictsWith: 'kubectl-edit' },
      { path: '/spec/b', before: 1, after: 2, conflictsWith: 'argocd-controller, kubectl-edit' },
    ],
  });
  const entry = (manager: string, time: string, subresource?: string): ManagedFieldsEntry => ({
    manager,
    operation: 'Update',
    time,
    ...(subresource === undefined ? {} : { subresource }),
  });
  const [of, at] = ['2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z'];

  test('managers of the fields in conflict, and when the newest of them wrote last; status does not count', () => {
    const live = liveOf([
      entry('kubectl-edit', at),
      entry('argocd-controller', of),
      entry('cn2-fleet', '2026-11-23T00:00:00Z'),
      entry('kubectl-edit', '2026-11-22T00:00:00Z', 'status'),
    ]);
    const [found] = driftDocument({ plan: planOf([taken]), live, proposalPending: false }).clusters[0]!.changes;
    expect(found).toMatchObject({ kindOfDrift: 'conflict', manager: 'argocd-controller, kubectl-edit', since: at });
  });

  test('null where nobody is recorded', () => {
    const live = liveOf([entry('somebody-else', at)]);
    const gone = change({ ...NETWORK, action: 'create' });
    const { changes } = driftDocument({ plan: planOf([taken, gone]), live, proposalPending: false }).clusters[0]!;
    expect(changes.map(({ manager, since }) => [manager, since])).toEqual([
      ['argocd-controller, kubectl-edit', null],
      [null, null],
    ]);
    expect(driftDocument({ plan: planOf([taken]), proposalPending: false }).clusters[0]!.changes[0]!.since).toBeNull();
  });
});

describe('fingerprint', () => {
  const drift = (part: Partial<Change> = {}, plan: Partial<Plan['clusters'][number]> = {}) => {
    const cluster = { ...PLAN.clusters[0]!, ...plan, changes: [change({ ...NETWORK, action: 'update', uid: 'u1', ...part })] };
    return driftDocument({ plan: { ...PLAN, clusters: [cluster] }, proposalPending: false }).clusters[0]!.changes[0]!.fingerprint;
  };

  test('the same for the same drift, whatever the run, the API version and the object’s uid', () => {
    expect(drift()).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(drift({ uid: 'u2', predicted: true, apiVersion: 'core.contrail.juniper.net/v1', stage: '90-routers' })).toBe(drift());
    expect(drift({}, { requests: 99, name: 'renamed' })).toBe(drift());
  });

  test('another for another cluster, object, action or field', () => {
    const fields = [{ path: '/spec/a', before: 1, after: 2 }];
    const others = [
      drift(),
      drift({ name: 'vn2' }),
      drift({ namespace: 'ns2' }),
      drift({ action: 'delete' }),
      drift({ fields }),
      drift({ fields: [{ ...fields[0]!, before: 3 }] }),
      drift({ fields: [{ ...fields[0]!, conflictsWith: 'kubectl-edit' }] }),
      drift({}, { uid: 'another' }),
    ];
    expect(new Set(others).size).toBe(others.length);
  });
});

test('the document is the plan, and what was not seen stays unknown', () => {
  const document = driftDocument({ plan: PLAN, proposalPending: true });
  expect(document).toMatchObject({ fleet: 'guide', index: PLAN.index, complete: false, emulated: true, proposalPending: true });
  expect(document.clusters[1]).toMatchObject({ name: 'cluster2', status: 'unknown', changes: [] });
  expect(driftConditions(document)).toEqual(['unknown-cluster', 'changes']);
  expect(driftConditions(driftDocument({ plan: planOf([]), proposalPending: true }))).toEqual([]);
});

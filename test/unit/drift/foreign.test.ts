import { describe, expect, test } from '@jest/globals';
import { foreignAdditions } from '../../../src/drift/foreign.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../../../src/model/kubernetes.ts';
import type { LiveCluster } from '../../../src/model/live.ts';
import type { Desired } from '../../../src/model/manifest.ts';

const TIME = '2026-11-20T00:00:00Z';
const OURS: ManagedFieldsEntry = {
  manager: 'cn2-fleet',
  operation: 'Apply',
  time: TIME,
  fieldsV1: {
    'f:metadata': { 'f:labels': { 'f:vn': {} } },
    'f:spec': { 'f:v4': {}, 'f:list': { 'k:{"name":"x"}': { 'f:a': {} } } },
  },
};
const LIVE = {
  labels: { vn: 'vn1', team: 'net' },
  spec: { v4: 'x', rpf: { enabled: true, mode: 'strict' }, list: [{ name: 'x', a: 1 }, { name: 'y' }] },
};

function network(managedFields: ManagedFieldsEntry[], part: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  const metadata = { namespace: 'ns1', name: 'vn1', labels: LIVE.labels, managedFields, ...part };
  return { apiVersion: 'core.contrail.juniper.net/v1alpha1', kind: 'VirtualNetwork', metadata, spec: LIVE.spec };
}

function seen(object: KubernetesObject): LiveCluster {
  const resource = {
    group: 'core.contrail.juniper.net',
    kind: 'VirtualNetwork',
    version: 'v1alpha1',
    plural: 'virtualnetworks',
    namespaced: true,
  };
  return {
    name: 'cluster1',
    role: 'central',
    status: 'known',
    resources: [resource],
    unavailableGroups: [],
    listings: [{ group: resource.group, kind: resource.kind, status: 'listed', resource, items: [object] }],
    emulated: false,
    requests: 1,
  };
}

function additions(object: KubernetesObject, drifted: string[] = [], cluster = 'cluster1') {
  const desired = { manifest: { cluster }, object: { ...object, metadata: { namespace: 'ns1', name: 'vn1' } } } as Desired;
  return foreignAdditions(seen(object), [desired], () => new Set(drifted));
}

function by(manager: string, fieldsV1: ManagedFieldsEntry['fieldsV1'] & {}, part: Partial<ManagedFieldsEntry> = {}) {
  return { manager, operation: 'Update' as const, time: TIME, fieldsV1, ...part };
}

describe('what others have added', () => {
  test('each branch once, at its root, with who and when; what is declared is none', () => {
    const record = {
      'f:metadata': { 'f:labels': { '.': {}, 'f:vn': {}, 'f:team': {} } },
      'f:spec': { 'f:v4': {}, 'f:rpf': { '.': {}, 'f:enabled': {}, 'f:mode': {} }, 'f:list': { 'k:{"name":"y"}': { '.': {} } } },
    };
    expect(additions(network([OURS, by('kubectl-edit', record)]))).toEqual([
      {
        apiVersion: 'core.contrail.juniper.net/v1alpha1',
        kind: 'VirtualNetwork',
        namespace: 'ns1',
        name: 'vn1',
        writers: [
          {
            manager: 'kubectl-edit',
            operation: 'Update',
            time: TIME,
            fields: ['/metadata/labels/team', '/spec/list[name=y]', '/spec/rpf'],
          },
        ],
      },
    ]);
  });

  const LABEL = { 'f:metadata': { 'f:labels': { 'f:team': {} } } };
  test.each([
    ['what controllers complete', [OURS, by('kubemanager', LABEL), by('kube-controller-manager', LABEL)]],
    ['status', [OURS, by('x', { 'f:status': { 'f:y': {} } }), by('y', LABEL, { subresource: 'status' })]],
    [
      "kubectl's own book-keeping",
      [
        OURS,
        by('kubectl-client-side-apply', {
          'f:metadata': { 'f:annotations': { 'f:kubectl.kubernetes.io/last-applied-configuration': {} } },
        }),
      ],
    ],
    ['what is not there any more', [OURS, by('helm', { 'f:spec': { 'f:gone': {} } })]],
    ['an object that we never applied', [by('helm', LABEL)]],
  ])('is not %s', (_, managedFields) => {
    expect(additions(network(managedFields))).toEqual([]);
  });

  test('is not drift, not of another cluster, and not of what is being deleted', () => {
    const records = [OURS, by('helm', LABEL)];
    expect(additions(network(records))).toHaveLength(1);
    expect(additions(network(records), ['/metadata/labels/team'])).toEqual([]);
    expect(additions(network(records), [], 'cluster2')).toEqual([]);
    expect(additions(network(records, { deletionTimestamp: TIME }))).toEqual([]);
  });
});

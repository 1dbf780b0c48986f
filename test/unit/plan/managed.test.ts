import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '../../../src/model/fleet.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../../../src/model/kubernetes.ts';
import { isManaged, isUnrecorded } from '../../../src/plan/managed.ts';

const fleet = { metadata: { name: 'guide' }, central: { name: 'cluster1' }, distributed: [] } as unknown as Fleet;
const MARKS = { 'cn2-fleet/fleet': 'guide', 'app.kubernetes.io/managed-by': 'cn2-fleet' };

function record(labels: string[], more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry {
  const owned = Object.fromEntries(labels.map((label) => [`f:${label}`, {}]));
  return { manager: 'cn2-fleet', operation: 'Apply', fieldsV1: { 'f:metadata': { 'f:labels': owned }, 'f:spec': {} }, ...more };
}

function network(managedFields: ManagedFieldsEntry[]): KubernetesObject {
  return {
    apiVersion: 'core.contrail.juniper.net/v1alpha1',
    kind: 'VirtualNetwork',
    metadata: { name: 'vn1', namespace: 'ns1', labels: MARKS, managedFields },
  };
}

const judged = (...managedFields: ManagedFieldsEntry[]) => {
  const object = network(managedFields);
  return { managed: isManaged(fleet, 'cluster1', object), unrecorded: isUnrecorded(fleet, object) };
};

describe('whose an object is', () => {
  test('this fleet has applied its label', () => {
    expect(judged(record(Object.keys(MARKS)))).toEqual({ managed: true, unrecorded: false });
  });

  test('another fleet has applied it, and somebody has put this label in place of its own', () => {
    const label = record(['cn2-fleet/fleet'], { manager: 'kubectl-label', operation: 'Update' });
    expect(judged(record(['app.kubernetes.io/managed-by']), label)).toEqual({ managed: false, unrecorded: true });
  });

  test('nobody has applied it', () => {
    expect(judged()).toEqual({ managed: false, unrecorded: true });
    expect(judged(record(Object.keys(MARKS), { operation: 'Update' }))).toEqual({ managed: false, unrecorded: true });
  });
});

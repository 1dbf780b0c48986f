import { describe, expect, test } from '@jest/globals';
import type { ManagedFieldsEntry } from '../../../src/model/kubernetes.ts';
import { isStatusOnly, lastWriterText } from '../../../src/plan/last-writer.ts';

const entry = (manager: string, day: number, more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  time: `2026-01-0${day}T00:00:00Z`,
  fieldsV1: { 'f:spec': { 'f:cidr': {} } },
  ...more,
});

const text = (...managedFields: ManagedFieldsEntry[]) =>
  lastWriterText({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', managedFields } });

describe('who moved an object', () => {
  test('the newest writer is named, with the time of its record', () => {
    expect(text(entry('kubectl-edit', 2), entry('argocd', 1))).toBe('; last written by kubectl-edit at 2026-01-02T00:00:00Z');
    expect(text(entry('argocd', 1), entry('kubectl-edit', 1))).toContain('kubectl-edit');
  });

  test('this tool is never the one, however it wrote', () => {
    const own = [entry('cn2-fleet', 3, { operation: 'Apply' }), entry('cn2-fleet', 4)];
    expect(text(entry('kubectl-edit', 2), ...own)).toContain('kubectl-edit');
    expect(text(...own)).toBe('');
  });

  test('a controller that writes the status alone is not the one, through the subresource or not', () => {
    const status = { 'f:status': { '.': {}, 'f:state': {} } };
    const controllers = [
      entry('kubelet', 5, { subresource: 'status' }),
      entry('contrail-k8s-controller', 6, { fieldsV1: status }),
    ];
    expect(controllers.map(isStatusOnly)).toEqual([true, true]);
    expect(text(entry('kubectl-edit', 2), ...controllers)).toBe('; last written by kubectl-edit at 2026-01-02T00:00:00Z');
    expect(text(...controllers)).toBe('');
  });

  test('a controller that writes more than the status is the one', () => {
    const both = { 'f:spec': { 'f:cidr': {} }, 'f:status': { 'f:state': {} } };
    expect(text(entry('kubectl-edit', 2), entry('operator', 6, { fieldsV1: both }))).toContain('operator');
  });

  test('records without a time or fields count, and say no time', () => {
    expect(text({ manager: 'somebody', operation: 'Update' })).toBe('; last written by somebody');
    expect(text()).toBe('');
  });
});

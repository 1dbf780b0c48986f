import { describe, expect, test } from '@jest/globals';
import { writersOf } from '../../../src/drift/writers.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../../../src/model/kubernetes.ts';
import type { FieldChange } from '../../../src/model/plan.ts';

const OLD = '2026-11-01T00:00:00Z';
const NEW = '2026-11-20T00:00:00Z';

function record(manager: string, fieldsV1: ManagedFieldsEntry['fieldsV1'] & {}, part: Partial<ManagedFieldsEntry> = {}) {
  return { manager, operation: 'Update' as const, time: OLD, fieldsType: 'FieldsV1' as const, fieldsV1, ...part };
}

function deployment(...managedFields: ManagedFieldsEntry[]): KubernetesObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'contrail', name: 'd', managedFields } };
}

const OURS = record('cn2-fleet', { 'f:spec': { 'f:replicas': {} } }, { operation: 'Apply' });
const IMAGE = { 'f:spec': { 'f:template': { 'f:containers': { 'k:{"name":"x"}': { '.': {}, 'f:image': {} } } } } };

function fields(...paths: string[]): FieldChange[] {
  return paths.map((path) => ({ path, before: 1, after: 2 }));
}

function who(object: KubernetesObject, ...paths: string[]) {
  return writersOf(object, { action: 'update', fields: fields(...paths) });
}

describe('who holds what differs', () => {
  test('the record that owns the field, with operation and time; nobody else', () => {
    const object = deployment(OURS, record('kubectl-edit', { 'f:spec': { 'f:replicas': {} } }), record('helm', IMAGE));
    expect(who(object, '/spec/replicas')).toEqual([
      { manager: 'kubectl-edit', operation: 'Update', time: OLD, fields: ['/spec/replicas'] },
    ]);
  });

  test('several, the newest first; one without a time last', () => {
    const path = { 'f:spec': { 'f:paused': {} } };
    const timeless: ManagedFieldsEntry = { manager: 'c', operation: 'Apply', fieldsV1: path };
    const object = deployment(timeless, record('a', path), record('b', path, { time: NEW, operation: 'Apply' }));
    expect(who(object, '/spec/paused').map(({ manager, operation, time }) => [manager, operation, time])).toEqual([
      ['b', 'Apply', NEW],
      ['a', 'Update', OLD],
      ['c', 'Apply', null],
    ]);
  });

  test('items of keyed lists, parts of what is owned as a whole, and wholes of which a part is owned', () => {
    const object = deployment(record('helm', IMAGE), record('argo', { 'f:spec': { 'f:strategy': {} } }));
    expect(who(object, '/spec/template/containers[name=x]/image').map(({ manager }) => manager)).toEqual(['helm']);
    expect(who(object, '/spec/template/containers[name=y]/image')).toEqual([]);
    expect(who(object, '/spec/template/containers').map(({ manager }) => manager)).toEqual(['helm']);
    expect(who(object, '/spec/strategy/0/type').map(({ manager }) => manager)).toEqual(['argo']);
    expect(who(object, '/spec/strategyOther')).toEqual([]);
  });

  test('a name with a slash or a tilde', () => {
    const object = deployment(record('kubectl-label', { 'f:metadata': { 'f:labels': { 'f:a/b~c': {} } } }));
    expect(who(object, '/metadata/labels/a~1b~0c')).toHaveLength(1);
  });

  test('whoever the plan names, though its record is written otherwise', () => {
    const change = { path: '/spec/ports/0', before: 1, after: 2, conflictsWith: 'argocd, flux' };
    const found = writersOf(deployment(record('flux', {}), record('flu', {})), { action: 'update', fields: [change] });
    expect(found.map(({ manager }) => manager)).toEqual(['flux']);
  });

  test('not status, not us, and nobody for what is gone', () => {
    const status = record('operator', { 'f:status': { 'f:x': {} } });
    const object = deployment(OURS, status, record('operator', { 'f:spec': { 'f:replicas': {} } }, { subresource: 'status' }));
    expect(who(object, '/spec/replicas')).toEqual([]);
    expect(writersOf(undefined, { action: 'create', fields: fields('/spec/replicas') })).toEqual([]);
  });

  test('of an object that should not be there: all who wrote it; ours if nobody else did', () => {
    const gone = { action: 'delete' as const, fields: [] };
    expect(writersOf(deployment(OURS, record('kubectl-create', IMAGE)), gone).map(({ manager }) => manager)).toEqual([
      'kubectl-create',
    ]);
    expect(writersOf(deployment(OURS), gone)).toEqual([{ manager: 'cn2-fleet', operation: 'Apply', time: OLD, fields: [] }]);
  });
});

import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { mergeSecret } from '../../../src/plan/secret-merge.ts';

const secret = (data: unknown, metadata: Record<string, unknown> = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name: 's', namespace: 'n', ...metadata },
    data,
  }) as KubernetesObject;
const own = { manager: 'cn2-fleet', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' };

test.each([
  ['none', null],
  ['a text', 'x'],
  ['a list', ['x']],
  ['a record of none', { 'f:data': null }],
  ['a record of a list', { 'f:data': { 'f:kubeconfig': [] } }],
])('owners whose fields are %s are no reason to fall over', (_, fieldsV1) => {
  const managedFields = [
    { ...own, fieldsV1 },
    { manager: 'other', operation: 'Update', fieldsV1 },
  ];
  const verdict = mergeSecret(secret({ kubeconfig: 'YWJj' }), secret({ kubeconfig: 'eA==' }, { managedFields }));
  expect(verdict).toMatchObject({ status: 'merged', result: { data: { kubeconfig: 'YWJj' } } });
});

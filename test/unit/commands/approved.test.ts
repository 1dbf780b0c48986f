import { expect, test } from '@jest/globals';
import { readApproved } from '../../../src/plan/approved.ts';

const CHANGE = { action: 'create', apiVersion: 'v1', kind: 'Secret', name: 's', for: 'c', stage: '10-access', predicted: false };
const plan = (clusters: unknown, index: unknown = 'sha256:1') =>
  JSON.stringify({ schemaVersion: 1, fleet: 'guide', digest: 'sha256:2', index, complete: true, clusters });

test('a plan of the right shape and index is taken', () => {
  const text = plan([{ name: 'c', role: 'central', changes: [{ ...CHANGE, fields: [{ path: '/data' }] }] }]);
  expect(readApproved(text, 'sha256:1', 'plan.json').status).toBe('approved');
  expect(readApproved(text, 'sha256:9', 'plan.json')).toMatchObject({ condition: 'not-approved' });
});

test.each([
  ['cut off', '{"schemaVersion": 1, "index"'],
  ['no object', 'null'],
  ['a list', '[]'],
  ['clusters are no list', plan({})],
  ['a cluster is nothing', plan([null])],
  ['a cluster without changes', plan([{ name: 'c', role: 'central' }])],
  ['a change without fields', plan([{ name: 'c', role: 'central', changes: [CHANGE] }])],
  ['a change is nothing', plan([{ name: 'c', role: 'central', changes: [null] }])],
  ['a field without a path', plan([{ name: 'c', role: 'central', changes: [{ ...CHANGE, fields: [{}] }] }])],
  ['an index that is no text', plan([], 5)],
])('%s: no approved plan, exit 4', (_, text) => {
  expect(readApproved(text, 'sha256:1', 'rendered/plan.json')).toEqual({
    status: 'refused',
    condition: 'not-approved',
    reason: 'rendered/plan.json is not an approved plan: it was edited or truncated',
  });
});

test('without a file nothing was approved, exit 3', () => {
  expect(readApproved(undefined, 'sha256:1', 'rendered/plan.json')).toMatchObject({ condition: 'rule-broken' });
});

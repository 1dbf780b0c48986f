import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { mergeOf } from '../../../src/plan/merge.ts';
import { ADMISSION } from '../../../src/plan/rewritten.ts';

const OWNED = { 'f:metadata': { 'f:labels': { 'f:tier': {}, 'f:wanted': {} } } };

function thing(labels: Record<string, string>, owned: object = OWNED): KubernetesObject {
  const managedFields = [{ manager: 'cn2-fleet', operation: 'Apply' as const, apiVersion: 'v1', fieldsV1: owned as never }];
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x', labels, managedFields } };
}

/** Fields of the plan where gold is declared, this is live, and a write would give silver. */
function fieldsOf(tier: string) {
  const desired = thing({ tier: 'gold', wanted: 'yes' });
  return mergeOf(desired, thing({ tier }), thing({ tier: 'silver', wanted: 'yes' }), [], []).fields;
}

test('an admission that would rewrite what is as declared is shown by what the write would do', () => {
  expect(fieldsOf('gold')).toEqual([
    { path: '/metadata/labels/tier', before: 'gold', after: 'silver', conflictsWith: ADMISSION },
    { path: '/metadata/labels/wanted', after: 'yes' },
  ]);
});

test.each(['silver', 'bronze'])('one that has rewritten it (live: %s) is shown by what is declared', (tier) => {
  expect(fieldsOf(tier)).toEqual([
    { path: '/metadata/labels/tier', before: tier, after: 'gold', conflictsWith: ADMISSION },
    { path: '/metadata/labels/wanted', after: 'yes' },
  ]);
});

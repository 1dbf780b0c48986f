import { expect, test } from '@jest/globals';
import { withHolders } from '../../../src/plan/held-by.ts';
import { ADMISSION } from '../../../src/plan/rewritten.ts';
import { change } from '../../support/report-documents.ts';

test('who holds what a change removes: each once, sorted; not who holds what it sets, and no admission', () => {
  const fields = [
    { path: '/a', before: 1, conflictsWith: 'kubectl-edit, flux' },
    { path: '/b', before: 1, conflictsWith: 'flux' },
    { path: '/c', before: 1, after: 2, conflictsWith: 'helm' },
    { path: '/d', before: 1, conflictsWith: ADMISSION },
    { path: '/e', before: 1 },
  ];
  expect(withHolders(change({ action: 'update', fields })).heldBy).toEqual(['flux', 'kubectl-edit']);
  expect(withHolders(change({ action: 'update', fields: fields.slice(2) }))).not.toHaveProperty('heldBy');
});

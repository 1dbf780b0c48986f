import { expect, test } from '@jest/globals';
import { type LabelSelector, selects } from '../../../lab/cn2/control/selectors.ts';

const LABELS = { app: 'web', tier: 'front', empty: '' };

test.each<[LabelSelector, boolean]>([
  [{}, true],
  [{ matchLabels: { app: 'web' } }, true],
  [{ matchLabels: { app: 'web', tier: 'back' } }, false],
  [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'web'] }] }, true],
  [{ matchExpressions: [{ key: 'none', operator: 'In', values: [''] }] }, false],
  [{ matchExpressions: [{ key: 'empty', operator: 'NotIn', values: [''] }] }, false],
  [{ matchExpressions: [{ key: 'none', operator: 'NotIn', values: [''] }] }, true],
  [{ matchExpressions: [{ key: 'empty', operator: 'Exists' }] }, true],
  [{ matchExpressions: [{ key: 'none', operator: 'Exists' }] }, false],
  [{ matchExpressions: [{ key: 'none', operator: 'DoesNotExist' }] }, true],
  [{ matchExpressions: [{ key: 'app', operator: 'Near', values: ['web'] }] }, false],
])('%j selects: %s', (selector, expected) => expect(selects(selector, LABELS)).toBe(expected));

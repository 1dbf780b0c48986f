import { expect, test } from '@jest/globals';
import { checkInterleavings } from '../support/interleavings.ts';

test('what somebody does between plan and apply, or while it runs, is never overwritten or undone', async () => {
  const { happened } = await checkInterleavings(80, 20_260_101);
  expect(happened).toBeGreaterThan(40);
}, 120_000);

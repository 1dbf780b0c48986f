import { expect, test } from '@jest/globals';
import { LIMITS } from '../../lab/apiserver/aggregated/switches.ts';
import { checkInterleavings } from '../support/interleavings.ts';

test('what somebody does between plan and apply, or while it runs, is never overwritten or undone', async () => {
  const { happened } = await checkInterleavings(120, 20_260_101);
  expect(happened).toBeGreaterThan(60);
}, 120_000);

test.each(LIMITS)(
  'nor where the API of the core kinds has %s',
  async (_, switches) => {
    const { happened } = await checkInterleavings(20, 20_260_101, switches);
    expect(happened).toBeGreaterThan(10);
  },
  120_000,
);

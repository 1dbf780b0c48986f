import { expect, test } from '@jest/globals';
import { checkTrust } from '../support/trust-property.ts';

/** Histories that are tried; `make soak` tries many more. */
const RUNS = Number(process.env['CN2_FLEET_SOAK_RUNS'] ?? 200);
const SEED = Number(process.env['CN2_FLEET_SOAK_SEED'] ?? 20_260_101);

test('what is applied was declared, rendered from it, merged, and is never older than what was applied before', async () => {
  const { writes } = await checkTrust(RUNS, SEED);
  // Histories in which nothing is ever applied would prove nothing.
  expect(writes).toBeGreaterThan(RUNS);
}, 900_000);

import { inspect } from 'node:util';
import { checkTrust } from './trust-property.ts';

/**
 * So many histories from a seed, by themselves: node test/support/trust-soak.ts RUNS SEED. Ends with 1 and the smallest history at which
 * a promise is broken.
 */
const [runs = 0, seed = 0] = process.argv.slice(2).map(Number);
try {
  const { writes } = await checkTrust(runs, seed);
  process.stdout.write(`${writes} writes on clusters were judged\n`);
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
}

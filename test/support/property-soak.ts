import { inspect } from 'node:util';
import { checkInterleavings } from './interleavings.ts';
import { checkTrust } from './trust-property.ts';
import { checkUnchanged } from './unchanged.ts';

/** Properties by name: each runs so many cases from a seed, throws at the first that is broken, and says what was judged. */
const CHECKS: Readonly<Record<string, (runs: number, seed: number) => Promise<object>>> = {
  trust: checkTrust,
  interleavings: checkInterleavings,
  unchanged: checkUnchanged,
};

/**
 * So many cases of a property, by themselves: node test/support/property-soak.ts NAME RUNS SEED. Ends with 1 and the smallest case at
 * which a promise is broken.
 */
const [name = '', runs = '0', seed = '0'] = process.argv.slice(2);
try {
  const judged = await CHECKS[name]!(Number(runs), Number(seed));
  process.stdout.write(`${inspect(judged)}\n`);
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
}

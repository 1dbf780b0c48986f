import { LIMITS, type Switches } from '../../lab/apiserver/aggregated/switches.ts';

/**
 * What the core kinds' API lacks in this run of a suite, by the words of LIMITS in the environment variable CORE_API_LACKS; undefined: the
 * core kinds are defined in the main server.
 */
export function drawnSwitches(): Partial<Switches> | undefined {
  const wanted = process.env['CORE_API_LACKS'];
  if (wanted === undefined) return undefined;
  const found = LIMITS.find(([name]) => name === wanted);
  if (found === undefined) throw new Error(`CORE_API_LACKS=${wanted} is none of ${LIMITS.map(([name]) => name).join(', ')}`);
  return found[1];
}

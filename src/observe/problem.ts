import type { Problem, Unreadable } from '../model/live.ts';
import { ClusterError } from '../ports/cluster.ts';

const UNREADABLE: ReadonlySet<string> = new Set<Unreadable>([
  'unreachable',
  'timeout',
  'certificate',
  'unauthorized',
  'forbidden',
  'unavailable',
  'credential',
  'error',
]);

/** As the API server says it (apiextensions-apiserver, with an answer 500). */
const CONVERSION = /\bconversion webhook for \S+, Kind=\w+ failed\b/;

/** Why something could not be read, as data. Rethrows what is not a ClusterError: that is a bug, not a state of the cluster. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof ClusterError)) throw error;
  if (CONVERSION.test(error.message)) return { cause: 'conversion', message: error.message };
  return { cause: UNREADABLE.has(error.cause) ? (error.cause as Unreadable) : 'error', message: error.message };
}

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

/** Why something could not be read, as data. Rethrows what is not a ClusterError: that is a bug, not a state of the cluster. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof ClusterError)) throw error;
  return { cause: UNREADABLE.has(error.cause) ? (error.cause as Unreadable) : 'error', message: error.message };
}

import type { Clock } from '../ports/clock.ts';
import { ClusterError } from '../ports/cluster.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/** Failures in which the server has not judged the write, or its answer was lost: preconditions make repeating it harmless. */
const LOST: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'throttled', 'unavailable']);

/** Whether a write that ended so may be sent again. */
function isLost(error: unknown): boolean {
  return error instanceof ClusterError && LOST.has(error.cause);
}

/**
 * Sends a write, and again where the server did not judge it or its answer was lost, with growing pauses (milliseconds: 500, 1000, …,
 * 5000), for as long as `again` allows another attempt (it is told how many there were). Throws the error of the last attempt.
 */
export async function repeatLost<Answer>(
  send: () => Promise<Answer>,
  { clock, signal, again }: { clock: Clock; signal?: AbortSignal; again(attempts: number): boolean },
): Promise<Answer> {
  let pause = FIRST_PAUSE_MS;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await send();
    } catch (error: unknown) {
      if (!isLost(error) || !again(attempts)) throw error;
      await clock.sleep(pause, signal);
      if (signal?.aborted === true || !again(attempts)) throw error;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }
}

import type { Clock } from '../../ports/clock.ts';
import { rateLimitOf } from './rate-limit.ts';
import { type Refusal, refusalOf } from './refusal.ts';

/** The most times that a request is sent. */
const ATTEMPTS = 4;
/** Milliseconds of the first wait after a request without an answer; each further one is twice as long. */
const FIRST_WAIT = 500;
/** Longest time that a request waits for rate limits, in all, milliseconds. */
const PATIENCE = 5 * 60_000;

export interface Waiting {
  clock: Clock;
  /** Ends a wait; nothing is waited for or sent again afterwards. */
  signal: AbortSignal;
  say(text: string): void;
}

/**
 * Sends a request, and again where that helps: after a rate limit as GitHub asks; after a lost answer or a fault of the server only
 * where it is `repeatable`, since anything else may have taken effect. Throws the last error.
 */
export async function patiently<T>(send: () => Promise<T>, repeatable: boolean, waiting: Waiting): Promise<T> {
  let waited = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const refusal = refusalOf(error);
      const wait = refusal === undefined ? undefined : after(refusal, repeatable, attempt, waiting.clock.now());
      if (wait === undefined || attempt === ATTEMPTS || waiting.signal.aborted || waited + wait.milliseconds > PATIENCE)
        throw error;
      if (wait.say !== undefined) waiting.say(wait.say);
      await waiting.clock.sleep(wait.milliseconds, waiting.signal);
      if (waiting.signal.aborted) throw error;
      waited += wait.milliseconds;
    }
  }
}

/** Waits before a lost answer is looked for. Gives false where the run is to end. */
export async function pause(attempt: number, { clock, signal }: Waiting): Promise<boolean> {
  await clock.sleep(backOff(attempt), signal);
  return !signal.aborted;
}

function after(
  refusal: Refusal,
  repeatable: boolean,
  attempt: number,
  now: number,
): { milliseconds: number; say?: string } | undefined {
  const limit = rateLimitOf(refusal, now);
  if (limit !== undefined) {
    return { milliseconds: limit.seconds * 1000, say: `GitHub asks to wait ${limit.seconds} s (${limit.kind} rate limit)` };
  }
  const lost = refusal.status === 0 || [500, 502, 503, 504].includes(refusal.status);
  return lost && repeatable ? { milliseconds: backOff(attempt) } : undefined;
}

/** Doubles, with jitter, so that runs that failed together do not retry together. */
function backOff(attempt: number): number {
  return FIRST_WAIT * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
}

import { platform, uptime } from 'node:os';
import type { Clock } from '../../ports/clock.ts';

/**
 * Node's own steady clock stands still while a machine sleeps (CLOCK_MONOTONIC), so that a run which was suspended for an hour would
 * believe that it still has its lock. The time since boot goes on (CLOCK_BOOTTIME, GetTickCount64); on macOS it is worked out from the
 * time of day, so there the steady clock is the better one.
 */
const SINCE_BOOT = platform() === 'linux' || platform() === 'win32';

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => (SINCE_BOOT ? uptime() * 1000 : performance.now()),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal?.addEventListener('abort', end, { once: true });
    }),
};

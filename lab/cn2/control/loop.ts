import { setTimeout as sleep } from 'node:timers/promises';

/** A level-triggered controller: what it does depends on what is there, not on what happened. */
export interface Loop {
  /** Something changed: run soon. Calls during a run are one further run. */
  trigger(): void;
  /** Settles when a run in progress has ended after the signal's abort. */
  readonly ended: Promise<void>;
}

const RETRY_MS = 500;

/**
 * Runs `reconcile` after each trigger, one run at a time, again after `RETRY_MS` when it fails. A number that it returns asks
 * for a further run after so many milliseconds.
 */
export function startLoop(
  name: string,
  reconcile: () => Promise<number | undefined> | Promise<void>,
  signal: AbortSignal,
  log: (line: string) => void,
): Loop {
  let wake = () => {};
  let pending = false;
  const trigger = () => {
    pending = true;
    wake();
  };
  const run = async () => {
    let delay: number | undefined;
    while (!signal.aborted) {
      if (!pending) {
        const waiting = new AbortController();
        await Promise.race([
          new Promise<void>((resolve) => {
            wake = resolve;
          }),
          new Promise<void>((resolve) =>
            signal.addEventListener('abort', () => resolve(), { once: true, signal: waiting.signal }),
          ),
          ...(delay === undefined ? [] : [sleep(delay, undefined, { signal: waiting.signal }).catch(() => {})]),
        ]);
        waiting.abort();
      }
      if (signal.aborted) return;
      pending = false;
      try {
        delay = (await reconcile()) ?? undefined;
      } catch (error) {
        if (signal.aborted) return;
        log(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        delay = RETRY_MS;
      }
    }
  };
  return { trigger, ended: run() };
}

/** Time, so that waits can be tested. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Ends early when the signal aborts (without an error). */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

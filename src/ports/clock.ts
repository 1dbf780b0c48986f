/** Time, so that waits can be tested. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Milliseconds of a clock that nobody sets, from an unknown start: how long something took. Jumps of the time of day do not move it;
   * where the system tells, it goes on while the machine sleeps.
   */
  ticks(): number;
  /** Ends early when the signal aborts (without an error). */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

import type { Clock } from '../ports/clock.ts';

/** What a cluster may take in any case, milliseconds. */
const LEAST = 5_000;
/** How many times as long as the slowest of the others it may take. */
const TIMES = 3;
/** The part of the clusters that must have been read before anyone is a laggard. */
const MOST = 0.9;

/**
 * Gives up on the few clusters that take far longer than all others: a report on fifty waits for none of them as long as a request
 * may take. Nothing that is slow for all, as on a busy host, counts as slow.
 */
export class Laggards {
  readonly #clock: Clock;
  readonly #needed: number;
  #read = 0;
  #slowest = 0;
  readonly #waiting = new Set<() => void>();

  /** @param clusters how many are read in all */
  constructor(clock: Clock, clusters: number) {
    this.#clock = clock;
    this.#needed = Math.max(1, Math.ceil(clusters * MOST));
  }

  /** The work's result, or `late` (told how many milliseconds it had) as soon as it is a laggard; what it gives then is dropped. */
  async orLate<T>(work: Promise<T>, late: (milliseconds: number) => T): Promise<T> {
    const { promise: stopped, resolve: stop } = Promise.withResolvers<T>();
    const done = new AbortController();
    const started = this.#clock.ticks();
    const watch = () => {
      const allowed = Math.max(LEAST, TIMES * this.#slowest);
      const left = started + allowed - this.#clock.ticks();
      void this.#clock.sleep(left, done.signal).then(() => {
        if (!done.signal.aborted) stop(late(allowed));
      });
    };
    if (this.#read >= this.#needed) watch();
    else this.#waiting.add(watch);
    const finished = work.then((result) => {
      this.#finish(this.#clock.ticks() - started);
      return result;
    });
    try {
      return await Promise.race([finished, stopped]);
    } finally {
      done.abort();
      this.#waiting.delete(watch);
    }
  }

  #finish(took: number): void {
    this.#read += 1;
    this.#slowest = Math.max(this.#slowest, took);
    if (this.#read < this.#needed) return;
    for (const watch of this.#waiting) watch();
    this.#waiting.clear();
  }
}

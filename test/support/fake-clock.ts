import type { Clock } from '../../src/ports/clock.ts';

interface Sleeper {
  at: number;
  wake(): void;
}

/**
 * A clock that jumps: whenever nothing else can happen, time moves on to the next sleeper. Waits of minutes take no time and
 * still end in the right order. `pause` and `advance` give the time to the test.
 */
export class FakeClock implements Clock {
  #now: number;
  #set = 0;
  readonly #sleepers = new Set<Sleeper>();
  #scheduled = false;
  #manual: boolean;

  constructor(start = Date.parse('2026-01-01T00:00:00Z'), options: { manual?: boolean } = {}) {
    this.#now = start;
    this.#manual = options.manual ?? false;
  }

  now(): number {
    return this.#now + this.#set;
  }

  ticks(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper: Sleeper = {
        at: this.#now + milliseconds,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
      this.#schedule();
    });
  }

  /** Somebody sets the time of day: nothing that is measured moves. */
  setBy(milliseconds: number): void {
    this.#set += milliseconds;
  }

  /** Moves time by hand, waking who is due on the way, and lets what follows settle. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      await settle();
      const next = this.#next();
      if (next === undefined || next.at > until) break;
      this.#now = next.at;
      next.wake();
    }
    this.#now = until;
    await settle();
  }

  /** Time stands still for sleepers while it passes for everybody who asks (a process that was stopped). */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
  }

  #next(): Sleeper | undefined {
    return [...this.#sleepers].sort((a, b) => a.at - b.at)[0];
  }

  #schedule(): void {
    if (this.#scheduled || this.#manual) return;
    this.#scheduled = true;
    void settle().then(() => {
      this.#scheduled = false;
      const next = this.#next();
      if (next === undefined) return;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      this.#schedule();
    });
  }
}

/** Lets everything that is ready run: promises of promises, in several rounds. */
async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

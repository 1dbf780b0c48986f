import { setTimeout as sleep } from 'node:timers/promises';

type When = 'before' | 'after';

/** before: nothing was done. after: the work was done and the answer does not arrive (default: before). */
export type Fault =
  | { kind: 'status'; status: number; when?: When }
  | { kind: 'reset'; when?: When }
  /** The answer never begins. */
  | { kind: 'stall'; when?: When }
  /** The work is done; half of the JSON arrives, as if it were all. */
  | { kind: 'truncate' }
  /** The work is done; the connection ends in the middle of the body. */
  | { kind: 'cut' }
  /** Refused before the work. `retryAfter` in seconds. */
  | { kind: 'secondary-limit'; status?: 403 | 429; retryAfter?: number }
  /** Refused before the work. `resetIn` in seconds. */
  | { kind: 'primary-limit'; status?: 403 | 429; resetIn?: number }
  | { kind: 'slow'; milliseconds: number; when?: When }
  /** Something of the test's own happens before the work, e.g. somebody else's change. Only within one process. */
  | { kind: 'call'; run: () => Promise<void> };

export interface FaultRule {
  /** Default: every method. */
  method?: string;
  /** A path without /api/v3, `*` for anything, or a pattern. */
  path: string | RegExp;
  /** How many matching requests it meets; default 1. */
  times?: number;
  /** How many matching requests pass before; default 0. */
  skip?: number;
  fault: Fault;
}

interface Active {
  rule: FaultRule;
  pattern: RegExp;
  seen: number;
  met: number;
}

/** A rule that was set, to see whether it has done its part, or to end it. */
export interface SetFault {
  readonly met: number;
  remove(): void;
}

/** The faults that are switched on. */
export class Faults {
  #active: Active[] = [];

  add(rule: FaultRule): SetFault {
    const active: Active = { rule, pattern: patternOf(rule.path), seen: 0, met: 0 };
    this.#active.push(active);
    const remove = () => {
      this.#active = this.#active.filter((one) => one !== active);
    };
    return {
      get met() {
        return active.met;
      },
      remove,
    };
  }

  clear(): void {
    this.#active = [];
  }

  /** The faults that this request meets; delays and calls have already happened before their time. */
  take(method: string, path: string): Fault[] {
    const taken: Fault[] = [];
    for (const active of this.#active) {
      const { rule } = active;
      if ((rule.method !== undefined && rule.method !== method) || !active.pattern.test(path)) continue;
      if (++active.seen <= (rule.skip ?? 0) || active.met >= (rule.times ?? 1)) continue;
      active.met++;
      taken.push(rule.fault);
    }
    return taken;
  }
}

/** Waits out the delays of one side, and lets a test's own things happen. */
export async function delays(faults: readonly Fault[], when: When): Promise<void> {
  for (const fault of faults) {
    if (fault.kind === 'slow' && (fault.when ?? 'before') === when) await sleep(fault.milliseconds);
    if (fault.kind === 'call' && when === 'before') await fault.run();
  }
}

/** The fault that decides what happens instead of an answer; undefined: the answer goes out whole. */
export function decisive(faults: readonly Fault[], when: When): Fault | undefined {
  return faults.find((fault) => {
    if (fault.kind === 'slow' || fault.kind === 'call') return false;
    if (fault.kind === 'truncate' || fault.kind === 'cut') return when === 'after';
    if (fault.kind === 'secondary-limit' || fault.kind === 'primary-limit') return when === 'before';
    return (fault.when ?? 'before') === when;
  });
}

function patternOf(path: string | RegExp): RegExp {
  if (path instanceof RegExp) return path;
  return new RegExp(
    `^${path
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
}

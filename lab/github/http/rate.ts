const LIMIT = 5000;
const HOUR = 3600;

interface Window {
  used: number;
  /** Unix seconds. */
  reset: number;
}

/** Counts requests as GitHub does: per token, 5,000 an hour. It only counts; a fault refuses (see faults.ts). */
export class RateCounter {
  readonly #windows = new Map<string, Window>();

  /** The x-ratelimit headers of an answer; an answer 304 costs nothing. */
  headers(token: string | undefined, cost: number, now = Date.now()): Record<string, string> {
    const window = this.window(token, now);
    window.used += cost;
    return {
      'x-ratelimit-limit': String(LIMIT),
      'x-ratelimit-remaining': String(Math.max(0, LIMIT - window.used)),
      'x-ratelimit-reset': String(window.reset),
      'x-ratelimit-used': String(window.used),
      'x-ratelimit-resource': 'core',
    };
  }

  /** Body of GET /rate_limit. */
  overview(token: string | undefined, now = Date.now()) {
    const { used, reset } = this.window(token, now);
    const core = { limit: LIMIT, used, remaining: Math.max(0, LIMIT - used), reset };
    const full = { limit: LIMIT, used: 0, remaining: LIMIT, reset };
    return { resources: { core, search: { ...full, limit: 30, remaining: 30 }, graphql: full }, rate: core };
  }

  private window(token: string | undefined, now: number): Window {
    const key = token ?? '';
    const seconds = Math.floor(now / 1000);
    const there = this.#windows.get(key);
    if (there !== undefined && there.reset > seconds) return there;
    const fresh = { used: 0, reset: seconds + HOUR };
    this.#windows.set(key, fresh);
    return fresh;
  }
}

import type { Refusal } from './refusal.ts';

/** A refusal because of too many requests. */
export interface RateLimit {
  /** primary: the token's requests of an hour are used up. secondary: too many at once, too much written. */
  kind: 'primary' | 'secondary';
  /** How long to wait. */
  seconds: number;
}

/** Where GitHub names no time, a minute is what it asks for. */
const MINUTE = 60;

/**
 * Reads a rate limit from a refusal, as GitHub documents it: `retry-after`, else `x-ratelimit-reset` when nothing remains, else a
 * minute. `now` in milliseconds serves where the answer has no date; the server's own clock is better, since the reset is its time.
 */
export function rateLimitOf({ status, said, headers }: Refusal, now: number): RateLimit | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const usedUp = headers['x-ratelimit-remaining'] === '0';
  const named = /secondary rate limit|abuse detection/i.test(said);
  const asked = secondsAsked(headers['retry-after'], now);
  if (asked !== undefined) return { kind: usedUp && !named ? 'primary' : 'secondary', seconds: asked };
  if (usedUp && !named) {
    const reset = Number(headers['x-ratelimit-reset']) * 1000;
    const here = Date.parse(headers['date'] ?? '') || now;
    // One second more: the reset is rounded.
    return { kind: 'primary', seconds: reset > 0 ? Math.max(1, Math.ceil((reset - here) / 1000) + 1) : MINUTE };
  }
  return named || status === 429 ? { kind: 'secondary', seconds: MINUTE } : undefined;
}

/** `retry-after` is a number of seconds or, from a proxy, a date. */
function secondsAsked(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined;
}

import { describe, expect, test } from '@jest/globals';
import { observed, type PingRun } from '../../../src/rehearsal/continuity.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number) => START + seconds * 1000;
const time = (seconds: number) => new Date(at(seconds)).toISOString();
/** Replies to these numbers of a ping that began at a second: one each 0.2 s. */
const replies = (begin: number, ...numbers: number[]) =>
  numbers.map((sequence) => ({ sequence, at: at(begin + (sequence - 1) * 0.2) }));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const run = (begin: number, numbers: number[], more: Partial<PingRun> = {}): PingRun => ({
  startedAt: at(begin),
  endedAt: at(begin + 20),
  replies: replies(begin, ...numbers),
  ...more,
});
/** The change is applied from second 4 to 20. */
const WHILE = { from: at(4), to: at(20) };
const look = (...runs: PingRun[]) => observed(runs, WHILE, 0.2);

describe('pings of a path while a change is applied', () => {
  test('with a reply each: nothing was interrupted, nothing is unknown', () => {
    expect(look(run(0, range(1, 100), { sent: 100 }))).toEqual({ sent: 100, interruptions: [], unmeasured: [] });
  });

  test('without replies for a while: as many as were lost, in their time', () => {
    const { interruptions, unmeasured } = look(run(0, [...range(1, 40), ...range(48, 100)], { sent: 100 }));
    expect(interruptions).toEqual([{ from: time(7.8), to: time(9.4), lost: 7, seconds: 1.4 }]);
    expect(unmeasured).toEqual([]);
  });

  test('several times: one entry each, in any order of the replies, twice heard ones once', () => {
    const numbers = [...range(60, 100), 40, 40, ...range(1, 30), ...range(42, 58)];
    const { interruptions } = look(run(0, numbers, { sent: 100 }));
    expect(interruptions.map(({ lost }) => lost)).toEqual([9, 1, 1]);
  });

  test('until the end: what was sent after the last reply is lost, but for the one on its way', () => {
    expect(look(run(0, range(1, 50), { sent: 100 })).interruptions).toEqual([
      { from: time(9.8), to: time(20), lost: 49, seconds: 9.8, lasting: true },
    ]);
    expect(look(run(0, range(1, 99), { sent: 100 })).interruptions).toEqual([]);
  });

  test('that were lost before the change began are not of it', () => {
    expect(look(run(0, [1, ...range(10, 100)], { sent: 100 })).interruptions).toEqual([]);
  });
});

describe('what nobody saw is not quiet', () => {
  test('a ping that was cut says nothing of what came after its last reply, until the next one begins', () => {
    const cut = run(0, range(1, 41), { reason: 'the connection was closed' });
    const { interruptions, unmeasured, sent } = look(cut, run(12, range(1, 41), { sent: 41 }));
    expect(interruptions).toEqual([]);
    expect(unmeasured).toEqual([{ from: time(8), to: time(12), reason: 'the connection was closed' }]);
    expect(sent).toBe(82);
  });

  test('a next one that is silent at first has lost those', () => {
    const cut = run(0, range(1, 41), { reason: 'cut' });
    const { interruptions } = look(cut, run(12, range(6, 41), { sent: 41 }));
    expect(interruptions).toEqual([{ from: time(12), to: time(13), lost: 5, seconds: 1 }]);
  });

  test('a ping that was cut and never began again', () => {
    const { unmeasured } = look(run(0, range(1, 41), { reason: 'cut' }));
    expect(unmeasured).toEqual([{ from: time(8), to: time(20), reason: 'cut' }]);
  });

  test('a path that was silent before the change began', () => {
    const { interruptions, unmeasured } = look(run(0, range(50, 100), { sent: 100 }));
    expect(interruptions).toEqual([]);
    expect(unmeasured).toEqual([{ from: time(4), to: time(20), reason: 'it was not answered before the change began' }]);
  });

  test('a path that could not be pinged: why', () => {
    const reason = 'the probe was not started';
    expect(look({ startedAt: at(0), endedAt: at(0), replies: [], reason }).unmeasured).toEqual([
      { from: time(4), to: time(20), reason },
    ]);
    expect(look().unmeasured).toHaveLength(1);
  });

  test('whatever is cut, every second is either seen or said not to be', () => {
    for (let last = 1; last <= 100; last += 1) {
      const { interruptions, unmeasured } = look(run(0, range(1, last), { reason: 'cut' }));
      expect([last, interruptions.length]).toEqual([last, 0]);
      const until = Math.max(4, 0.2 * (last - 1));
      expect([last, unmeasured.length]).toEqual([last, 20 - until > 0.2001 ? 1 : 0]);
    }
  });
});

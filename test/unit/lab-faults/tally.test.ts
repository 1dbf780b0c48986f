import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lossPattern, readCounters } from '../../../lab/faults/tally.ts';

/** The positions of a pattern, and of how many. */
function positions(pattern: string): { lost: Set<number>; of: number } {
  const [, of = '', list = ''] = /^mod (\d+) \{ ([\d, ]+) \}$/.exec(pattern) ?? [];
  return { lost: new Set(list.split(', ').map(Number)), of: Number(of) };
}

describe('the pattern of lost packets', () => {
  test('of 30 percent', () => {
    expect(lossPattern(30)).toBe('mod 10 { 0, 4, 7 }');
    expect(lossPattern(100)).toBe('mod 1 { 0 }');
    expect(lossPattern(1)).toBe('mod 100 { 0 }');
  });

  test('loses the share, and of any packets in a row as many as of any others, give or take one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 60 }), (percent, row) => {
        const { lost, of } = positions(lossPattern(percent));
        expect(lost.size / of).toBeCloseTo(percent / 100);
        const counts = Array.from(
          { length: of },
          (_, start) => Array.from({ length: row }, (__, at) => (start + at) % of).filter((at) => lost.has(at)).length,
        );
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('counters', () => {
  const table = (sent: number[][], lost: number[][], packets: number) =>
    JSON.stringify({
      nftables: [
        { metainfo: {} },
        { counter: { name: 'dropped', packets, bytes: 1 } },
        { set: { name: 'sent_v4', elem: sent.map((concat) => ({ concat })) } },
        { set: { name: 'lost_v4', elem: lost.map((concat) => ({ elem: { val: { concat } } })) } },
        { set: { name: 'sent_v6' } },
        { set: { name: 'lost_v6' } },
      ],
    });

  test('tell the packets of a series from single ones, and from those of another size', () => {
    const single = [[7, 1]];
    const series = [1, 2, 3, 4, 5].map((number) => [8, number]);
    const lost = [
      [7, 1],
      [8, 2],
      [8, 5],
      [9, 1],
    ];
    expect(readCounters(table([...single, ...series], lost, 4))).toEqual({ dropped: 4, series: { sent: 5, lost: 2 } });
  });

  test('of another fault are what was dropped', () => {
    expect(readCounters(JSON.stringify({ nftables: [{ counter: { name: 'dropped', packets: 3, bytes: 9 } }] }))).toEqual({
      dropped: 3,
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import { Laggards } from '../../../src/observe/laggards.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** Ten clusters, read in so many milliseconds each; never: undefined. What each gave, and when all were done. */
async function readAll(times: readonly (number | undefined)[]) {
  const clock = new FakeClock(0, { manual: true });
  const laggards = new Laggards(clock, times.length);
  const never = new Promise<string>(() => {});
  const done: number[] = [];
  const results = Promise.all(
    times.map(async (time, index) => {
      const work = time === undefined ? never : clock.sleep(time).then(() => 'read');
      const result = await laggards.orLate(work, (milliseconds) => `late after ${milliseconds}`);
      done[index] = clock.ticks();
      return result;
    }),
  );
  for (let second = 0; second < 100; second += 1) await clock.advance(1_000);
  return { results: await Promise.race([results, 'waits']), last: Math.max(...done.filter((each) => each !== undefined)) };
}

const nine = (time: number) => Array.from({ length: 9 }, () => time);

describe('laggards', () => {
  test('one cluster of ten that never answers is given up five seconds after it was begun', async () => {
    const { results, last } = await readAll([undefined, ...nine(300)]);
    expect(results).toEqual(['late after 5000', ...nine(0).map(() => 'read')]);
    expect(last).toBe(5_000);
  });

  test('where all are slow, nobody is a laggard who takes less than three times as long', async () => {
    const { results } = await readAll([17_000, ...nine(6_000)]);
    expect(results).toEqual(Array.from({ length: 10 }, () => 'read'));
  });

  test('where all are slow, one that takes more than three times as long is', async () => {
    const { results, last } = await readAll([undefined, ...nine(6_000)]);
    expect(results).toContain('late after 18000');
    expect(last).toBe(18_000);
  });

  test('of two clusters the slow one is waited for as long as the other bears out', async () => {
    expect((await readAll([20_000, 100])).results).toEqual(['read', 'read']);
  });

  test('as long as most are missing, they are waited for', async () => {
    expect((await readAll([undefined, undefined, ...nine(100).slice(1)])).results).toBe('waits');
  });
});

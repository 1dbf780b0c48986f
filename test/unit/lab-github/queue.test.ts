import { expect, test } from '@jest/globals';
import { admit, next, type Queued } from '../../../lab/github/actions/queue.ts';

const run = (status: Queued['status'], group = 'apply-main') => ({ group, status });
const wish = { group: 'apply-main', cancelInProgress: false, keepsAll: false };

test('a run starts where none of its group runs; one that waits for a reviewer runs', () => {
  expect(admit(wish, []).starts).toBe(true);
  expect(admit(wish, [run('completed'), run('in_progress', 'plan-1'), { status: 'in_progress' }]).starts).toBe(true);
  for (const status of ['queued', 'in_progress', 'waiting'] as const) expect(admit(wish, [run(status)]).starts).toBe(false);
  expect(admit(wish, [run('in_progress', 'Apply-MAIN')]).starts).toBe(false);
});

test('the newest takes the place of the one that waits, unless all are kept; what runs is stopped only where that is asked for', () => {
  const [running, waiting] = [run('in_progress'), run('pending')];
  expect(admit(wish, [running, waiting])).toEqual({ starts: false, replaced: [waiting], stopped: [] });
  expect(admit({ ...wish, keepsAll: true }, [running, waiting])).toEqual({ starts: false, replaced: [], stopped: [] });
  expect(admit({ ...wish, cancelInProgress: true }, [running, waiting])).toEqual({
    starts: false,
    replaced: [waiting],
    stopped: [running],
  });
});

test('the first that waits is next, once nothing runs', () => {
  const [one, two] = [run('pending'), run('pending')];
  expect(next('apply-main', [run('in_progress'), one, two])).toBeUndefined();
  expect(next('apply-main', [run('completed'), run('pending', 'other'), one, two])).toBe(one);
});

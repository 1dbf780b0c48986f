import { describe, expect, test } from '@jest/globals';
import {
  capacityText,
  HOST_LIMITS,
  type LimitReading,
  memoryAvailable,
  shortages,
  shortageText,
} from '../../../lab/kind/host-limits.ts';

/** A host as distributions ship it: everything is ample but inotify. */
function host(used: Partial<Record<string, number>> = {}, values: Partial<Record<string, number>> = {}): LimitReading[] {
  const usual: Record<string, number> = { 'fs/inotify/max_user_instances': 128, 'kernel/pid_max': 32768 };
  return HOST_LIMITS.map((limit) => ({
    ...limit,
    value: values[limit.path] ?? usual[limit.path] ?? 1_000_000,
    used: used[limit.path] ?? 0,
  }));
}

const INSTANCES = 'fs/inotify/max_user_instances';

describe('limits of the kernel', () => {
  test('the guide has room on an untouched host, five clusters have not', () => {
    expect(shortages(host(), 2)).toEqual([]);
    expect(shortages(host(), 5)).toEqual([
      { sysctl: 'fs.inotify.max_user_instances', what: 'inotify instances of a user', value: 128, needed: 160, target: 256 },
    ]);
  });

  test('what is in use already counts, exactly enough is enough, and no node needs nothing', () => {
    expect(shortages(host({ [INSTANCES]: 64 }), 2)).toEqual([]);
    expect(shortages(host({ [INSTANCES]: 65 }), 2)).toMatchObject([{ needed: 129, target: 256 }]);
    expect(shortages(host({ [INSTANCES]: 128 }), 0)).toEqual([]);
  });

  test.each(HOST_LIMITS.map(({ path }) => path))('%s is judged', (path) => {
    const found = shortages(host({}, { [INSTANCES]: 8192, [path]: 10 }), 1);
    expect(found.map(({ sysctl }) => sysctl)).toEqual([path.replaceAll('/', '.')]);
  });

  test('the sentence names each setting, its value, what is needed and the command', () => {
    const lacking = shortages(host({}, { 'kernel/pid_max': 4096 }), 5);
    expect(shortageText(lacking, 5, 'Read-only file system')).toBe(
      'this host has no room for 5 more nodes: fs.inotify.max_user_instances (inotify instances of a user) is 128, 160 needed; ' +
        'kernel.pid_max (process ids) is 4096, 5120 needed; it could not be raised (Read-only file system); ' +
        'run: sudo sysctl -w fs.inotify.max_user_instances=256 kernel.pid_max=8192',
    );
  });
});

describe('what no setting gives', () => {
  const ample = { memory: 100_000, openFiles: 20_000 };
  /** Five clusters of one worker each. */
  const FIVE = { controlPlanes: 5, central: true, workers: 5 };

  test('the core kinds count once, with the central cluster', () => {
    const rest = { controlPlanes: 4, central: false, workers: 5 };
    expect(capacityText({ ...ample, memory: 3200 }, rest)).toBeUndefined();
    expect(capacityText({ ...ample, memory: 3199 }, rest)).toContain('3200 needed');
  });

  test('enough, and no node at all', () => {
    expect(capacityText(ample, FIVE)).toBeUndefined();
    expect(capacityText({ memory: 0, openFiles: 0 }, { controlPlanes: 0, central: false, workers: 0 })).toBeUndefined();
  });

  test.each([
    [{ ...ample, memory: 4299 }, '4299 MiB of memory are free, 4300 needed (end other programs or add swap)'],
    [{ ...ample, groupProcesses: 9000 }, 'the control group leaves 9000 processes, 10240 needed (raise pids.max of the group)'],
    [{ ...ample, openFiles: 1024 }, 'a process may open 1024 files, 4096 needed (ulimit -Hn 4096 before the lab)'],
  ])('%j', (has, words) => {
    expect(capacityText(has, FIVE)).toBe(`this host has no room for 10 more nodes: ${words}`);
  });

  test('memory is what the host has with its swap, within the control group', () => {
    const meminfo = 'MemTotal:  24684216 kB\nMemAvailable:   2048000 kB\nSwapFree:   1024000 kB\n';
    expect(memoryAvailable(meminfo, undefined)).toBe(3000);
    expect(memoryAvailable(meminfo, { limit: 2 ** 31, used: 2 ** 30 })).toBe(1024);
  });
});

import { readdir, readFile, readlink } from 'node:fs/promises';
import { HOST_LIMITS, type HostCapacity, type HostLimit, type LimitReading, memoryAvailable } from './host-limits.ts';

/** The limits that this kernel has, each with what is in use of it now. What it does not have it does not bound. */
export async function readLimits(): Promise<LimitReading[]> {
  const { instances, watches } = await inotifyOfRoot();
  const threads = await numberIn('/proc/loadavg', /\/(\d+)/);
  const used: Record<string, number> = {
    'fs/inotify/max_user_instances': instances,
    'fs/inotify/max_user_watches': watches,
    'kernel/pid_max': threads ?? 0,
    'kernel/threads-max': threads ?? 0,
    'fs/file-max': (await numberIn('/proc/sys/fs/file-nr', /^(\d+)/)) ?? 0,
    'net/netfilter/nf_conntrack_max': (await numberIn('/proc/sys/net/netfilter/nf_conntrack_count', /^(\d+)/)) ?? 0,
  };
  const readings = await Promise.all(HOST_LIMITS.map((limit) => reading(limit, used[limit.path] ?? 0)));
  return readings.filter((found) => found !== undefined);
}

async function reading(limit: HostLimit, used: number): Promise<LimitReading | undefined> {
  const value = await numberIn(`/proc/sys/${limit.path}`, /^(\d+)/);
  return value === undefined ? undefined : { ...limit, value, used };
}

/** What this process and what it starts may still take of memory, processes and open files. */
export async function readCapacity(): Promise<HostCapacity> {
  const memory = await groupLimit([
    ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory.current'],
    ['/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory/memory.usage_in_bytes'],
  ]);
  const processes = await groupLimit([
    ['/sys/fs/cgroup/pids.max', '/sys/fs/cgroup/pids.current'],
    ['/sys/fs/cgroup/pids/pids.max', '/sys/fs/cgroup/pids/pids.current'],
  ]);
  return {
    memory: memoryAvailable(await readFile('/proc/meminfo', 'utf8'), memory),
    ...(processes === undefined ? {} : { groupProcesses: processes.limit - processes.used }),
    openFiles: (await numberIn('/proc/self/limits', /^Max open files\s+\S+\s+(\d+)/m)) ?? Number.POSITIVE_INFINITY,
  };
}

/** Limit and usage of the control group at the root of what this process sees: files of cgroup v2, then of v1. */
async function groupLimit(files: readonly (readonly [string, string])[]): Promise<{ limit: number; used: number } | undefined> {
  for (const [limit, used] of files) {
    const found = { limit: await numberIn(limit, /^(\d+)/), used: await numberIn(used, /^(\d+)/) };
    if (found.limit !== undefined && found.used !== undefined) return { limit: found.limit, used: found.used };
  }
  return undefined;
}

/** What processes of root hold of inotify, as far as this user may look. */
async function inotifyOfRoot(): Promise<{ instances: number; watches: number }> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const perProcess = await Promise.all(pids.map((pid) => inotifyOf(`/proc/${pid}`)));
  return {
    instances: perProcess.reduce((sum, found) => sum + found.length, 0),
    watches: perProcess.flat().reduce((sum, watches) => sum + watches, 0),
  };
}

/** Watches of each inotify instance of a process; none where it has ended, belongs to somebody else, or may not be looked at. */
async function inotifyOf(process: string): Promise<number[]> {
  const status = await readFile(`${process}/status`, 'utf8').catch(() => '');
  if (!/^Uid:\s+0\s/m.test(status)) return [];
  const files = await readdir(`${process}/fd`).catch(() => []);
  const found = await Promise.all(
    files.map(async (file) => {
      const target = await readlink(`${process}/fd/${file}`).catch(() => '');
      if (target !== 'anon_inode:inotify') return undefined;
      const info = await readFile(`${process}/fdinfo/${file}`, 'utf8').catch(() => '');
      return info.split('\n').filter((line) => line.startsWith('inotify ')).length;
    }),
  );
  return found.filter((watches) => watches !== undefined);
}

async function numberIn(path: string, pattern: RegExp): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const value = pattern.exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}

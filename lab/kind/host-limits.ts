/** A setting of the kernel that bounds what all nodes of this host may use together. */
export interface HostLimit {
  /** Its place below /proc/sys; with dots, the name of the sysctl. */
  path: string;
  /** What it bounds, for people. */
  what: string;
  /** What a node takes at most while it runs the lab. */
  perNode: number;
}

/** A limit as it stands on this host: the value and how much of it is in use. */
export interface LimitReading extends HostLimit {
  value: number;
  used: number;
}

/** A limit that is too low for the nodes that are to come. */
export interface Shortage {
  sysctl: string;
  what: string;
  value: number;
  needed: number;
  /** What the lab would set: room for some nodes more. */
  target: number;
}

/**
 * What was counted on nodes of the lab, with a margin. Inotify matters most: Linux gives a user 128 instances unless told, all nodes run
 * as root, and a kube-proxy that gets none ends with "too many open files".
 */
export const HOST_LIMITS: readonly HostLimit[] = [
  { path: 'fs/inotify/max_user_instances', what: 'inotify instances of a user', perNode: 32 },
  { path: 'fs/inotify/max_user_watches', what: 'inotify watches of a user', perNode: 2048 },
  { path: 'kernel/pid_max', what: 'process ids', perNode: 1024 },
  { path: 'kernel/threads-max', what: 'threads', perNode: 1024 },
  { path: 'fs/file-max', what: 'open files', perNode: 8192 },
  { path: 'net/netfilter/nf_conntrack_max', what: 'tracked connections', perNode: 4096 },
];

/** The limits that `nodes` further nodes would run into. */
export function shortages(readings: readonly LimitReading[], nodes: number): Shortage[] {
  return readings.flatMap(({ path, what, perNode, value, used }) => {
    const needed = used + perNode * nodes;
    if (nodes === 0 || value >= needed) return [];
    return [{ sysctl: path.replaceAll('/', '.'), what, value, needed, target: powerOfTwo(needed) }];
  });
}

/** One sentence that says which settings are too low, why the lab could not raise them, and the command that does. */
export function shortageText(lacking: readonly Shortage[], nodes: number, because: string): string {
  const list = lacking.map(({ sysctl, what, value, needed }) => `${sysctl} (${what}) is ${value}, ${needed} needed`).join('; ');
  const settings = lacking.map(({ sysctl, target }) => `${sysctl}=${target}`).join(' ');
  return `${noRoom(nodes)}: ${list}; it could not be raised (${because}); run: sudo sysctl -w ${settings}`;
}

/** What a host has of the things that no setting of the kernel gives. */
export interface HostCapacity {
  /** MiB of memory that can still be taken. */
  memory: number;
  /** Processes and threads that the control group of this process still allows; absent where it has no limit. */
  groupProcesses?: number;
  /** Files that one process may have open at most (hard limit). */
  openFiles: number;
}

/** Files that an API server, etcd or containerd of a node may need open at once. */
const OPEN_FILES = 4096;

/** Nodes that are still to come. */
export interface ComingNodes {
  controlPlanes: number;
  /** The central cluster's control plane is one of them: it runs the API of the core kinds too. */
  central: boolean;
  workers: number;
}

/** One sentence that says what is missing and where more comes from; undefined: there is enough. */
export function capacityText(has: HostCapacity, { controlPlanes, central, workers }: ComingNodes): string | undefined {
  const nodes = controlPlanes + workers;
  const memory = controlPlanes * MEMORY.controlPlane + (central ? MEMORY.coreApi : 0) + workers * MEMORY.worker;
  const processes = nodes * 1024;
  const missing = [
    ...(has.memory < memory ? [`${has.memory} MiB of memory are free, ${memory} needed (end other programs or add swap)`] : []),
    ...((has.groupProcesses ?? processes) < processes
      ? [`the control group leaves ${has.groupProcesses} processes, ${processes} needed (raise pids.max of the group)`]
      : []),
    ...(has.openFiles < OPEN_FILES
      ? [`a process may open ${has.openFiles} files, ${OPEN_FILES} needed (ulimit -Hn ${OPEN_FILES} before the lab)`]
      : []),
  ];
  return nodes === 0 || missing.length === 0 ? undefined : `${noRoom(nodes)}: ${missing.join('; ')}`;
}

function noRoom(nodes: number): string {
  return `this host has no room for ${nodes} more node${nodes === 1 ? '' : 's'}`;
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast));
}

/** MiB that a node takes: measured 0.5 to 0.6 GB for a control plane with CN2, 0.1 for a worker; and what the core kinds add. */
const MEMORY = { controlPlane: 600, worker: 160, coreApi: 500 };

/**
 * MiB that processes may still take: what /proc/meminfo holds available with its swap, within what the control group leaves.
 * `group`: limit and usage in bytes, absent where there is no limit.
 */
export function memoryAvailable(meminfo: string, group: { limit: number; used: number } | undefined): number {
  const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0);
  const host = (kibibytes('MemAvailable') + kibibytes('SwapFree')) / 1024;
  const left = group === undefined ? Number.POSITIVE_INFINITY : (group.limit - group.used) / 1024 ** 2;
  return Math.floor(Math.min(host, left));
}

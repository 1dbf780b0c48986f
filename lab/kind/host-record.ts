import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureFolder } from '../binaries/cache.ts';
import { lockFile } from '../binaries/lock.ts';
import { replaceFile } from '../binaries/replace-file.ts';

/** What the host was like before its first lab. */
export interface HostRecord {
  settings: Record<string, string>;
  /** Chains of netavark that were there already, as `table chain` with the program's name. */
  chains: string[];
  /** Tables of nftables that were there already; iptables makes its own with the first rule. */
  tables: string[];
  /** cgroup folders of podman that were there already. */
  cgroups: string[];
  /** The lab made /lib/modules: kind mounts it whether it exists or not. */
  madeModules: boolean;
  /** Limits that the lab has raised, by path below /proc/sys. Absent in records of earlier versions. */
  raised?: Record<string, { before: string; to: string }>;
}

/** Holds off other lab commands while this one reads or changes the host. */
export async function lockHost(cacheDir: string): Promise<AsyncDisposable> {
  return lockFile(join(await ensureFolder(cacheDir, 'locks'), 'host'));
}

/** Undefined while no lab has changed this host. */
export async function readRecord(cacheDir: string): Promise<HostRecord | undefined> {
  const text = await readFile(recordPath(cacheDir), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as HostRecord);
}

/** Replaces the record. */
export async function writeRecord(cacheDir: string, record: HostRecord): Promise<void> {
  await ensureFolder(cacheDir, 'lab');
  await replaceFile(recordPath(cacheDir), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The host is as it was before its first lab. */
export async function removeRecord(cacheDir: string): Promise<void> {
  await rm(recordPath(cacheDir), { force: true });
}

function recordPath(cacheDir: string): string {
  return join(cacheDir, 'lab', 'host.json');
}

import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { attempt } from './commands.ts';
import { type HostRecord, lockHost, readRecord, removeRecord, writeRecord } from './host-record.ts';
import { setSetting, settingOf } from './kernel-settings.ts';
import { labsOnHost, type ProviderName } from './state.ts';

/**
 * Settings of the host's kernel that kubelets and the container network change although they run in containers: they
 * belong to no namespace (kernel.*, vm.*) or are switched on for the bridge (forwarding).
 */
const SETTINGS = [
  'kernel/panic',
  'kernel/panic_on_oops',
  'vm/overcommit_memory',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
  'net/ipv4/ip_forward',
  'net/ipv6/conf/all/forwarding',
] as const;

/** Notes what the host is like, once, before the first lab changes it. */
export async function prepareHost(cacheDir: string, provider: ProviderName): Promise<void> {
  await using _lock = await lockHost(cacheDir);
  if ((await readRecord(cacheDir)) !== undefined) return;
  const settings: Record<string, string> = {};
  for (const name of SETTINGS) {
    const value = await settingOf(name);
    if (value !== undefined) settings[name] = value;
  }
  const madeModules = provider === 'podman' && (await mkdir('/lib/modules', { recursive: true })) !== undefined;
  const record: HostRecord = {
    settings,
    chains: await netavarkChains(),
    tables: await tables(),
    cgroups: await podmanCgroups(),
    madeModules,
    raised: {},
  };
  await writeRecord(cacheDir, record);
}

/** Puts the host back after its last lab; while other containers run on it, nothing happens: they need what is set. */
export async function restoreHost(cacheDir: string, provider: ProviderName): Promise<void> {
  await using _lock = await lockHost(cacheDir);
  const record = await readRecord(cacheDir);
  if (record === undefined || (await labsOnHost(cacheDir)).length > 0) return;
  if (await containersRun(provider)) return;
  for (const [name, value] of Object.entries(record.settings)) {
    if (((await settingOf(name)) ?? value) !== value) await setSetting(name, value);
  }
  // A limit that somebody has set again since is theirs.
  for (const [name, { before, to }] of Object.entries(record.raised ?? {})) {
    if ((await settingOf(name)) === to) await setSetting(name, before);
  }
  if (provider === 'podman') {
    await removeChains(record.chains);
    await removeEmptyTables(record.tables);
    for (const group of await podmanCgroups()) if (!record.cgroups.includes(group)) await removeCgroup(group);
  }
  if (record.madeModules) await rmdir('/lib/modules').catch(() => {}); // not empty: somebody uses it now
  await removeRecord(cacheDir);
}

async function containersRun(provider: ProviderName): Promise<boolean> {
  const { stdout } = await attempt(provider, ['ps', '--quiet']);
  return stdout.trim() !== '';
}

/** netavark leaves its chains behind when the last container is gone. */
async function netavarkChains(): Promise<string[]> {
  const chains: string[] = [];
  for (const program of ['iptables', 'ip6tables']) {
    for (const table of ['nat', 'filter']) {
      const { stdout, exitCode } = await attempt(program, ['-t', table, '-S']);
      if (exitCode !== 0) continue;
      for (const [, chain] of stdout.matchAll(/^-N (NETAVARK\S*)$/gm)) chains.push(`${program} ${table} ${chain}`);
    }
  }
  return chains;
}

async function removeChains(before: readonly string[]): Promise<void> {
  const tables = new Map<string, string[]>();
  for (const chain of await netavarkChains()) {
    if (before.includes(chain)) continue;
    const [program = '', table = '', name = ''] = chain.split(' ');
    tables.set(`${program} ${table}`, [...(tables.get(`${program} ${table}`) ?? []), name]);
  }
  for (const [key, names] of tables) {
    const [program = '', table = ''] = key.split(' ');
    const { stdout } = await attempt(program, ['-t', table, '-S']);
    const rules = stdout
      .split('\n')
      .filter((line) => line.startsWith('-A ') && names.some((name) => line.split(' ').includes(name)));
    for (const rule of rules) await attempt(program, ['-t', table, '-D', ...ruleWords(rule).slice(1)]);
    for (const name of names) await attempt(program, ['-t', table, '-X', name]);
  }
}

async function tables(): Promise<string[]> {
  const { stdout } = await attempt('nft', ['list', 'tables']);
  return [...stdout.matchAll(/^table (\S+ \S+)$/gm)].map(([, table]) => String(table));
}

/** Removes what iptables made for netavark, where nobody has put a rule into it. */
async function removeEmptyTables(before: readonly string[]): Promise<void> {
  for (const table of await tables()) {
    if (before.includes(table) || !/^ip6? (nat|filter)$/.test(table)) continue;
    const { stdout } = await attempt('nft', ['list', 'table', ...table.split(' ')]);
    const rules = stdout.split('\n').filter((line) => !/^(table|#)|^\s*(chain \S+ \{|type \S+ hook .*|\})?$/.test(line));
    if (rules.length === 0) await attempt('nft', ['delete', 'table', ...table.split(' ')]);
  }
}

/** A line of `iptables -S` as arguments: comments are in double quotes. */
function ruleWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** Groups that podman makes for its containers with the cgroupfs manager and leaves when they are gone. */
async function podmanCgroups(): Promise<string[]> {
  const roots = ['/sys/fs/cgroup', ...(await readdir('/sys/fs/cgroup').catch(() => [])).map((name) => `/sys/fs/cgroup/${name}`)];
  const groups: string[] = [];
  for (const root of roots) {
    const names = await readdir(root).catch(() => [] as string[]);
    for (const name of names) if (/^libpod_parent$|^conmon$/.test(name)) groups.push(`${root}/${name}`);
  }
  return groups;
}

/** Removes a group and those below it; a group in use stays. */
async function removeCgroup(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeCgroup(`${path}/${entry.name}`);
  await rmdir(path).catch(() => {});
}

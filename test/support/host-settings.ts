import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { cacheFolder } from '../../lab/binaries/cache.ts';
import type { HostRecord } from '../../lab/kind/host-record.ts';
import { labsOnHost } from '../../lab/kind/state.ts';

/** Settings of the kernel that kubelets change, other containers on the host may need them, and the limit that the lab raises. */
const NAMES = [
  'kernel/panic',
  'kernel/panic_on_oops',
  'vm/overcommit_memory',
  'net/ipv4/ip_forward',
  'fs/inotify/max_user_instances',
];

type Settings = Record<string, string>;

function settings(): Settings {
  return Object.fromEntries(NAMES.map((name) => [name, readFileSync(`/proc/sys/${name}`, 'utf8').trim()]));
}

/** The host's settings before its first lab came up: those of now, or, while labs are up, what the lab has noted. */
export function settingsWithoutLab(): Settings {
  const note = join(cacheFolder(), 'lab', 'host.json');
  const noted = existsSync(note) ? (JSON.parse(readFileSync(note, 'utf8')) as HostRecord) : undefined;
  return Object.fromEntries(
    Object.entries(settings()).map(([name, now]) => [name, noted?.settings[name] ?? noted?.raised?.[name]?.before ?? now]),
  );
}

/** After a lab went: while another one is up nothing can be said, and the host is its business; otherwise all is as it was. */
export async function expectHostRestored(before: Settings): Promise<void> {
  // Another lab may be going at this moment: its state is gone first, the settings come last.
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await labsOnHost(cacheFolder())).length > 0) return;
    if (NAMES.every((name) => settings()[name] === before[name])) return;
    await sleep(100);
  }
  expect(settings()).toEqual(before);
}

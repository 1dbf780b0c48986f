import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { LabCluster } from '../../../lab/kind/clusters.ts';
import { HOST_LIMITS } from '../../../lab/kind/host-limits.ts';
import { writeRecord } from '../../../lab/kind/host-record.ts';
import { type Kernel, makeRoom } from '../../../lab/kind/host-room.ts';
import { type LabState, writeState } from '../../../lab/kind/state.ts';

const INSTANCES = 'fs/inotify/max_user_instances';
const ORIGINAL = { settings: {}, chains: [], tables: [], cgroups: [], madeModules: false, raised: {} };

let cacheDir = '';
let values: Record<string, number>;
let said: string[];

beforeEach(async () => {
  cacheDir = mkdtempSync(join(tmpdir(), 'host-room-'));
  values = { [INSTANCES]: 128 };
  said = [];
  await writeRecord(cacheDir, ORIGINAL);
});

afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));

/** A kernel of its own; `refuses`: as where this process may not write, or the kernel bounds the value. */
function kernel(refuses?: string): Kernel {
  return {
    limits: async () => HOST_LIMITS.map((limit) => ({ ...limit, value: values[limit.path] ?? 1_000_000, used: 0 })),
    capacity: async () => ({ memory: 100_000, openFiles: 20_000 }),
    setting: async (name) => String(values[name]),
    set: async (name, value) => {
      if (refuses !== undefined) throw new Error(`sysctl ended with 1:\n${refuses}`);
      // What is about to change has been noted: a run that is killed here can be taken back.
      expect(raised()[name]).toMatchObject({ to: value });
      values[name] = Number(value);
    },
  };
}

function raised(): Record<string, { before: string; to: string }> {
  return JSON.parse(readFileSync(join(cacheDir, 'lab/host.json'), 'utf8')).raised;
}

function clusters(count: number, workers = 0): LabCluster[] {
  return Array.from(
    { length: count },
    (_, index) => ({ name: `c${index}`, workers, role: index === 0 ? 'central' : 'distributed' }) as LabCluster,
  );
}

function state(fleet: string, of: readonly LabCluster[], created = false): LabState {
  return {
    schemaVersion: 1,
    fleet,
    provider: 'podman',
    audit: false,
    digest: '',
    network: '',
    clusters: of.map(({ name, workers }) => ({ name, kindName: name, created, nodes: workers + 1 })),
    routes: [],
    ready: false,
  };
}

const make = (of: readonly LabCluster[], to: LabState, access = kernel()) =>
  makeRoom(cacheDir, of, to, (line) => said.push(line), access);

test('two clusters fit: nothing is raised', async () => {
  await make(clusters(2), state('guide', clusters(2)));
  expect([values[INSTANCES], raised(), said]).toEqual([128, {}, []]);
});

test('five clusters of one worker: raised, said, and noted with what it was', async () => {
  await make(clusters(5, 1), state('five', clusters(5, 1)));
  expect(values[INSTANCES]).toBe(512);
  expect(raised()).toEqual({ [INSTANCES]: { before: '128', to: '512' } });
  expect(said).toEqual(['raised fs.inotify.max_user_instances from 128 to 512 until the last lab is down']);
});

test('a second lab raises further; what comes back is the value before the first', async () => {
  await make(clusters(5), state('five', clusters(5)));
  await make(clusters(5, 2), state('more', clusters(5, 2)));
  expect(raised()).toEqual({ [INSTANCES]: { before: '128', to: '512' } });
});

test('nodes that another lab is still making count too', async () => {
  await writeState(cacheDir, state('other', clusters(1, 2)));
  await make(clusters(2), state('guide', clusters(2)));
  expect(values[INSTANCES]).toBe(256);
});

test('clusters that are there need no room again', async () => {
  await make(clusters(9), state('guide', clusters(9), true));
  expect(values[INSTANCES]).toBe(128);
});

test('what cannot be raised is refused at once, with setting, value and command', async () => {
  const refused = make(clusters(5), state('five', clusters(5)), kernel('permission denied on key'));
  await expect(refused).rejects.toThrow(
    'this host has no room for 5 more nodes: fs.inotify.max_user_instances (inotify instances of a user) is 128, 160 needed; ' +
      'it could not be raised (permission denied on key); run: sudo sysctl -w fs.inotify.max_user_instances=256',
  );
  expect(said).toEqual([]);
});

test('a kernel that takes the value and does not keep it is a refusal too', async () => {
  const deaf = { ...kernel(), set: async () => {} };
  await expect(make(clusters(5), state('five', clusters(5)), deaf)).rejects.toThrow(
    'is 128, 160 needed; it could not be raised (the kernel keeps another value); run: ',
  );
});

test('memory is judged before anything is raised', async () => {
  const small = { ...kernel(), capacity: async () => ({ memory: 1000, openFiles: 20_000 }) };
  await expect(make(clusters(5), state('five', clusters(5)), small)).rejects.toThrow('1000 MiB of memory are free, 3500 needed');
  expect(values[INSTANCES]).toBe(128);
});

test('a record of an earlier version, without raised limits, is taken up', async () => {
  const { raised: _, ...earlier } = ORIGINAL;
  writeFileSync(join(cacheDir, 'lab/host.json'), JSON.stringify(earlier));
  await make(clusters(5), state('five', clusters(5)));
  expect(raised()).toEqual({ [INSTANCES]: { before: '128', to: '256' } });
});

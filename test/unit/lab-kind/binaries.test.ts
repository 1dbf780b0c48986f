import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cacheFolder, cacheKey, folderParts } from '../../../lab/binaries/cache.ts';
import { lockFile } from '../../../lab/binaries/lock.ts';
import { BINARY_MODULES, COREDNS_TAG, ETCD_TAG, KUBERNETES_VERSION } from '../../../lab/binaries/modules.ts';
import { buildProgress } from '../../../lab/binaries/progress.ts';

const BINARIES = join(import.meta.dirname, '../../../lab/binaries');

function goMod(folder: string): string {
  return readFileSync(join(BINARIES, folder, 'go.mod'), 'utf8');
}

describe('cache', () => {
  test('lies where the environment says', () => {
    expect(cacheFolder({ CN2_FLEET_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
    expect(cacheFolder({ XDG_CACHE_HOME: '/b' })).toBe('/b/cn2-fleet');
    expect(cacheFolder({})).toMatch(/\/\.cache\/cn2-fleet$/);
  });

  test('keys tell apart where one part ends', () => {
    expect(cacheKey(['ab', 'c'])).not.toBe(cacheKey(['a', 'bc']));
    expect(cacheKey(['ab', 'c'])).toBe(cacheKey(['ab', 'c']));
  });

  test('a key of a folder changes with a name and with a content', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-test-'));
    try {
      writeFileSync(join(folder, 'a'), '1');
      const first = cacheKey(await folderParts(folder));
      writeFileSync(join(folder, 'a'), '2');
      const second = cacheKey(await folderParts(folder));
      writeFileSync(join(folder, 'b'), '');
      const third = cacheKey(await folderParts(folder));
      expect(new Set([first, second, third]).size).toBe(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('a lock is held by one at a time, and who waits is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-test-'));
  try {
    const events: string[] = [];
    const first = await lockFile(join(folder, 'lock'));
    const second = lockFile(join(folder, 'lock'), () => events.push('waits')).then((lock) => {
      events.push('second');
      return lock;
    });
    await new Promise((resolve) => setTimeout(resolve, 1300));
    events.push('released');
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(events).toEqual(['waits', 'released', 'second']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a progress line says which of how many, and how long all of the rest takes', () => {
  const missing = BINARY_MODULES.filter(({ folder }) => folder === 'kubernetes' || folder === 'coredns').map((module) => ({
    module,
    commands: module.commands.filter(({ name }) => ['kubelet', 'kubectl', 'coredns'].includes(name)),
  }));
  const line = buildProgress(missing, 2);
  expect(line('kubelet')).toBe('building Kubernetes 1 of 2: kubelet, at most about 5 min left');
  expect(line('kubectl')).toBe('building Kubernetes 2 of 2: kubectl, at most about 4 min left');
  expect(line('coredns')).toBe('building CoreDNS, at most about 3 min left');
});

describe('modules', () => {
  test.each(BINARY_MODULES.map(({ folder }) => folder))('%s has an own module with its sums', (folder) => {
    expect(goMod(folder)).toContain(`module cn2-fleet/lab/binaries/${folder}\n`);
  });

  test('versions are those of go.mod', () => {
    expect(goMod('kubernetes')).toMatch(new RegExp(`k8s.io/kubernetes ${KUBERNETES_VERSION}\\b`));
    expect(goMod('coredns')).toContain(`github.com/coredns/coredns ${COREDNS_TAG}\n`);
    expect(goMod('etcd')).toContain(`go.etcd.io/etcd/server/v3 v${ETCD_TAG.replace(/-\d+$/, '')}`);
  });
});

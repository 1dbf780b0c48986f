import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keepTwin } from '../../lab/github/keep.ts';
import { startTwin } from '../../lab/github/twin.ts';
import { apiOf } from '../support/github-twin.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'github-twin-state-'));
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

test('a twin with a folder is found again by the next one, also as a process of its own', async () => {
  const twin = await startTwin({ folder });
  await twin.createRepository({ owner: 'acme', name: 'fleet', files: { 'clusters.yaml': 'kind: Fleet\n' } });
  const token = twin.addToken();
  await twin.commit('acme/fleet', { branch: 'change', files: { change: '1\n' } });
  const opened = await apiOf(twin, token)('POST', '/repos/acme/fleet/pulls', { title: 't', head: 'change', base: 'main' });
  const pid = await keepTwin(twin);
  try {
    const there = await apiOf(twin, token)('GET', '/repos/acme/fleet/pulls/1');
    expect(there.body).toEqual(opened.body);
    await apiOf(twin, token)('POST', '/repos/acme/fleet/issues/1/comments', { body: 'after' });
  } finally {
    process.kill(pid, 'SIGTERM');
  }
  await gone(pid);
  await using last = await startTwin({ folder });
  expect(last.repository('acme/fleet').comments).toMatchObject([{ body: 'after' }]);
  expect((await stat(join(folder, 'state.json'))).mode & 0o777).toBe(0o600);
});

test('a twin without a folder leaves nothing behind, not even with an answer under way', async () => {
  const twin = await startTwin();
  await twin.createRepository({ owner: 'acme', name: 'fleet' });
  twin.faults.add({ path: '*', fault: { kind: 'stall' } });
  const stalled = apiOf(twin, twin.addToken())('GET', '/repos/acme/fleet').catch(() => 'broken off');
  await new Promise((resolve) => setTimeout(resolve, 50));
  await twin[Symbol.asyncDispose]();
  expect(await stalled).toBe('broken off');
  await expect(stat(twin.folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('an empty repository says so', async () => {
  await using twin = await startTwin();
  await twin.createRepository({ owner: 'acme', name: 'empty' });
  const api = apiOf(twin, twin.addToken());
  expect(await api('GET', '/repos/acme/empty/git/ref/heads/main')).toMatchObject({
    status: 409,
    body: { message: 'Git Repository is empty.' },
  });
});

/** Waits until a process has ended. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Twin } from '../../lab/github/twin.ts';
import { apiOf, FIRST_START, type FleetTwin, fleetTwin, remoteOf, workFolder } from '../support/github-twin.ts';

let fleet: FleetTwin;
let twin: Twin;

beforeAll(async () => {
  fleet = await fleetTwin();
  twin = fleet.twin;
}, FIRST_START);

afterAll(() => fleet.end());

/** A clone on a new branch with one commit more. */
async function cloneWithCommit(token: string, branch: string) {
  const folder = await workFolder();
  expect((await folder.git('clone', '--quiet', remoteOf(twin, 'acme/fleet', token), '.')).exitCode).toBe(0);
  await folder.git('checkout', '--quiet', '-b', branch);
  await writeFile(join(folder.path, `${branch}.txt`), `${branch}\n`);
  await folder.git('add', '.');
  await folder.git('commit', '--quiet', '-m', branch);
  return folder;
}

test('clone, push, fetch: the API sees what git has', async () => {
  await using folder = await cloneWithCommit(fleet.token, 'pushed');
  const pushed = await folder.git('push', '--quiet', 'origin', 'HEAD');
  expect(pushed).toEqual({ exitCode: 0, output: '' });
  const head = (await folder.git('rev-parse', 'HEAD')).output.trim();
  expect((await fleet.api('GET', '/repos/acme/fleet/git/ref/heads/pushed')).body.object.sha).toBe(head);
  expect(twin.requests.filter(({ kind, write }) => kind === 'git' && write)).toMatchObject([
    { method: 'POST', path: '/acme/fleet.git/git-receive-pack', status: 200, login: 'github-actions[bot]' },
  ]);
  await using shallow = await workFolder();
  expect((await shallow.git('clone', '--quiet', '--depth=1', remoteOf(twin, 'acme/fleet', fleet.token), '.')).exitCode).toBe(0);
  // As actions/checkout does: a commit by its sha.
  expect((await shallow.git('fetch', '--quiet', '--depth=1', 'origin', head)).exitCode).toBe(0);
});

test('who may not is told so in git', async () => {
  const remote = (token?: string) => remoteOf(twin, 'acme/fleet', token);
  await using folder = await workFolder();
  expect((await folder.git('ls-remote', remote())).output).toMatch(/could not read Username|Authentication failed/);
  expect((await folder.git('ls-remote', remote('wrong'))).output).toMatch(
    /Invalid username or token[\s\S]*Authentication failed/,
  );
  expect((await folder.git('ls-remote', remoteOf(twin, 'acme/none', fleet.token))).output).toMatch(/repository .* not found/i);
  const elsewhere = twin.addToken({ repositories: ['acme/other'] });
  expect((await folder.git('ls-remote', remote(elsewhere))).output).toMatch(/repository .* not found/i);
  const blind = twin.addToken({ permissions: { issues: 'write' } });
  expect((await folder.git('ls-remote', remote(blind))).output).toMatch(/error: 403/);

  const reader = twin.addToken({ permissions: 'read' });
  await using clone = await cloneWithCommit(reader, 'denied');
  expect((await clone.git('push', 'origin', 'HEAD')).output).toMatch(
    /Permission to acme\/fleet\.git denied to github-actions\[bot\][\s\S]*error: 403/,
  );
  expect(twin.repository('acme/fleet').branches['denied']).toBeUndefined();
});

test('a token that is revoked opens nothing any more', async () => {
  const token = twin.addToken();
  await using folder = await workFolder();
  expect((await folder.git('ls-remote', remoteOf(twin, 'acme/fleet', token))).exitCode).toBe(0);
  twin.revokeToken(token);
  expect((await folder.git('ls-remote', remoteOf(twin, 'acme/fleet', token))).output).toMatch(/Authentication failed/);
  expect((await apiOf(twin, token)('GET', '/repos/acme/fleet')).body.message).toBe('Bad credentials');
});

test('a public repository is open to read', async () => {
  await twin.createRepository({ owner: 'acme', name: 'open', public: true, files: { a: '1\n' } });
  await using folder = await workFolder();
  expect((await folder.git('clone', '--quiet', remoteOf(twin, 'acme/open'), '.')).exitCode).toBe(0);
  expect((await folder.git('push', 'origin', 'HEAD:new')).output).toMatch(/could not read Username|Authentication failed/);
});

test.each([
  ['ruleset', /GH013: Repository rule violations found for refs\/heads\/main/],
  ['classic', /GH006: Protected branch update failed for refs\/heads\/main/],
] as const)('a protected branch (%s) takes no push', async (kind, words) => {
  await twin.protect('acme/fleet', 'main', kind);
  await using folder = await cloneWithCommit(fleet.token, kind);
  const before = twin.repository('acme/fleet').branches['main'];
  const pushed = await folder.git('push', 'origin', 'HEAD:main');
  expect(pushed.output).toMatch(words);
  expect(pushed.output).toContain('! [remote rejected] HEAD -> main');
  expect(twin.repository('acme/fleet').branches['main']).toBe(before);
  await twin.protect('acme/fleet', 'main', undefined);
  expect((await folder.git('push', '--quiet', 'origin', 'HEAD:main')).exitCode).toBe(0);
});

test('refs of pull requests are read, never pushed', async () => {
  await twin.commit('acme/fleet', { branch: 'seen', files: { seen: '1\n' } });
  const { number } = (await fleet.api('POST', '/repos/acme/fleet/pulls', { title: 't', head: 'seen', base: 'main' })).body;
  await using folder = await cloneWithCommit(fleet.token, 'sly');
  expect((await folder.git('fetch', '--quiet', 'origin', `refs/pull/${number}/merge`)).exitCode).toBe(0);
  expect((await folder.git('log', '-1', '--format=%P', 'FETCH_HEAD')).output.trim().split(' ')).toHaveLength(2);
  const pushed = await folder.git('push', '--force', 'origin', `HEAD:refs/pull/${number}/head`);
  expect(pushed.output).toMatch(/deny updating a hidden ref/);
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Twin } from '../../lab/github/twin.ts';
import { type Api, apiOf, FIRST_START, type FleetTwin, fleetTwin, remoteOf, workFolder } from '../support/github-twin.ts';

let fleet: FleetTwin;
let twin: Twin;
let api: Api;

beforeEach(async () => {
  fleet = await fleetTwin();
  ({ twin, api } = fleet);
}, FIRST_START);

afterEach(() => fleet.end());

const PULLS = '/repos/acme/fleet/pulls';

async function open(branch: string, files: Record<string, string | undefined>): Promise<number> {
  await twin.commit('acme/fleet', { branch, files });
  return (await api('POST', PULLS, { title: branch, head: branch, base: 'main' })).body.number;
}

/** A ref of the bare repository. */
async function ref(name: string): Promise<string | undefined> {
  const result = await twin.git('acme/fleet').attempt(['rev-parse', '--verify', '--quiet', name]);
  return result.exitCode === 0 ? result.stdout.toString().trim() : undefined;
}

test('head, base and trial merge follow pushes to both branches', async () => {
  const number = await open('change', { 'clusters.yaml': 'kind: Fleet\nname: a\n' });
  const first = (await api('GET', `${PULLS}/${number}`)).body;
  expect(first).toMatchObject({ mergeable: true, mergeable_state: 'clean', head: { sha: await ref('refs/heads/change') } });
  expect(first.merge_commit_sha).toBe(await ref(`refs/pull/${number}/merge`));

  await using folder = await workFolder();
  await folder.git('clone', '--quiet', '--branch', 'change', remoteOf(twin, 'acme/fleet', fleet.token), '.');
  await writeFile(join(folder.path, 'more.txt'), 'more\n');
  await folder.git('add', '.');
  await folder.git('commit', '--quiet', '-m', 'more');
  await folder.git('push', '--quiet');
  const second = (await api('GET', `${PULLS}/${number}`)).body;
  expect(second).toMatchObject({ commits: 2, changed_files: 2, head: { sha: await ref('refs/heads/change') } });
  expect(await ref(`refs/pull/${number}/head`)).toBe(second.head.sha);

  await twin.commit('acme/fleet', { branch: 'main', files: { 'clusters.yaml': 'kind: Fleet\nname: b\n' } });
  const third = (await api('GET', `${PULLS}/${number}`)).body;
  expect(third).toMatchObject({ mergeable: false, mergeable_state: 'dirty', base: { sha: await ref('refs/heads/main') } });
  expect(await ref(`refs/pull/${number}/merge`)).toBeUndefined();
  expect((await api('PUT', `${PULLS}/${number}/merge`, {})).status).toBe(405);
});

test('a merge is a commit that the next fetch sees, by whoever merged, signed by GitHub', async () => {
  const number = await open('change', { 'new.txt': 'new\n' });
  const merged = (await api('PUT', `${PULLS}/${number}/merge`, {})).body;
  expect(await ref('refs/heads/main')).toBe(merged.sha);
  const commit = (await api('GET', `/repos/acme/fleet/commits/${merged.sha}`)).body;
  expect(commit).toMatchObject({
    author: { login: 'github-actions[bot]' },
    committer: { login: 'web-flow' },
    commit: { message: `Merge pull request #${number} from acme/change\n\nchange`, verification: { verified: true } },
  });
  expect(commit.parents).toHaveLength(2);
  expect((await api('GET', `/repos/acme/fleet/commits/${merged.sha}/pulls`)).body).toMatchObject([{ number, state: 'closed' }]);
  expect((await api('PATCH', `${PULLS}/${number}`, { state: 'open' })).status).toBe(422);
});

test('a squash is one commit on the base', async () => {
  const number = await open('change', { one: '1\n' });
  await twin.commit('acme/fleet', { branch: 'change', files: { two: '2\n' }, message: 'Second' });
  const sha = (await api('GET', `${PULLS}/${number}`)).body.head.sha;
  expect((await api('PUT', `${PULLS}/${number}/merge`, { merge_method: 'squash', sha: '0'.repeat(40) })).status).toBe(409);
  const merged = (await api('PUT', `${PULLS}/${number}/merge`, { merge_method: 'squash', sha })).body;
  const commit = (await api('GET', `/repos/acme/fleet/commits/${merged.sha}`)).body;
  expect(commit.parents).toHaveLength(1);
  expect(commit.commit.message).toBe(`change (#${number})\n\n* Change one\n\n* Second`);
  expect((await api('GET', `/repos/acme/fleet/commits/${sha}/pulls`)).body).toMatchObject([{ number }]);
});

test('a pull request ends with its branch, and counts as merged when its commits arrive by a push', async () => {
  const gone = await open('gone', { gone: '1\n' });
  expect((await api('DELETE', '/repos/acme/fleet/git/refs/heads/gone')).status).toBe(204);
  expect((await api('GET', `${PULLS}/${gone}`)).body).toMatchObject({ state: 'closed', merged: false });
  const reopened = await api('PATCH', `${PULLS}/${gone}`, { state: 'open' });
  expect(reopened.body.errors[0].message).toMatch(/branch has been deleted/);

  const landed = await open('landed', { landed: '1\n' });
  await api('PATCH', '/repos/acme/fleet/git/refs/heads/main', { sha: await ref('refs/heads/landed') });
  expect((await api('GET', `${PULLS}/${landed}`)).body).toMatchObject({ state: 'closed', merged: true });

  const emptied = await open('emptied', { emptied: '1\n' });
  await api('PATCH', '/repos/acme/fleet/git/refs/heads/emptied', { sha: await ref('refs/heads/main'), force: true });
  expect((await api('GET', `${PULLS}/${emptied}`)).body).toMatchObject({ state: 'closed', merged: false });
});

test('a fork proposes, and its commits are there', async () => {
  await twin.createRepository({ owner: 'ada', name: 'fleet', forkOf: 'acme/fleet' });
  const head = await twin.commit('ada/fleet', { branch: 'idea', files: { idea: '1\n' } });
  const created = await api('POST', PULLS, { title: 'Idea', head: 'ada:idea', base: 'main' });
  expect(created.body).toMatchObject({
    head: { label: 'ada:idea', sha: head, repo: { full_name: 'ada/fleet', fork: true } },
    base: { label: 'acme:main', repo: { full_name: 'acme/fleet', fork: false } },
  });
  expect(await ref(`refs/pull/${created.body.number}/head`)).toBe(head);
  const next = await twin.commit('ada/fleet', { branch: 'idea', files: { idea: '2\n' } });
  expect((await api('GET', `${PULLS}/${created.body.number}`)).body.head.sha).toBe(next);
  expect((await api('GET', `${PULLS}?head=ada:idea`)).body).toHaveLength(1);
  expect((await api('GET', '/repos/ada/fleet')).body.parent.full_name).toBe('acme/fleet');
});

test('what GitHub does not open', async () => {
  await open('change', { change: '1\n' });
  await twin.commit('acme/fleet', { branch: 'same', files: {} });
  await api('PATCH', '/repos/acme/fleet/git/refs/heads/same', { sha: await ref('refs/heads/main'), force: true });
  const problem = async (body: object) => (await api('POST', PULLS, { title: 't', base: 'main', ...body })).body.errors[0];
  expect(await problem({ head: 'change' })).toEqual({
    resource: 'PullRequest',
    code: 'custom',
    message: 'A pull request already exists for acme:change.',
  });
  expect(await problem({ head: 'acme:change' })).toMatchObject({ message: 'A pull request already exists for acme:change.' });
  expect(await problem({ head: 'same' })).toMatchObject({ message: 'No commits between main and same' });
  expect(await problem({ head: 'none' })).toMatchObject({ code: 'invalid', field: 'head' });
  expect(await problem({ head: 'change', base: 'none' })).toMatchObject({ code: 'invalid', field: 'base' });
  expect(await problem({ head: 'change', title: ' ' })).toMatchObject({ code: 'missing_field', field: 'title' });
  twin.repository('acme/fleet').actionsMayOpenPullRequests = false;
  const refused = await api('POST', PULLS, { title: 't', head: 'change', base: 'main' });
  expect(refused).toMatchObject({
    status: 403,
    body: { message: 'GitHub Actions is not permitted to create or approve pull requests.' },
  });
  const person = apiOf(twin, twin.addToken({ kind: 'personal', login: 'ada' }));
  expect((await person('POST', PULLS, { title: 't', head: 'change', base: 'main' })).status).toBe(422);
});

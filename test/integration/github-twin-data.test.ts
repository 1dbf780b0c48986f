import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { changesBetween } from '../../lab/github/git/changes.ts';
import { type Api, apiOf, FIRST_START, type FleetTwin, fleetTwin } from '../support/github-twin.ts';

let fleet: FleetTwin;
let api: Api;

const GIT = '/repos/acme/fleet/git';

beforeAll(async () => {
  fleet = await fleetTwin();
  api = fleet.api;
}, FIRST_START);

afterAll(() => fleet.end());

/** A tree on top of main's, as path → mode. */
async function treeWith(...entries: object[]): Promise<Record<string, string>> {
  const answer = await api('POST', `${GIT}/trees`, { base_tree: await mainTree(), tree: entries });
  expect(answer.status).toBe(201);
  const listed = (await api('GET', `${GIT}/trees/${answer.body.sha}?recursive=1`)).body.tree as {
    path: string;
    mode: string;
    type: string;
  }[];
  return Object.fromEntries(listed.filter(({ type }) => type !== 'tree').map(({ path, mode }) => [path, mode]));
}

async function mainTree(): Promise<string> {
  return fleet.twin.git('acme/fleet').run(['rev-parse', 'main^{tree}']);
}

const MAIN = { 'clusters.yaml': '100644', 'rendered/a.yaml': '100644', 'rendered/b.yaml': '100644' };

test('trees: files come, change and go, folders too', async () => {
  const file = (path: string, more: object) => ({ path, mode: '100644', type: 'blob', ...more });
  expect(await treeWith(file('new/ü "x".yaml', { content: 'ü\n' }))).toEqual({ ...MAIN, 'new/ü "x".yaml': '100644' });
  expect(await treeWith(file('run.sh', { mode: '100755', content: '#!/bin/sh\n' }))).toEqual({ ...MAIN, 'run.sh': '100755' });
  expect(await treeWith(file('rendered/a.yaml', { sha: null }))).toEqual({
    'clusters.yaml': '100644',
    'rendered/b.yaml': '100644',
  });
  expect(await treeWith(file('rendered', { sha: null }))).toEqual({ 'clusters.yaml': '100644' });
  expect(await treeWith(file('rendered', { content: 'a file now\n' }))).toEqual({
    'clusters.yaml': '100644',
    rendered: '100644',
  });
  const { rendered } = Object.fromEntries(
    (await api('GET', `${GIT}/trees/main`)).body.tree.map(({ path, sha }: { path: string; sha: string }) => [path, sha]),
  );
  const copied = await treeWith({ path: 'copy', mode: '040000', type: 'tree', sha: rendered });
  expect(copied).toEqual({ ...MAIN, 'copy/a.yaml': '100644', 'copy/b.yaml': '100644' });
});

test.each([
  [{ path: 'none', sha: null }, 'GitRPC::BadObjectState'],
  [{ path: '../x', content: 'x' }, 'tree.path contains a malformed path component'],
  [{ path: 'x', content: 'x', mode: '644' }, 'Must supply a valid tree.mode'],
  [{ path: 'x' }, 'Must supply either tree.sha or tree.content'],
  [{ path: 'x', sha: '1'.repeat(40) }, `tree.sha ${'1'.repeat(40)} is not a valid blob`],
])('trees: %j is refused', async (entry, message) => {
  const answer = await api('POST', `${GIT}/trees`, { base_tree: await mainTree(), tree: [{ mode: '100644', ...entry }] });
  expect(answer).toMatchObject({ status: 422, body: { message } });
});

test('commits: GitHub signs for an App that names nobody, and for nobody else', async () => {
  const commit = async (client: Api, more: object) => {
    const parents = [fleet.twin.repository('acme/fleet').branches['main']];
    return (await client('POST', `${GIT}/commits`, { message: 'm', tree: await mainTree(), parents, ...more })).body;
  };
  const person = { name: 'Ada', email: 'ada@example.org', date: '2026-01-02T03:04:05Z' };
  expect(await commit(api, {})).toMatchObject({
    author: { name: 'github-actions[bot]', email: '41898282+github-actions[bot]@users.noreply.github.com' },
    committer: { name: 'GitHub', email: 'noreply@github.com' },
    verification: { verified: true, reason: 'valid' },
  });
  expect(await commit(api, { author: person })).toMatchObject({
    author: person,
    verification: { verified: false, reason: 'unsigned' },
  });
  const ada = apiOf(fleet.twin, fleet.twin.addToken({ kind: 'personal', login: 'ada' }));
  expect(await commit(ada, {})).toMatchObject({
    author: { name: 'ada' },
    committer: { name: 'ada' },
    verification: { verified: false },
  });
  expect(await commit(api, { author: person, committer: person })).toEqual(
    await commit(api, { author: person, committer: person }),
  );
});

test('changes: renames, binary files and odd names', async () => {
  const { twin } = fleet;
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
  const before = await twin.commit('acme/fleet', { branch: 'odd', files: { 'old.txt': lines, bin: '\0\0', 'a\tb "c"': 'x\n' } });
  const after = await twin.commit('acme/fleet', {
    branch: 'odd',
    files: { 'old.txt': undefined, 'new.txt': `${lines}last\n`, bin: '\0\x01', 'a\tb "c"': 'diff --git a/x b/x\n' },
  });
  const changes = await changesBetween(twin.git('acme/fleet'), before, after);
  expect(changes.map(({ sha: _, ...change }) => change)).toEqual([
    { path: 'a\tb "c"', status: 'modified', additions: 1, deletions: 1, patch: '@@ -1 +1 @@\n-x\n+diff --git a/x b/x' },
    { path: 'bin', status: 'modified', additions: 0, deletions: 0 },
    {
      path: 'new.txt',
      from: 'old.txt',
      status: 'renamed',
      additions: 1,
      deletions: 0,
      patch: expect.stringMatching(/^@@ .*\n line 17[\s\S]*\n\+last$/),
    },
  ]);
  const files = (await api('GET', '/repos/acme/fleet/commits/odd')).body.files;
  expect(files[2]).toMatchObject({ filename: 'new.txt', previous_filename: 'old.txt', status: 'renamed' });
});

test('compare says how two commits stand', async () => {
  const { twin } = fleet;
  const compare = async (basehead: string) => (await api('GET', `/repos/acme/fleet/compare/${basehead}`)).body;
  await twin.commit('acme/fleet', { branch: 'ahead', files: { one: '1\n' } });
  await twin.commit('acme/fleet', { branch: 'ahead', files: { two: '2\n' } });
  const ahead = await compare('main...ahead');
  expect(ahead).toMatchObject({
    status: 'ahead',
    ahead_by: 2,
    behind_by: 0,
    commits: [{ commit: { message: 'Change one' } }, {}],
  });
  expect(ahead.files.map(({ filename }: { filename: string }) => filename)).toEqual(['one', 'two']);
  expect(await compare('ahead...main')).toMatchObject({ status: 'behind', ahead_by: 0, behind_by: 2, commits: [], files: [] });
  expect(await compare('main...main')).toMatchObject({ status: 'identical' });
  await twin.commit('acme/fleet', { branch: 'aside', files: { three: '3\n' } });
  expect(await compare('ahead...aside')).toMatchObject({ status: 'diverged', ahead_by: 1, behind_by: 2 });
  expect((await compare('main...none')).message).toBe('Not Found');
});

test('writes of one repository do not overlap', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => api('POST', '/repos/acme/fleet/issues', { title: `issue ${index}` })),
  );
  const numbers = answers.map(({ body }) => body.number);
  expect(new Set(numbers).size).toBe(8);
  await fleet.twin.commit('acme/fleet', { branch: 'raced', files: { raced: '1\n' } });
  const opened = await Promise.all(
    Array.from({ length: 4 }, () => api('POST', '/repos/acme/fleet/pulls', { title: 't', head: 'raced', base: 'main' })),
  );
  expect(opened.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422]);
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { MergeMethod } from '../../lab/github/state/model.ts';
import type { Twin } from '../../lab/github/twin.ts';
import { type Api, apiOf, FIRST_START, type FleetTwin, fleetTwin } from '../support/github-twin.ts';

let fleet: FleetTwin;
let twin: Twin;
let api: Api;

beforeEach(async () => {
  fleet = await fleetTwin();
  ({ twin, api } = fleet);
}, FIRST_START);
afterEach(() => fleet.end());

const PULLS = '/repos/acme/fleet/pulls';

async function open(branch: string, ...commits: Record<string, string | undefined>[]): Promise<number> {
  for (const files of commits) await twin.commit('acme/fleet', { branch, files, author: 'bob' });
  return (await api('POST', PULLS, { title: branch, head: branch, base: 'main' })).body.number;
}
const merge = async (number: number, method: MergeMethod) => {
  const { status, body } = await api('PUT', `${PULLS}/${number}/merge`, { merge_method: method });
  return { ...body, status };
};
const git = (...args: string[]) => twin.git('acme/fleet').run(args);
const main = (files: Record<string, string>) => twin.commit('acme/fleet', { branch: 'main', files });

test('a rebase puts each commit onto the base, unsigned, by whoever merged', async () => {
  const number = await open('change', { one: '1\n' }, { two: '2\n' });
  const base = await main({ other: '1\n' });
  expect((await api('GET', `${PULLS}/${number}`)).body).toMatchObject({ mergeable: true, rebaseable: true });
  const { status, sha } = await merge(number, 'rebase');
  expect(status).toBe(200);
  expect((await git('log', '--format=%s|%P', `${base}..main`)).split('\n')).toEqual([
    expect.stringMatching(/^Change two\|[0-9a-f]{40}$/),
    `Change one|${base}`,
  ]);
  const commit = (await api('GET', `/repos/acme/fleet/commits/${sha}`)).body;
  expect(commit).toMatchObject({
    author: { login: 'bob' },
    committer: { login: 'github-actions[bot]' },
    commit: { verification: { verified: false, reason: 'unsigned' } },
  });
  expect(await git('ls-tree', '--name-only', 'main')).toBe('clusters.yaml\none\nother\nrendered\ntwo');
  expect((await api('GET', `${PULLS}/${number}`)).body).toMatchObject({ merged: true, rebaseable: null, merge_commit_sha: sha });
});

test('a rebase leaves out what the base has already', async () => {
  const number = await open('change', { one: '1\n' }, { two: '2\n' });
  const base = await main({ one: '1\n' });
  const { sha } = await merge(number, 'rebase');
  expect(await git('log', '--format=%s', `${base}..${sha}`)).toBe('Change two');
});

test('what conflicts on the way is not rebased, though it merges', async () => {
  const number = await open('change', { 'clusters.yaml': 'a: 1\n' }, { 'clusters.yaml': 'kind: Fleet\n', new: 'n\n' });
  await main({ 'clusters.yaml': 'kind: Fleet\nname: b\n' });
  expect((await api('GET', `${PULLS}/${number}`)).body).toMatchObject({ mergeable: true, rebaseable: false });
  expect(await merge(number, 'rebase')).toMatchObject({ status: 405, message: "This branch can't be rebased" });
  expect(await merge(number, 'merge')).toMatchObject({ status: 200 });
});

test('a merge that changes something itself is not rebased, one that does not is left out', async () => {
  const number = await open('change', { one: '1\n' });
  const base = await main({ other: '1\n' });
  const head = await git('rev-parse', 'change');
  const joined = async (files: object[]) => {
    const tree = await api('POST', '/repos/acme/fleet/git/trees', {
      base_tree: await git('merge-tree', '--write-tree', base, head),
      tree: files,
    });
    const body = { message: 'Merge', tree: tree.body.sha, parents: [head, base] };
    const { sha } = (await api('POST', '/repos/acme/fleet/git/commits', body)).body;
    await api('PATCH', '/repos/acme/fleet/git/refs/heads/change', { sha, force: true });
  };
  await joined([{ path: 'sly', mode: '100644', type: 'blob', content: 's\n' }]);
  expect((await api('GET', `${PULLS}/${number}`)).body).toMatchObject({ mergeable: true, rebaseable: false });
  expect(await merge(number, 'rebase')).toMatchObject({ status: 405 });
  await joined([{ path: 'one', mode: '100644', type: 'blob', content: '1\n' }]);
  expect((await api('GET', `${PULLS}/${number}`)).body).toMatchObject({ mergeable: true, rebaseable: true });
  expect(await merge(number, 'rebase')).toMatchObject({ status: 200 });
  expect(await git('log', '--format=%s', `${base}..main`)).toBe('Change one');
});

test.each([
  ['merge', 'Merge commits are not allowed on this repository.'],
  ['squash', 'Squash merges are not allowed on this repository.'],
  ['rebase', 'Rebase merges are not allowed on this repository.'],
] as const)('a repository without %s', async (method, message) => {
  const others = (['merge', 'squash', 'rebase'] as const).filter((each) => each !== method);
  twin.repository('acme/fleet').allowedMerges = [...others];
  expect((await api('GET', '/repos/acme/fleet')).body).toMatchObject({
    allow_merge_commit: method !== 'merge',
    allow_squash_merge: method !== 'squash',
    allow_rebase_merge: method !== 'rebase',
    delete_branch_on_merge: false,
  });
  const number = await open('change', { one: '1\n' });
  expect(await merge(number, method)).toMatchObject({ status: 405, message });
  expect(await merge(number, others[0]!)).toMatchObject({ status: 200 });
});

test('a branch goes with its merge where the repository says so', async () => {
  twin.repository('acme/fleet').deleteBranchOnMerge = true;
  const number = await open('change', { one: '1\n' });
  expect(await merge(number, 'merge')).toMatchObject({ status: 200 });
  expect(twin.repository('acme/fleet').branches['change']).toBeUndefined();
  expect((await api('GET', `${PULLS}/${number}`)).body).toMatchObject({ merged: true });
});

test('refs move through GraphQL from where they were seen, all of them or none', async () => {
  await open('change', { one: '1\n' });
  const [head, base, none] = [await git('rev-parse', 'change'), await git('rev-parse', 'main'), '0'.repeat(40)];
  const { node_id } = (await api('GET', '/repos/acme/fleet')).body;
  const query =
    'mutation ($repositoryId: ID!, $refUpdates: [RefUpdate!]!) {\n  updateRefs(input: {repositoryId: $repositoryId, refUpdates: $refUpdates}) { clientMutationId }\n}';
  const move = async (refUpdates: object[], by: Api = api) =>
    (await by('POST', '/graphql', { query, variables: { repositoryId: node_id, refUpdates } })).body;
  const ref = (branch: string, beforeOid: string, afterOid: string, force = false) => ({
    name: `refs/heads/${branch}`,
    beforeOid,
    afterOid,
    force,
  });
  const branches = () => twin.repository('acme/fleet').branches;
  const refusals: [object[], RegExp][] = [
    [[ref('new', none, head), ref('change', base, base, true)], /expected/],
    [[ref('change', head, base)], /fast forward/],
    [[ref('main', base, none)], /default branch/],
    [[ref('change', head, 'f'.repeat(40), true)], /does not exist/],
  ];
  for (const [updates, words] of refusals) {
    const { data, errors } = await move(updates);
    expect(data).toEqual({ updateRefs: null });
    expect(errors[0].message).toMatch(words);
  }
  expect(branches()).toEqual({ main: base, change: head });
  const reader = apiOf(twin, twin.addToken({ permissions: 'read' }));
  expect((await move([ref('change', head, none)], reader)).errors).toMatchObject([{ type: 'FORBIDDEN' }]);
  expect(await move([ref('new', none, head), ref('change', head, none)])).toEqual({
    data: { updateRefs: { clientMutationId: null } },
  });
  expect(branches()).toEqual({ main: base, new: head });
  expect((await api('GET', `${PULLS}/1`)).body).toMatchObject({ state: 'closed', merged: false });
  expect(twin.requests.filter(({ path, write }) => path === '/graphql' && write)).toHaveLength(6);
});

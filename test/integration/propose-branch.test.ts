import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { apiOf } from '../support/github-twin.ts';
import { type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

const BRANCH = 'cn2-fleet/guide';
/** As git shows the commits that github-actions[bot] makes through the API. */
const BOT = 'github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>';
const PLAN = 'rendered/plan.json';
let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
});
afterEach(async () => world[Symbol.asyncDispose]());

const remote = () => `${world.hub.twin.url.replace('://', `://x:${world.hub.token}@`)}/${REPOSITORY}.git`;
const push = (...what: string[]) => world.git('push', '--quiet', '--force', remote(), ...what);
const someNamespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** Changes the declaration on main and checks it out. */
async function declare(vn: string): Promise<void> {
  const { hub, checkOut } = world;
  const text = (await hub.file('main', 'clusters.yaml')).replace(/vn: (vn3|other\d*)/, `vn: ${vn}`);
  await hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'clusters.yaml': text }, author: 'ada' });
  await checkOut();
}

/** What a stranger pushes with git: files of his own under our name and message, which names his tree. Gives the commit. */
async function forge(files: Record<string, string>, { amend = false, message = '' } = {}): Promise<string> {
  const { git, checkOut, folder, hub } = world;
  await checkOut(BRANCH);
  const ours = message === '' ? await git('show', '-s', '--format=%B', 'HEAD') : message;
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  await git('add', '--all');
  const tree = (await git('write-tree', '--prefix=rendered/')).trim();
  const said = ours.trim().replace(/^Cn2-Fleet-Tree: .*$/m, `Cn2-Fleet-Tree: ${tree}`);
  await git(
    ...['-c', 'user.name=GitHub', '-c', 'user.email=noreply@github.com'],
    ...['commit', '--quiet', ...(amend ? ['--amend'] : []), `--author=${BOT}`, '-m', said],
  );
  await push(`HEAD:refs/heads/${BRANCH}`);
  const sha = (await git('rev-parse', 'HEAD')).trim();
  await checkOut();
  expect(hub.head(BRANCH)).toBe(sha);
  return sha;
}

/** What stops it is said, and nothing is written. */
async function stops(sha: string): Promise<void> {
  const mark = world.hub.mark();
  await expect(world.propose()).rejects.toMatchObject({
    message: expect.stringContaining(`has a commit that cn2-fleet did not create: ${sha.slice(0, 7)} by`),
    hint: expect.stringContaining(`git push origin --delete ${BRANCH}`),
  });
  expect(world.hub.writes(mark)).toEqual([]);
  expect(world.hub.head(BRANCH)).toBe(sha);
}

describe('a commit under our name', () => {
  test.each([
    ['in the rendered folder', { 'rendered/cluster1/evil.yaml': 'kind: ClusterRoleBinding\n' }],
    ['in the plan', { [PLAN]: '{}\n' }],
    ['outside of it', { 'clusters.yaml': 'kind: Fleet\n' }],
  ])('%s stops it, whatever its message says', async (_, files) => {
    await world.propose();
    await stops(await forge(files));
  });

  test('stops it where it takes the place of ours', async () => {
    await world.propose();
    await stops(await forge({ [PLAN]: '{}\n' }, { amend: true }));
  });

  test('that the forge has signed for another repository brings in nothing but what we write over', async () => {
    const { hub, git, checkOut, folder } = world;
    await world.propose();
    await hub.twin.createRepository({ owner: 'bob', name: 'fleet', forkOf: REPOSITORY });
    const elsewhere = apiOf(hub.twin, hub.twin.addToken({ repositories: ['bob/fleet'] }));
    const signed = async (path: string, text: string) => {
      await checkOut(BRANCH);
      writeFileSync(join(folder, path), text);
      await git('add', '--all');
      const tree = (await git('write-tree', '--prefix=rendered/')).trim();
      await git('push', '--quiet', '--force', hub.twin.git('bob/fleet').folder, `HEAD:refs/heads/${BRANCH}`);
      const { body: whole } = await elsewhere('POST', '/repos/bob/fleet/git/trees', {
        base_tree: (await git('rev-parse', 'HEAD^{tree}')).trim(),
        tree: [{ path, mode: '100644', type: 'blob', content: text }],
      });
      const { body: commit } = await elsewhere('POST', '/repos/bob/fleet/git/commits', {
        message: (await git('show', '-s', '--format=%B', 'HEAD')).trim().replace(/(?<=Cn2-Fleet-Tree: ).*/, tree),
        tree: whole.sha,
        parents: [(await git('rev-parse', 'HEAD')).trim()],
      });
      expect(commit).toMatchObject({ verification: { verified: true } });
      await git('fetch', '--quiet', hub.twin.git('bob/fleet').folder, commit.sha);
      await push(`${commit.sha}:refs/heads/${BRANCH}`);
      await checkOut();
      return commit.sha as string;
    };
    const inside = await signed('rendered/cluster1/evil.yaml', 'kind: ClusterRoleBinding\n');
    const { headSha, operation } = await world.propose();
    expect(operation).toBe('updated');
    expect((await hub.ada('GET', `/commits/${headSha}`)).parents).toMatchObject([{ sha: inside }]);
    expect(await hub.file(BRANCH, 'rendered/cluster1/evil.yaml')).toBe('');
    await stops(await signed('clusters.yaml', 'kind: Fleet\n'));
  });
});

describe('the token of a person', () => {
  test('goes on from its own commits, which no forge signs, and stops at what somebody else committed under its name', async () => {
    const { hub, cn2, git, checkOut, folder } = world;
    const token = hub.twin.addToken({ kind: 'personal', login: 'mona' });
    const propose = () => world.propose({}, world.forge('propose', { token }));
    const first = await propose();
    expect((await hub.ada('GET', `/commits/${BRANCH}`)).commit.verification.verified).toBe(false);
    cn2.central.put(someNamespace('alone'), 'kubectl');
    const second = await propose();
    expect(second).toMatchObject({ operation: 'updated', number: first.number });
    await checkOut(BRANCH);
    writeFileSync(join(folder, PLAN), '{}\n');
    await git('commit', '--quiet', '--all', '--amend', '--no-edit');
    await push(`HEAD:refs/heads/${BRANCH}`);
    await checkOut();
    await expect(propose()).rejects.toMatchObject({ message: expect.stringContaining('cn2-fleet did not create') });
  });
});

describe('without a pull request', () => {
  test('a branch with a commit of a person stops it', async () => {
    const { hub } = world;
    await hub.twin.commit(REPOSITORY, { branch: BRANCH, files: { 'notes.md': 'mine' }, author: 'bob' });
    await stops(hub.head(BRANCH)!);
  });

  test('one that has only ours is made anew; what somebody adds in that moment is kept', async () => {
    const { hub } = world;
    await world.propose();
    await hub.ada('PATCH', '/pulls/1', { state: 'closed' });
    await declare('other');
    let added = '';
    hub.twin.faults.add({
      method: 'POST',
      path: '/graphql',
      skip: 1,
      fault: {
        kind: 'call',
        run: async () => {
          added = await hub.twin.commit(REPOSITORY, { branch: BRANCH, files: { 'notes.md': 'mine' }, author: 'bob' });
        },
      },
    });
    const refusal = (await world.propose().catch((reason: unknown) => reason)) as Error;
    expect(refusal.message).toContain(`${added.slice(0, 7)} by bob`);
    expect(hub.head(BRANCH)).toBe(added);
    await hub.ada('DELETE', `/git/refs/heads/${BRANCH}`);
    expect(await world.propose()).toMatchObject({ operation: 'created', number: 2 });
    await hub.ada('PATCH', '/pulls/2', { state: 'closed' });
    await declare('other2');
    expect(await world.propose()).toMatchObject({ operation: 'created', number: 3 });
    expect((await hub.ada('GET', '/pulls/3/commits')).length).toBe(1);
  });
});

describe('what GitHub cannot do in one step', () => {
  test('is done by moving forward, and nothing is lost', async () => {
    const { hub } = world;
    const { headSha } = await world.propose();
    await hub.ada('PATCH', '/pulls/1', { state: 'closed' });
    await declare('other');
    hub.twin.faults.add({ method: 'POST', path: '/graphql', skip: 1, fault: { kind: 'status', status: 404 } });
    expect(await world.propose()).toMatchObject({ operation: 'created', number: 2 });
    expect((await hub.ada('GET', `/compare/${headSha}...${BRANCH}`)).status).toBe('ahead');
    const proposed = await hub.twin.git(REPOSITORY).run(['rev-parse', `${BRANCH}:rendered`]);
    await hub.merge(2, 'rebase');
    expect(await hub.twin.git(REPOSITORY).run(['rev-parse', 'main:rendered'])).toBe(proposed);
  });

  test('is not wanted where a pull request into another branch is open', async () => {
    const { hub } = world;
    await hub.ada('POST', '/git/refs', { ref: 'refs/heads/release', sha: hub.head('main') });
    const { headSha } = await world.propose();
    await hub.ada('PATCH', '/pulls/1', { base: 'release' });
    await declare('other');
    expect(await world.propose()).toMatchObject({ operation: 'created', number: 2 });
    expect((await hub.ada('GET', `/compare/${headSha}...${BRANCH}`)).status).toBe('ahead');
  });
});

test('a branch that has nothing in common with main stops it', async () => {
  const { hub, git, checkOut } = world;
  await git('checkout', '--quiet', '--orphan', 'alone');
  await git('commit', '--quiet', '--all', '-m', 'alone');
  await push(`HEAD:refs/heads/${BRANCH}`);
  const sha = hub.head(BRANCH);
  await checkOut();
  const mark = hub.mark();
  await expect(world.propose()).rejects.toMatchObject({
    message: `branch ${BRANCH} has no history in common with main, so cn2-fleet did not create it; nothing was changed`,
    hint: expect.stringContaining(`git push origin --delete ${BRANCH}`),
  });
  expect([hub.writes(mark), hub.head(BRANCH)]).toEqual([[], sha]);
});

test('a text of the pull request that somebody has edited is put back; what is added below it stays', async () => {
  const { hub } = world;
  await world.propose();
  const { body } = hub.issue(1);
  const said = async (text: string) => {
    await hub.ada('PATCH', '/pulls/1', { body: text });
    const mark = hub.mark();
    const { operation } = await world.propose();
    return { operation, writes: hub.writes(mark), body: hub.issue(1).body };
  };
  const [header = ''] = (body ?? '').split('\n');
  expect(await said(`${header}\nNothing to see here.`)).toMatchObject({ operation: 'updated', body });
  const more = `${body?.replaceAll('\n', '\r\n')}\r\n\r\n- [x] seen by Bob`;
  expect(await said(more)).toEqual({ operation: 'unchanged', writes: [], body: more });
});

test('commits that “Update with rebase” has rewritten are good while they hold what is proposed, and stop it afterwards', async () => {
  const { hub, cn2, git, checkOut } = world;
  await world.propose();
  await hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'README.md': 'new' }, author: 'ada' });
  await checkOut(BRANCH);
  await git('fetch', '--quiet', 'origin', 'main');
  await git('rebase', '--quiet', 'FETCH_HEAD');
  await push(`HEAD:refs/heads/${BRANCH}`);
  const sha = (await git('rev-parse', 'HEAD')).trim();
  await checkOut();
  const mark = hub.mark();
  expect(await world.propose()).toMatchObject({ operation: 'unchanged', headSha: sha, number: 1 });
  expect(hub.writes(mark)).toEqual([]);
  cn2.central.put(someNamespace('alone'), 'kubectl');
  await stops(sha);
});

test('a rendered folder deep in the repository is judged as one at its top', async () => {
  const { hub, checkOut, cn2 } = world;
  const options = { rendered: 'deploy/guide' };
  const { headSha } = await world.propose(options);
  await hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'deploy/README.md': 'new' }, author: 'ada' });
  await checkOut();
  const mark = hub.mark();
  expect(await world.propose(options)).toMatchObject({ operation: 'unchanged', headSha, number: 1 });
  expect(hub.writes(mark)).toEqual([]);
  cn2.central.put(someNamespace('alone'), 'kubectl');
  expect(await world.propose(options)).toMatchObject({ operation: 'updated', number: 1 });
  expect(await hub.file(BRANCH, 'deploy/README.md')).toBe('new');
  await hub.ada('PATCH', '/pulls/1', { state: 'closed' });
  await declare('other');
  expect(await world.propose(options)).toMatchObject({ operation: 'created', number: 2 });
  expect((await hub.ada('GET', '/pulls/2/commits')).length).toBe(1);
});

describe('what is pushed to main while a proposal waits', () => {
  test('is no reason for another commit where it is none of the fleet', async () => {
    const { hub, checkOut } = world;
    const { headSha } = await world.propose();
    await hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'README.md': 'new' }, author: 'ada' });
    await checkOut();
    const mark = hub.mark();
    expect(await world.propose()).toMatchObject({ operation: 'unchanged', headSha });
    expect(hub.writes(mark)).toEqual([]);
  });
});

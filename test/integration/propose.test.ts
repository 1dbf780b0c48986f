import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { planCommand } from '../../src/commands/plan.ts';
import { proposeCommand } from '../../src/commands/propose.ts';
import { renderCommand } from '../../src/commands/render.ts';
import { OPTIONS } from '../support/ports.ts';
import { CANARY, type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

const BRANCH = 'cn2-fleet/guide';
let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
});
afterEach(async () => world[Symbol.asyncDispose]());

/** What a person reads of a command that was refused. */
const refusal = async (work: Promise<unknown>): Promise<{ message: string; hint: string; told: string }> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason as { message: string; hint: string },
  );
  if (error?.hint === undefined) throw new Error(`was not refused in a sentence: ${String(error)}`);
  return { message: error.message, hint: error.hint, told: `${error.message}\n${error.hint}` };
};
/** The files of a folder on a branch, path → text. */
const folderOn = async (branch: string, folder: string) => {
  const paths = (await world.hub.twin.git(REPOSITORY).run(['ls-tree', '-r', '--name-only', branch, folder])).split('\n');
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await world.hub.file(branch, path)] as const)));
};
const declaration = () => world.hub.file('main', 'clusters.yaml');
const someNamespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

describe('a proposal', () => {
  test('is one pull request with exactly what render and plan --out write, in a commit that GitHub signed', async () => {
    const { hub, folder } = world;
    const proposal = await world.propose();
    expect(proposal).toMatchObject({ operation: 'created', branch: BRANCH, number: 1, title: 'Attach cluster2' });
    const before = await folderOn('main', '.');

    const ports = world.ports(world.forge('propose'));
    await renderCommand(ports, { ...OPTIONS, check: false });
    await planCommand(ports, { ...OPTIONS, offline: false, out: 'rendered/plan.json' });
    const written = await Promise.all(
      (await ports.files.list('rendered')).map(async (path) => [path, await ports.files.read(path)] as const),
    );
    expect(written.length).toBeGreaterThan(30);
    expect(await folderOn(BRANCH, '.')).toEqual({ ...before, ...Object.fromEntries(written) });
    rmSync(join(folder, 'rendered'), { recursive: true });

    const { commit, author } = await hub.ada('GET', `/commits/${BRANCH}`);
    expect(commit.verification.verified).toBe(true);
    expect(author.login).toBe('github-actions[bot]');
    const { body, state } = hub.issue(1);
    expect(state).toBe('open');
    expect(body).toContain('Merging approves exactly this plan.');
    expect(body).toContain('Opened with the token of a workflow');
    expect(JSON.stringify(await folderOn(BRANCH, '.')) + body).not.toContain(CANARY);
  });

  test('is not touched by a second run', async () => {
    const { headSha } = await world.propose();
    const mark = world.hub.mark();
    expect(await world.propose()).toMatchObject({ operation: 'unchanged', number: 1, headSha });
    expect(world.hub.writes(mark)).toEqual([]);
  });

  test('gets a further commit when a cluster has moved: the same pull request', async () => {
    const { hub, cn2 } = world;
    const first = await world.propose();
    cn2.central.put(someNamespace('alone'), 'kubectl');
    const second = await world.propose();
    expect(second).toMatchObject({ operation: 'updated', number: 1 });
    const commits = await hub.ada('GET', '/pulls/1/commits');
    expect(commits.map(({ sha }: { sha: string }) => sha)).toEqual([first.headSha, second.headSha]);
    expect(hub.issue(1).body).toContain('13 to create, 1 to update on cluster1');
  });

  test('is closed with a word and its branch removed when nothing is left to do', async () => {
    const { hub } = world;
    await world.attach();
    const [first, second] = [await declaration(), (await declaration()).replace('vn: vn3', 'vn: other')];
    for (const [text, operation] of [
      [second, 'created'],
      [first, 'closed'],
    ] as const) {
      await hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'clusters.yaml': text }, author: 'ada' });
      await world.checkOut();
      expect(await world.propose()).toMatchObject({ operation, number: 2 });
    }
    expect(hub.issue(2).state).toBe('closed');
    expect(hub.comments(2).join()).toContain('Nothing is left to do');
    expect(hub.head(BRANCH)).toBeUndefined();
    const mark = hub.mark();
    expect(await world.propose()).toEqual({ operation: 'none', branch: BRANCH });
    expect(hub.writes(mark)).toEqual([]);
  });

  test('is not made again while what was approved waits for its apply', async () => {
    const { hub } = world;
    await world.propose();
    await hub.merge(1);
    await world.checkOut();
    const mark = hub.mark();
    expect(await world.propose()).toEqual({ operation: 'approved', branch: BRANCH });
    expect(hub.writes(mark)).toEqual([]);
  });

  test('is closed when the same came to the base in another way', async () => {
    const { hub, twin } = { ...world, ...world.hub };
    await world.propose();
    await twin.commit(REPOSITORY, { branch: 'main', files: await folderOn(BRANCH, 'rendered'), author: 'ada' });
    await world.checkOut();
    expect(await world.propose()).toMatchObject({ operation: 'closed', number: 1 });
    expect(hub.comments(1).join()).toContain('Run the apply workflow');
    expect(hub.head(BRANCH)).toBeUndefined();
  });
});

describe('a branch that is left from an earlier proposal', () => {
  test.each(['merge', 'squash'] as const)('(%s) carries the next one', async (method) => {
    const { hub } = world;
    await world.propose();
    await hub.merge(1, method);
    const changed = (await declaration()).replace('10.0.3.0/24, gateway: 10.0.3.1', '10.0.5.0/24, gateway: 10.0.5.1');
    await hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'clusters.yaml': changed }, author: 'ada' });
    await world.checkOut();
    expect(await world.propose()).toMatchObject({ operation: 'created', number: 2 });
    expect((await hub.ada('GET', `/commits/${BRANCH}`)).parents).toMatchObject([{ sha: hub.head('main') }]);
    const files = (await hub.ada('GET', '/pulls/2/files')) as { filename: string }[];
    expect(files.length).toBeGreaterThan(2);
    expect(files.filter(({ filename }) => !filename.startsWith('rendered/'))).toEqual([]);
    await hub.merge(2, method);
    await world.checkOut();
    expect(await world.propose()).toMatchObject({ operation: 'approved' });
  });
});

describe('people on the branch', () => {
  test('a commit of a person stops it: commit, author and what to do are said, nothing is changed', async () => {
    const { hub, cn2 } = world;
    await world.propose();
    const message = 'Fix by hand \u001b[2J\u202e`x`\n::set-output name=a::b';
    const sha = await hub.twin.commit(REPOSITORY, { branch: BRANCH, files: { 'rendered/x.yaml': 'x' }, author: 'bob', message });
    cn2.central.put(someNamespace('alone'), 'kubectl');
    const mark = hub.mark();
    const { message: said, hint } = await refusal(world.propose());
    expect(said).toContain(`${sha.slice(0, 7)} by bob`);
    expect(said).toContain('nothing was changed');
    expect(said).not.toMatch(/\p{C}/u);
    expect(hint).toContain(`git push origin --delete ${BRANCH}`);
    expect(hub.writes(mark)).toEqual([]);
    expect(hub.head(BRANCH)).toBe(sha);
  });

  test('“Update branch” goes on, also when the merged base has other rendered files', async () => {
    const { hub, cn2 } = world;
    await world.propose();
    await hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'README.md': 'new' }, author: 'ada' });
    await updateBranch();
    await world.checkOut();
    const mark = hub.mark();
    expect(await world.propose()).toMatchObject({ operation: 'unchanged', number: 1 });
    expect(hub.writes(mark)).toEqual([]);
    cn2.central.put(someNamespace('alone'), 'kubectl');
    expect(await world.propose()).toMatchObject({ operation: 'updated', number: 1 });
    expect(await hub.file(BRANCH, 'README.md')).toBe('new');
  });

  test('a merge that changed what the proposal holds stops it', async () => {
    const { hub } = world;
    await world.propose();
    await hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'README.md': 'new' }, author: 'ada' });
    const sha = await updateBranch(() => writeFileSync(join(world.folder, 'rendered/plan.json'), '{}'));
    await world.checkOut();
    expect((await refusal(world.propose())).message).toContain(`${sha.slice(0, 7)} by`);
    expect(hub.head(BRANCH)).toBe(sha);
  });

  /** What GitHub's button does, and what a person may change in the merge. */
  async function updateBranch(edit: () => void = () => {}): Promise<string> {
    await world.checkOut(BRANCH);
    await world.git('fetch', '--quiet', 'origin', 'main');
    await world.git('merge', '--quiet', '--no-ff', '--no-commit', 'FETCH_HEAD');
    edit();
    await world.git('commit', '--quiet', '--all', '-m', "Merge branch 'main' into cn2-fleet/guide");
    const sha = (await world.git('rev-parse', 'HEAD')).trim();
    // Over HTTP the twin hears of it.
    await world.git(
      'push',
      '--quiet',
      `${world.hub.twin.url.replace('://', `://x:${world.hub.token}@`)}/${REPOSITORY}.git`,
      `HEAD:${BRANCH}`,
    );
    return sha;
  }
});

describe('what is checked out', () => {
  const refused = async (words: RegExp, options = {}) => {
    const mark = world.hub.mark();
    const { told } = await refusal(world.propose(options));
    expect(told).toMatch(words);
    expect(world.hub.writes(mark)).toEqual([]);
  };

  test('has to be committed', async () => {
    writeFileSync(join(world.folder, 'clusters.yaml'), `${await declaration()}\n`);
    await refused(/^clusters.yaml is not committed: .*\ncommit and push to main/);
    await world.checkOut();
    writeFileSync(join(world.folder, 'cn2/22.2/notes.txt'), 'x');
    await refused(/^cn2\/22.2\/notes.txt is not committed/);
  });

  test('has to be pushed', async () => {
    await world.git('commit', '--quiet', '--allow-empty', '-m', 'mine');
    await refused(/^commit [0-9a-f]{7} is checked out, but it is not on main: [^\n]*\ncheck out main/);
  });

  test('has to be the base', async () => {
    await world.hub.openPull('topic', { 'README.md': 'x' });
    await world.checkOut('topic');
    await refused(/is checked out, but it is not on main/);
    await refused(/^the repository has no branch other\n.*--base/, { base: 'other' });
  });

  test('has to be the newest of the fleet: an old run steps back and says so', async () => {
    const changed = (await declaration()).replace('vn: vn3', 'vn: other');
    await world.hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'clusters.yaml': changed }, author: 'ada' });
    const [mark, forge] = [world.hub.mark(), world.forge('propose')];
    const ports = world.ports(forge);
    expect((await proposeCommand(ports, OPTIONS)).document.proposal).toEqual({ operation: 'outdated', branch: BRANCH });
    expect(ports.told).toEqual([expect.stringMatching(/^the fleet has changed on main since this commit/)]);
    expect(world.hub.writes(mark)).toEqual([]);
  });

  test('may be older than what changed elsewhere: then it is the newest that is proposed on', async () => {
    const head = await world.hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'README.md': 'x' }, author: 'ada' });
    const { headSha } = await world.propose();
    expect((await world.hub.ada('GET', `/commits/${headSha}`)).parents).toMatchObject([{ sha: head }]);
    expect(await world.hub.file(BRANCH, 'README.md')).toBe('x');
  });
});

describe('what GitHub does not allow', () => {
  test('a branch under a rule', async () => {
    const { hub, cn2 } = world;
    await world.propose();
    const head = hub.head(BRANCH);
    await hub.twin.protect(REPOSITORY, BRANCH, 'ruleset');
    cn2.central.put(someNamespace('alone'), 'kubectl');
    const { message, hint } = await refusal(world.propose());
    expect(message).toContain(`protects the branch ${BRANCH}`);
    expect(hint).toContain('bypass');
    expect(hub.head(BRANCH)).toBe(head);
  });

  test.each([
    ['contents', { 'pull-requests': 'write' }],
    ['contents', { contents: 'read', 'pull-requests': 'write' }],
    ['pull-requests', { contents: 'write' }],
  ] as const)('a token without %s: the whole block, and nothing half done', async (_, permissions) => {
    const { hub } = world;
    const token = hub.twin.addToken({ permissions });
    const { hint } = await refusal(world.propose({}, world.forge('propose', { token })));
    expect(hint).toContain('permissions:\n  contents: write\n  pull-requests: write');
    expect(hub.writes().filter((line) => !/ 40[34]$/.test(line))).toEqual([]);
    expect(hub.head(BRANCH)).toBeUndefined();
    expect(await world.propose()).toMatchObject({ operation: 'created', number: 1 });
  });

  test('a token that may only read pull requests, or a setting against it: the next run goes on from the branch', async () => {
    const { hub } = world;
    const token = hub.twin.addToken({ permissions: { contents: 'write', 'pull-requests': 'read' } });
    expect((await refusal(world.propose({}, world.forge('propose', { token })))).hint).toContain('pull-requests: write');
    const head = hub.head(BRANCH);
    hub.twin.repository(REPOSITORY).actionsMayOpenPullRequests = false;
    expect((await refusal(world.propose())).hint).toContain('Allow GitHub Actions to create and approve pull requests');
    hub.twin.repository(REPOSITORY).actionsMayOpenPullRequests = true;
    expect(await world.propose()).toMatchObject({ operation: 'created', number: 1, headSha: head });
  });
});

test('a commit of ours that a person has amended stops it, whatever the message says', async () => {
  const { number } = await world.propose();
  await world.checkOut(BRANCH);
  const path = join(world.folder, 'rendered/cluster1/70-namespaces/namespace._.ns1.yaml');
  writeFileSync(path, '# mine\n', { flag: 'a' });
  await world.git('commit', '--quiet', '--all', '--amend', '--no-edit');
  await world.git('push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${BRANCH}`);
  await world.checkOut();
  const mark = world.hub.mark();
  expect((await refusal(world.propose())).message).toContain('has a commit that cn2-fleet did not create');
  expect(world.hub.writes(mark)).toEqual([]);
  expect(number).toBe(1);
});

import { describe, expect, test } from '@jest/globals';
import type { Annotation } from '../../src/model/forge.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { checkedForge } from '../support/checked-forge.ts';
import { type ForgeTwin, REPOSITORY, refusalOf } from '../support/forge-twin.ts';
import { permissionsOf } from '../support/permissions.ts';

let at: ForgeTwin;
let forge: Forge;

checkedForge((twin, its) => {
  at = twin;
  forge = its;
});

/** What a verb writes, the second time too. */
async function writesOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = at.writes().length;
  await work();
  return at.writes().slice(before);
}

/** A branch with one commit that is not on main. */
async function proposed(branch: string): Promise<string> {
  const sha = await forge.commit({
    parents: [at.main],
    message: branch,
    write: { [`rendered/${branch}.yaml`]: 'x\n' },
    remove: [],
  });
  await forge.advanceBranch(branch, sha);
  return sha;
}

describe('branches and commits', () => {
  test('a commit writes and removes files and is signed for the account of the token', async () => {
    const sha = await forge.commit({
      parents: [at.main],
      message: 'Attach cluster2\n\nwhy',
      write: { 'rendered/cluster1/a.yaml': 'a: 2\n', 'rendered/new/ü x.yaml': 'ü\n', 'rendered/nul': 'a\0b' },
      remove: ['rendered/cluster1/b.yaml', 'rendered/cluster2/deep/c.yaml', 'rendered/never/was.yaml'],
    });
    const git = at.twin.git(REPOSITORY);
    expect((await git.run(['-c', 'core.quotepath=off', 'diff', '--name-status', at.main, sha])).trim().split('\n')).toEqual([
      'M\trendered/cluster1/a.yaml',
      'D\trendered/cluster1/b.yaml',
      'D\trendered/cluster2/deep/c.yaml',
      'A\trendered/new/ü x.yaml',
      'A\trendered/nul',
    ]);
    expect(await git.run(['show', `${sha}:rendered/nul`])).toBe('a\0b');
    expect(await git.run(['show', '-s', '--format=%an %B', sha])).toMatch(/^github-actions\[bot\] Attach cluster2\n\nwhy/);
    expect(await forge.treeOf(sha, 'rendered/cluster2')).toBeUndefined();
    expect(await forge.treeOf(sha, 'rendered/cluster1')).toBe((await git.run(['rev-parse', `${sha}:rendered/cluster1`])).trim());
    expect(await forge.treeOf(sha, '')).toBe((await git.run(['rev-parse', `${sha}^{tree}`])).trim());
    expect(await forge.treeOf('f'.repeat(40), 'rendered')).toBeUndefined();
  });

  test('a commit of many files, and one that takes the files of another', async () => {
    const write = Object.fromEntries(Array.from({ length: 260 }, (_, index) => [`rendered/many/${index}.yaml`, `${index}\n`]));
    const many = await forge.commit({ parents: [at.main], message: 'many', write, remove: [] });
    const git = at.twin.git(REPOSITORY);
    expect((await git.run(['ls-tree', '-r', '--name-only', many, 'rendered/many/'])).trim().split('\n')).toHaveLength(260);
    const merge = await forge.commit({
      parents: [at.main, many],
      filesOf: many,
      message: 'merge',
      write: {},
      remove: Object.keys(write).slice(1),
    });
    expect((await git.run(['rev-parse', `${merge}^@`])).trim().split('\n')).toEqual([at.main, many]);
    expect((await git.run(['ls-tree', '-r', '--name-only', merge, 'rendered/many/'])).trim()).toBe('rendered/many/0.yaml');
  });

  test('a branch is made, moved forward, never aside, and removed', async () => {
    expect(await forge.branchHead('cn2-fleet/guide')).toBeUndefined();
    const one = await proposed('cn2-fleet/guide');
    expect(await forge.branchHead('cn2-fleet/guide')).toBe(one);
    const two = await forge.commit({ parents: [one], message: 'two', write: { a: '2' }, remove: [] });
    await forge.advanceBranch('cn2-fleet/guide', two);
    expect(await writesOf(() => forge.advanceBranch('cn2-fleet/guide', two))).toEqual([]);
    const aside = await forge.commit({ parents: [one], message: 'aside', write: { a: '3' }, remove: [] });
    expect(await refusalOf(forge.advanceBranch('cn2-fleet/guide', aside))).toMatchObject({ reason: 'moved' });
    expect(await forge.branchHead('cn2-fleet/guide')).toBe(two);
    expect(await forge.compare('main', 'cn2-fleet/guide')).toMatchObject({
      status: 'ahead',
      commits: [
        { sha: one, message: 'cn2-fleet/guide', parents: [at.main], author: 'github-actions[bot]' },
        { sha: two, message: 'two', parents: [one] },
      ],
    });
    expect((await forge.compare(two, at.main)).status).toBe('behind');
    expect((await forge.compare(aside, two)).status).toBe('diverged');
    expect(await forge.compare(two, two)).toEqual({ status: 'identical', commits: [] });
    await forge.removeBranch('cn2-fleet/guide');
    await forge.removeBranch('cn2-fleet/guide');
    expect(await forge.branchHead('cn2-fleet/guide')).toBeUndefined();
    expect(await forge.defaultBranch()).toBe('main');
  });

  test('all commits between are given, over pages', async () => {
    let sha = at.main;
    const git = at.twin.git(REPOSITORY);
    const tree = (await git.run(['rev-parse', `${sha}^{tree}`])).trim();
    for (let number = 1; number <= 120; number += 1) {
      sha = (
        await git.run([
          '-c',
          'user.name=Ada',
          '-c',
          'user.email=ada@example.org',
          'commit-tree',
          tree,
          '-p',
          sha,
          '-m',
          `${number}`,
        ])
      ).trim();
    }
    const { status, commits } = await forge.compare(at.main, sha);
    expect([status, commits.map(({ message }) => message.trim())]).toEqual([
      'ahead',
      Array.from({ length: 120 }, (_, index) => `${index + 1}`),
    ]);
    expect(commits[0]?.author).toBe('Ada');
  }, 30_000);

  test.each(['classic', 'ruleset'] as const)('a protected branch is refused with the rule (%s)', async (kind) => {
    await at.twin.protect(REPOSITORY, 'main', kind);
    const sha = await forge.commit({ parents: [at.main], message: 'x', write: { a: kind }, remove: [] });
    const failure = await refusalOf(forge.advanceBranch('main', sha));
    expect(failure).toMatchObject({ reason: 'protected', hint: expect.stringContaining('main') });
    await at.twin.protect(REPOSITORY, 'main', undefined);
  });
});

describe('pull requests', () => {
  const text = { marker: { kind: 'proposal', fleet: 'guide' }, title: 'Attach cluster2', body: 'plan', footer: 'run 1' } as const;

  test('one is opened, kept, changed, found when it is merged', async () => {
    const sha = await proposed('proposal');
    const input = { ...text, branch: 'proposal', base: 'main' };
    expect(await forge.openPullRequest('proposal', 'main')).toBeUndefined();
    const made = await forge.ensurePullRequest(input);
    expect(made).toMatchObject({ operation: 'created', url: `${at.twin.url}/${REPOSITORY}/pull/${made.id}` });
    expect(await writesOf(() => forge.ensurePullRequest({ ...input, footer: 'run 2' }))).toEqual([]);
    expect(await forge.ensurePullRequest({ ...input, title: 'Attach cluster3' })).toMatchObject({
      operation: 'updated',
      id: made.id,
    });
    expect(await forge.openPullRequest('proposal', 'main')).toEqual({
      number: made.id,
      url: made.url,
      title: 'Attach cluster3',
      headSha: sha,
      headBranch: 'proposal',
      baseBranch: 'main',
      open: true,
      merged: false,
    });
    const token = at.twin.addToken({ kind: 'personal', login: 'mona' });
    const merged = await fetch(`${at.twin.apiUrl}/repos/${REPOSITORY}/pulls/${made.id}/merge`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
      body: '{}',
    });
    const { sha: mergeCommit } = (await merged.json()) as { sha: string };
    expect(await forge.mergedPullRequests(mergeCommit)).toMatchObject([{ number: made.id, merged: true, open: false }]);
    expect(await forge.openPullRequest('proposal', 'main')).toBeUndefined();
    expect(await forge.mergedPullRequests(at.main)).toEqual([]);
  });

  test('one that a person opened from the branch keeps its text', async () => {
    await proposed('persons');
    const person = at.forge({ token: at.twin.addToken({ kind: 'personal', login: 'mona' }) });
    const input = { ...text, branch: 'persons', base: 'main' };
    const made = await person.ensurePullRequest(input);
    expect(
      await writesOf(async () =>
        expect(await forge.ensurePullRequest({ ...input, body: 'new' })).toMatchObject({ operation: 'unchanged', id: made.id }),
      ),
    ).toEqual([]);
    expect(at.said.at(-1)).toBe(`pull request ${made.id} was not opened by this account: its text is left as it is`);
  });

  test('one of another App is taken over', async () => {
    await proposed('apps');
    const app = at.forge({ token: at.twin.addToken({ app: { id: 99, slug: 'my-app', name: 'My App' } }) });
    const input = { ...text, branch: 'apps', base: 'main' };
    expect(await app.whoami()).toBe('my-app[bot]');
    const made = await app.ensurePullRequest(input);
    expect(await forge.ensurePullRequest({ ...input, body: 'new' })).toMatchObject({ operation: 'updated', id: made.id });
  });

  test('one is closed with a word, once', async () => {
    await proposed('closing');
    const made = await forge.ensurePullRequest({ ...text, branch: 'closing', base: 'main' });
    const why = { marker: { kind: 'closing', fleet: 'guide', subject: 'nothing' }, body: 'nothing is left to do' } as const;
    expect(await writesOf(() => forge.closePullRequest(made.id, why))).toEqual([
      `POST /repos/${REPOSITORY}/issues/${made.id}/comments 201`,
      `PATCH /repos/${REPOSITORY}/pulls/${made.id} 200`,
    ]);
    expect(await writesOf(() => forge.closePullRequest(made.id, why))).toEqual([]);
    expect(await forge.openPullRequest('closing', 'main')).toBeUndefined();
  });

  test('none is opened where there is nothing to merge, or Actions may not', async () => {
    await forge.advanceBranch('empty', at.main);
    const failure = await refusalOf(forge.ensurePullRequest({ ...text, branch: 'empty', base: 'main' }));
    expect(failure).toMatchObject({ reason: 'rejected', hint: expect.stringContaining('nothing to merge') });
    await at.twin.createRepository({ owner: 'octo', name: 'strict', files: { a: '1' }, actionsMayOpenPullRequests: false });
    const strict = at.forge({ repository: { owner: 'octo', name: 'strict' } });
    const main = (await strict.branchHead('main'))!;
    await strict.advanceBranch('b', await strict.commit({ parents: [main], message: 'm', write: { a: '2' }, remove: [] }));
    expect(await refusalOf(strict.ensurePullRequest({ ...text, branch: 'b', base: 'main' }))).toMatchObject({
      reason: 'forbidden',
      hint: expect.stringContaining('Allow GitHub Actions to create and approve pull requests'),
    });
  });
});

describe('comments', () => {
  test('one is ours: found behind a hundred others, and not what others write in its name', async () => {
    await proposed('commented');
    const { id } = await forge.ensurePullRequest({
      marker: { kind: 'proposal', fleet: 'guide' },
      title: 't',
      body: 'b',
      branch: 'commented',
      base: 'main',
    });
    const comment = {
      pullRequest: id,
      marker: { kind: 'plan', fleet: 'guide' },
      body: 'plan',
      order: { run: 5, attempt: 1 },
    } as const;
    const mallory = at.forge({ token: at.twin.addToken({ kind: 'personal', login: 'mallory' }) });
    const forged = await mallory.ensureComment({ ...comment, body: 'forged', order: { run: 99, attempt: 9 } });
    const headers = { authorization: `Bearer ${at.twin.addToken({ kind: 'personal', login: 'mona' })}` };
    for (let number = 0; number < 120; number += 1) {
      await fetch(`${at.twin.apiUrl}/repos/${REPOSITORY}/issues/${id}/comments`, {
        method: 'POST',
        headers,
        body: '{"body":"a word"}',
      });
    }
    const made = await forge.ensureComment(comment);
    expect(made.operation).toBe('created');
    expect(made.id).not.toBe(forged.id);
    expect(await writesOf(() => forge.ensureComment({ ...comment, order: { run: 6, attempt: 1 }, footer: 'run 6' }))).toEqual([]);
    expect(await forge.ensureComment({ ...comment, body: 'other', order: { run: 6, attempt: 1 } })).toEqual({
      ...made,
      operation: 'updated',
    });
    expect(await forge.ensureComment({ ...comment, body: 'old', order: { run: 5, attempt: 2 } })).toEqual({
      ...made,
      operation: 'outdated',
    });
    const bodies = at.twin
      .repository(REPOSITORY)
      .comments.filter(({ number, author }) => number === id && author === 'github-actions[bot]');
    expect(bodies.map(({ body }) => body.split('\n').slice(1))).toEqual([['other']]);
  }, 60_000);
});

describe('checks, statuses, deployments', () => {
  const annotation = (line: number): Annotation => ({
    path: 'clusters.yaml',
    line,
    level: 'warning',
    title: 't',
    message: `m${line}`,
  });
  const check = (count: number, run: number) => ({
    sha: at.main,
    name: 'cn2-fleet plan (guide)',
    conclusion: 'failure' as const,
    output: { title: 't', summary: 's', annotations: Array.from({ length: count }, (_, index) => annotation(index + 1)) },
    order: { run, attempt: 1 },
    detailsUrl: 'http://run/1',
    footer: 'of http://run/1',
  });

  test('a check run has all its annotations, in order, and is made once', async () => {
    const made = await forge.ensureCheck(check(123, 5));
    expect(made.operation).toBe('created');
    const [run] = at.twin.repository(REPOSITORY).checkRuns;
    // GitHub does not look at the address of a workflow's check: the text alone leads to the run.
    expect(run).toMatchObject({ id: made.id, status: 'completed', conclusion: 'failure', detailsUrl: null });
    expect(run?.text).toBe('of http://run/1');
    expect(run?.annotations.map(({ message }) => message)).toEqual(Array.from({ length: 123 }, (_, index) => `m${index + 1}`));
    const later = { ...check(123, 6), detailsUrl: 'http://run/2', footer: 'of http://run/2' };
    expect(await writesOf(() => forge.ensureCheck(later))).toEqual([]);
    expect(await forge.ensureCheck(check(1, 6))).toMatchObject({ operation: 'created' });
    expect(await forge.ensureCheck(check(2, 5))).toMatchObject({ operation: 'outdated' });
    expect(at.twin.repository(REPOSITORY).checkRuns).toHaveLength(2);
  });

  test('all that one App says of a commit is in one check suite; Details of an App of our own lead to the run', async () => {
    const app = { id: 77, slug: 'fleet-app', name: 'Fleet' };
    const ours = at.forge({ token: at.twin.addToken({ app }) });
    await ours.ensureCheck({ ...check(1, 7), name: 'one' });
    await ours.ensureCheck({ ...check(1, 8), name: 'two' });
    await forge.ensureCheck({ ...check(2, 9), name: 'one' });
    const runs = at.twin.repository(REPOSITORY).checkRuns.filter(({ name }) => ['one', 'two'].includes(name));
    expect(runs.map(({ app: { id }, detailsUrl }) => [id, detailsUrl])).toEqual([
      [77, 'http://run/1'],
      [77, 'http://run/1'],
      [15368, null],
    ]);
    expect(new Set(runs.map(({ suite }) => suite)).size).toBe(2);
    expect(runs[0]?.suite).toBe(runs[1]?.suite);
  });

  test('a status is set where it is not so already', async () => {
    const status = { sha: at.main, context: 'cn2-fleet/apply (guide)', description: 'apply is running', url: 'http://run/1' };
    expect(await forge.statusOf(at.main, status.context)).toBeUndefined();
    expect(await forge.ensureStatus({ ...status, state: 'pending' })).toBe('created');
    expect(await writesOf(() => forge.ensureStatus({ ...status, state: 'pending', url: 'http://run/2' }))).toEqual([]);
    expect(await forge.ensureStatus({ ...status, state: 'success', description: 'done' })).toBe('updated');
    expect(await forge.ensureStatus({ ...status, context: 'other', state: 'failure' })).toBe('created');
    expect(await forge.statusOf(at.main, status.context)).toBe('success');
  });

  test('a deployment is made once, with its latest state', async () => {
    const deployment = { sha: at.main, environment: 'guide & co', description: 'apply is running', url: 'http://run/1' };
    const made = await forge.ensureDeployment({ ...deployment, state: 'in_progress' });
    expect(made).toMatchObject({ operation: 'created', url: `${at.twin.url}/${REPOSITORY}/deployments/guide%20%26%20co` });
    expect(await writesOf(() => forge.ensureDeployment({ ...deployment, state: 'in_progress' }))).toEqual([]);
    expect(await forge.ensureDeployment({ ...deployment, state: 'success' })).toEqual({ ...made, operation: 'updated' });
    const [kept, ...others] = at.twin.repository(REPOSITORY).deployments;
    expect(others).toEqual([]);
    expect(kept?.statuses.map(({ state }) => state)).toEqual(expect.arrayContaining(['in_progress', 'success']));
  });
});

describe('issues', () => {
  const issue = {
    marker: { kind: 'drift', fleet: 'guide', subject: 'cluster2' },
    title: 'cluster2 drifts',
    body: 'a',
    footer: 'run 1',
  } as const;
  const closed = { marker: issue.marker, body: 'clean again' };

  test('one is open per marker, changes, closes with a word, and the next drift opens another', async () => {
    expect(await forge.ensureIssueClosed(issue.marker, closed)).toBeUndefined();
    const made = await forge.ensureIssue(issue);
    expect(made).toMatchObject({ operation: 'created', url: `${at.twin.url}/${REPOSITORY}/issues/${made.id}` });
    expect(await writesOf(() => forge.ensureIssue({ ...issue, footer: 'run 2' }))).toEqual([]);
    expect(await forge.ensureIssue({ ...issue, body: 'b' })).toEqual({ ...made, operation: 'updated' });
    expect((await forge.ensureIssue({ ...issue, marker: { ...issue.marker, subject: 'cluster3' } })).id).not.toBe(made.id);
    expect(await forge.ensureIssueClosed(issue.marker, closed)).toEqual({ ...made, operation: 'updated' });
    expect(await writesOf(() => forge.ensureIssueClosed(issue.marker, closed))).toEqual([]);
    const next = await forge.ensureIssue(issue);
    expect(next).toMatchObject({ operation: 'created' });
    expect(next.id).toBeGreaterThan(made.id);
  });

  test('keep notes from run to run: those of open ones of ours, by subject', async () => {
    const marker = { kind: 'drift' as const, fleet: 'noted', subject: 'cluster-->2' };
    const notes = { looked: 'x', seen: { '<!-- -->': ['@a', '#1'] } };
    const made = await forge.ensureIssue({ ...issue, marker, notes });
    expect(await writesOf(() => forge.ensureIssue({ ...issue, marker, notes }))).toEqual([]);
    await forge.ensureIssue({ ...issue, marker: { ...marker, subject: 'cluster1' } });
    expect(await forge.issueNotes({ kind: 'drift', fleet: 'noted' })).toEqual(
      new Map<string, unknown>([
        ['cluster-->2', notes],
        ['cluster1', undefined],
      ]),
    );
    expect(await forge.ensureIssue({ ...issue, marker, notes: { looked: 'y' } })).toEqual({ ...made, operation: 'updated' });
    await forge.ensureIssueClosed(marker, closed);
    expect([...(await forge.issueNotes({ kind: 'drift', fleet: 'noted' })).keys()]).toEqual(['cluster1']);
  });

  test('of two opened at the same time one stays', async () => {
    const marker = { ...issue.marker, subject: 'raced' };
    const [one, two] = await Promise.all([forge.ensureIssue({ ...issue, marker }), at.forge().ensureIssue({ ...issue, marker })]);
    await forge.ensureIssue({ ...issue, marker });
    const open = at.twin.repository(REPOSITORY).issues.filter(({ state, body }) => state === 'open' && body?.includes('raced'));
    expect(open.map(({ number }) => number)).toEqual([Math.min(one.id, two.id)]);
  });
});

describe('a token', () => {
  test('that lacks a permission, is revoked, or sees no such repository is told what to do', async () => {
    const reader = at.forge({
      token: at.twin.addToken({ permissions: { contents: 'read', 'pull-requests': 'read' } }),
      permissions: permissionsOf('plan'),
    });
    const comment = {
      pullRequest: 1,
      marker: { kind: 'plan', fleet: 'guide' },
      body: 'x',
      order: { run: 1, attempt: 1 },
    } as const;
    expect(await refusalOf(reader.ensureComment(comment))).toMatchObject({
      reason: 'forbidden',
      permission: 'pull-requests: write',
      hint: 'give the job of the workflow this block:\npermissions:\n  contents: read\n  pull-requests: write\n  checks: write',
    });
    expect(
      await refusalOf(reader.ensureStatus({ sha: at.main, context: 'c', state: 'success', description: 'd' })),
    ).toMatchObject({
      reason: 'forbidden',
      permission: expect.stringContaining('statuses: '),
    });
    expect(await refusalOf(reader.commit({ parents: [at.main], message: 'm', write: { a: '1' }, remove: [] }))).toMatchObject({
      reason: 'forbidden',
      permission: 'contents: write',
    });
    const revoked = at.twin.addToken();
    at.twin.revokeToken(revoked);
    expect(await refusalOf(at.forge({ token: revoked }).defaultBranch())).toMatchObject({ reason: 'unauthorized' });
    const stranger = at.forge({ token: at.twin.addToken({ repositories: ['octo/other'] }) });
    expect(await refusalOf(stranger.defaultBranch())).toMatchObject({
      reason: 'not-found',
      message: expect.stringContaining(REPOSITORY),
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Forge } from '../../src/ports/forge.ts';
import { checkedForge } from '../support/checked-forge.ts';
import { type ForgeTwin, REPOSITORY, refusalOf } from '../support/forge-twin.ts';
import { answer, ScriptedApi } from '../support/scripted-api.ts';

let at: ForgeTwin;
let forge: Forge;

checkedForge((twin, its) => {
  at = twin;
  forge = its;
});

const git = () => at.twin.git(REPOSITORY);
const treeId = async (name: string) => (await git().run(['rev-parse', name])).trim();
const aside = (name: string) => forge.commit({ parents: [at.main], message: name, write: { [name]: name }, remove: [] });
/** What is allowed at once where GitHub does not know the mutation, or not for this token. */
const withoutMutation = () => at.twin.faults.add({ method: 'POST', path: '/graphql', fault: { kind: 'status', status: 404 } });

describe('the tree that files would be', () => {
  test.each([
    ['written and removed', { 'rendered/plan.json': 'x\n', 'rendered/new/ü x.yaml': 'ü\0\n' }, ['rendered/cluster1/b.yaml']],
    ['all of a folder removed', { 'rendered/plan.json': 'x\n' }, ['rendered/cluster2/deep/c.yaml', 'rendered/never/was']],
    ['at the top', { 'a-b': '1', a: '2', 'rendered.txt': '3' }, ['clusters.yaml']],
    ['deep in a folder that is not there', { 'x/y/z.yaml': 'z\n' }, []],
    ['in one folder alone', { 'rendered/cluster1/a.yaml': 'a: 2\n' }, []],
  ])('is what the commit has: %s', async (_, write, remove) => {
    const before = at.writes().length;
    const tree = await forge.treeWith(at.main, { write, remove });
    expect(at.writes().length).toBe(before);
    const sha = await forge.commit({ parents: [at.main], message: 'm', write, remove });
    expect(tree).toBe(await treeId(`${sha}^{tree}`));
  });

  test('keeps modes, links and submodules that nobody names, and is one without a folder', async () => {
    const folder = at.twin.repository(REPOSITORY);
    expect(folder.defaultBranch).toBe('main');
    const blob = await treeId(`${at.main}:clusters.yaml`);
    const api = async (path: string, body: object) => {
      const response = await fetch(`${at.twin.apiUrl}/repos/${REPOSITORY}/git/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${at.twin.addToken()}` },
        body: JSON.stringify(body),
      });
      return ((await response.json()) as { sha: string }).sha;
    };
    const tree = await api('trees', {
      base_tree: await treeId(`${at.main}^{tree}`),
      tree: [
        { path: 'rendered/run.sh', mode: '100755', type: 'blob', sha: blob },
        { path: 'rendered/link', mode: '120000', type: 'blob', sha: blob },
        { path: 'rendered/module', mode: '160000', type: 'commit', sha: at.main },
        { path: 'a/rendered/x', mode: '100644', type: 'blob', sha: blob },
      ],
    });
    const odd = await api('commits', { message: 'odd', tree, parents: [at.main] });
    const write = { 'rendered/plan.json': 'x\n' };
    const sha = await forge.commit({ parents: [odd], message: 'm', write, remove: [] });
    expect(await forge.treeWith(odd, { write, remove: [] })).toBe(await treeId(`${sha}^{tree}`));
    const bare = await api('commits', { message: 'bare', tree, parents: [at.main] });
    const gone = await git().run(['ls-tree', '-r', '--name-only', bare, 'rendered/']);
    const without = await forge.commit({ parents: [bare], message: 'm', write: {}, remove: gone.split('\n') });
    expect(await forge.treeWithout(odd, 'rendered')).toBe(await treeId(`${without}^{tree}`));
    expect(await forge.treeWithout(odd, 'never/there')).toBe(tree);
    expect(await forge.treeWithout(odd, 'a/rendered')).toBe(await forge.treeWithout(odd, 'a'));
  });

  test('a commit takes a folder over whole', async () => {
    const other = await forge.commit({
      parents: [at.main],
      message: 'm',
      write: { 'rendered/only.yaml': 'x\n', 'top.yaml': 'y\n' },
      remove: ['rendered/plan.json', 'rendered/cluster2/deep/c.yaml'],
    });
    const merge = await forge.commit({
      parents: [other, at.main],
      filesOf: at.main,
      folderOf: { folder: 'rendered', commit: other },
      message: 'merge',
      write: {},
      remove: [],
    });
    expect(await treeId(`${merge}:rendered`)).toBe(await treeId(`${other}:rendered`));
    expect(await forge.treeWithout(merge, 'rendered')).toBe(await forge.treeWithout(at.main, 'rendered'));
  });
});

describe('a branch that is moved', () => {
  test('aside, only from the commit it was seen with', async () => {
    const [one, two, three] = [await aside('one'), await aside('two'), await aside('three')];
    await forge.advanceBranch('moved', one);
    expect(await forge.replaceBranch('moved', one, two)).toBe(true);
    expect(await forge.branchHead('moved')).toBe(two);
    expect(await refusalOf(forge.replaceBranch('moved', one, three))).toMatchObject({ reason: 'moved' });
    expect(await forge.branchHead('moved')).toBe(two);
    expect(await refusalOf(forge.replaceBranch('never', one, three))).toMatchObject({
      reason: 'moved',
      message: 'the branch never was deleted in the meantime',
    });
  });

  test('not at all where GitHub cannot do it in one step, or a rule forbids it', async () => {
    const [one, two] = [await aside('four'), await aside('five')];
    await forge.advanceBranch('kept', one);
    withoutMutation();
    expect(await forge.replaceBranch('kept', one, two)).toBe(false);
    await at.twin.protect(REPOSITORY, 'kept', 'ruleset');
    expect(await forge.replaceBranch('kept', one, two)).toBe(false);
    await at.twin.protect(REPOSITORY, 'kept', undefined);
    const reader = at.forge({ token: at.twin.addToken({ permissions: { contents: 'read' } }) });
    expect(await reader.replaceBranch('kept', one, two)).toBe(false);
    expect(await forge.branchHead('kept')).toBe(one);
  });

  test('forward, only from the commit it was seen with', async () => {
    const one = await aside('six');
    const two = await forge.commit({ parents: [one], message: 'm', write: { a: '1' }, remove: [] });
    expect(await refusalOf(forge.advanceBranch('forward', two, one))).toMatchObject({ reason: 'moved' });
    await forge.advanceBranch('forward', one, null);
    expect(await refusalOf(forge.advanceBranch('forward', two, null))).toMatchObject({ reason: 'moved' });
    expect(await refusalOf(forge.advanceBranch('forward', two, at.main))).toMatchObject({ reason: 'moved' });
    expect(await forge.branchHead('forward')).toBe(one);
    await forge.advanceBranch('forward', two, one);
    await forge.advanceBranch('forward', two, one);
    expect(await forge.branchHead('forward')).toBe(two);
    at.twin.faults.add({
      method: 'PATCH',
      path: /\/git\/refs\//,
      fault: { kind: 'call', run: () => forge.removeBranch('forward') },
    });
    const three = await forge.commit({ parents: [two], message: 'm', write: { a: '2' }, remove: [] });
    expect(await refusalOf(forge.advanceBranch('forward', three, two))).toMatchObject({
      reason: 'moved',
      message: 'the branch forward was deleted in the meantime',
    });
    expect(await forge.branchHead('forward')).toBeUndefined();
  });

  test.each([false, true])(
    'away, only from the commit it was seen with (GitHub cannot do it in one step: %s)',
    async (unable) => {
      const [one, two] = [await aside('seven'), await aside('eight')];
      await forge.advanceBranch('away', one);
      if (unable) withoutMutation();
      expect(await refusalOf(forge.removeBranch('away', two))).toMatchObject({ reason: 'moved' });
      expect(await forge.branchHead('away')).toBe(one);
      if (unable) withoutMutation();
      await forge.removeBranch('away', one);
      await forge.removeBranch('away', one);
      expect(await forge.branchHead('away')).toBeUndefined();
    },
  );
});

describe('what a branch has', () => {
  test('says who made it, and whether the forge vouches for that', async () => {
    const signed = await aside('signed');
    const person = at.forge({ token: at.twin.addToken({ kind: 'personal', login: 'mona' }) });
    const unsigned = await person.commit({ parents: [signed], message: 'm', write: { a: '1' }, remove: [] });
    const copied = await git().run(['hash-object', '-t', 'commit', '-w', '--stdin'], {
      input: `${(await git().run(['cat-file', 'commit', signed])).replace(/^parent .*$/m, `parent ${unsigned}`)}\n`,
    });
    const pushed = await git().run(['commit-tree', `${copied}^{tree}`, '-p', copied, '-m', 'by hand'], {
      env: { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'a@b.c', GIT_COMMITTER_NAME: 'Bo', GIT_COMMITTER_EMAIL: 'b@b.c' },
    });
    const { commits, mergeBase, signsBots, status } = await forge.history('main', pushed.trim());
    const bot = { author: 'github-actions[bot]', account: 'bot', committer: 'web-flow' };
    expect(commits).toMatchObject([
      { sha: signed, ...bot, signature: 'forge', tree: await treeId(`${signed}^{tree}`) },
      { sha: unsigned, author: 'mona', account: 'user', committer: 'mona', signature: 'none' },
      { ...bot, signature: 'other' },
      { author: 'Ada', account: 'none', committer: 'Bo', signature: 'none' },
    ]);
    expect({ mergeBase, signsBots, status }).toEqual({ mergeBase: at.main, signsBots: true, status: 'ahead' });
    expect([await forge.contains(signed, at.main), await forge.contains(signed, signed)]).toEqual([true, true]);
    expect([await forge.contains(at.main, signed), await forge.contains(await aside('nine'), signed)]).toEqual([false, false]);
  });

  test('a server of somebody’s own does not sign what bots commit', async () => {
    const compared = { status: 'identical', total_commits: 0, commits: [], merge_base_commit: { sha: at.main } };
    await using server = await ScriptedApi.start((_, response) =>
      answer(response, 200, compared, { 'x-github-enterprise-version': '3.16.0' }),
    );
    expect(await at.forge({ apiUrl: server.url }).history(at.main, at.main)).toMatchObject({ signsBots: false });
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { ForgeError } from '../../../src/ports/forge.ts';
import { carryOut, keepOpen } from '../../../src/proposal/carry-out.ts';
import type { Wanted } from '../../../src/proposal/decide.ts';
import { seeOver } from '../../../src/proposal/seen.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { forgeOf, repositoryOf } from '../../support/memory-forge.ts';
import { type MemoryCommit, MemoryHub } from '../../support/memory-hub.ts';
import { testPorts } from '../../support/ports.ts';

const BRANCH = 'cn2-fleet/guide';
const FIRST = { 'clusters.yaml': 'one\n', 'rendered/a.yaml': 'a: 1\n', 'rendered/b.yaml': 'b: 1\n' };

let hub: MemoryHub;

beforeEach(() => {
  hub = new MemoryHub();
  hub.move('main', hub.commit({ parents: [], files: FIRST, message: 'first' }).sha);
});

function ports() {
  return { ...testPorts(memoryFiles({})), forge: forgeOf(hub), repository: repositoryOf(hub.main) };
}

/** A proposal on a commit of main that changes a.yaml to this and removes b.yaml. */
function proposal(a: string, change: Partial<Wanted> = {}): Wanted {
  const write = { 'a.yaml': a };
  return {
    fleet: 'guide',
    branch: BRANCH,
    base: { name: 'main', sha: hub.main.sha, folder: 'rendered' },
    title: 'Attach cluster2',
    body: `a becomes ${a}`,
    files: { ...write, 'plan.json': `plan of ${a}` },
    comparison: { write, remove: ['b.yaml'], created: [], updated: ['a.yaml'], unchanged: [], foreign: [] },
    ...change,
  };
}

function head(): MemoryCommit {
  return hub.at(hub.branches.get(BRANCH) ?? '');
}

/** Somebody does this just before the tool's first request of that name. */
function meanwhile(request: string, work: () => void): void {
  let done = false;
  hub.onRequest = (name) => {
    if (done || name !== request) return;
    done = true;
    work();
  };
}

describe('a branch of ours', () => {
  test('is made from the base with exactly the changes, and a pull request of it', async () => {
    const result = await keepOpen(ports(), proposal('a: 2\n'));
    expect(head().files).toEqual({
      'clusters.yaml': 'one\n',
      'rendered/a.yaml': 'a: 2\n',
      'rendered/plan.json': 'plan of a: 2\n',
    });
    expect(head().parents).toEqual([hub.main.sha]);
    expect(head().message).toMatch(
      /^Attach cluster2\n\n[\s\S]*\nCn2-Fleet-Content: sha256:[0-9a-f]{64}\nCn2-Fleet-Tree: [0-9a-f]{40}\n$/,
    );
    expect(result).toEqual({
      operation: 'created',
      branch: BRANCH,
      number: 1,
      url: 'https://forge.example/1',
      headSha: head().sha,
      title: 'Attach cluster2',
    });
    expect(hub.openPull()).toMatchObject({ headBranch: BRANCH, baseBranch: 'main', body: 'a becomes a: 2\n' });
  });

  test('is left alone by the same proposal', async () => {
    const { headSha } = await keepOpen(ports(), proposal('a: 2\n'));
    const commits = hub.commits.size;
    expect(await keepOpen(ports(), proposal('a: 2\n'))).toMatchObject({ operation: 'unchanged', headSha });
    expect(hub.commits.size).toBe(commits);
  });

  test('is left alone where only the text of the pull request changes', async () => {
    const { headSha } = await keepOpen(ports(), proposal('a: 2\n'));
    const result = await keepOpen(ports(), proposal('a: 2\n', { body: 'said better' }));
    expect(result).toMatchObject({ operation: 'updated', headSha });
    expect(hub.openPull()?.body).toBe('said better');
  });

  test('moves forward with other content, and what the first proposal wrote is gone', async () => {
    const { headSha: first } = await keepOpen(ports(), proposal('a: 2\n'));
    expect(await keepOpen(ports(), proposal('a: 3\n'))).toMatchObject({ operation: 'updated', number: 1 });
    expect(head().parents).toEqual([first]);
    expect(head().files['rendered/a.yaml']).toBe('a: 3\n');
  });

  test('is as good as it was when the base has moved on elsewhere', async () => {
    const { headSha } = await keepOpen(ports(), proposal('a: 2\n'));
    hub.push('main', { 'README.md': 'new\n' });
    expect(await keepOpen(ports(), proposal('a: 2\n'))).toMatchObject({ operation: 'unchanged', headSha });
  });

  test('takes the base in by a merge of its own before it changes again', async () => {
    const { headSha: first } = await keepOpen(ports(), proposal('a: 2\n'));
    const { sha: base } = hub.push('main', { 'README.md': 'new\n' });
    await keepOpen(ports(), proposal('a: 3\n'));
    const [merge = ''] = head().parents;
    expect(hub.at(merge)).toMatchObject({ parents: [first, base], message: `Merge branch 'main' into ${BRANCH}\n` });
    expect(hub.at(merge).files['rendered/a.yaml']).toBe('a: 2\n');
    expect(head().files).toMatchObject({ 'README.md': 'new\n', 'rendered/a.yaml': 'a: 3\n' });
  });

  test('is made anew from the base where no pull request is open', async () => {
    await keepOpen(ports(), proposal('a: 2\n'));
    hub.pulls[0]!.open = false;
    const { sha: base } = hub.push('main', { 'README.md': 'new\n' });
    expect(await keepOpen(ports(), proposal('a: 3\n'))).toMatchObject({ operation: 'created', number: 2 });
    expect(head().parents).toEqual([base]);
  });
});

describe('a branch with more than ours', () => {
  test('a commit of a person is named, and nothing is changed', async () => {
    await keepOpen(ports(), proposal('a: 2\n'));
    const { sha } = hub.push(BRANCH, { 'rendered/a.yaml': 'a: mine\n' }, 'my fix\n\nlong story');
    const commits = hub.commits.size;
    await expect(keepOpen(ports(), proposal('a: 3\n'))).rejects.toMatchObject({
      name: 'UserError',
      message: `branch ${BRANCH} has a commit that cn2-fleet did not create: ${sha.slice(0, 7)} by ada (“my fix”); nothing was changed`,
    });
    expect(head().sha).toBe(sha);
    expect(hub.commits.size).toBe(commits);
  });

  test('one that has no history in common with the base is nobody’s proposal', async () => {
    await keepOpen(ports(), proposal('a: 2\n'));
    hub.onRequest = (name) => {
      if (name === 'history') throw new ForgeError('nothing in common', { reason: 'not-found', hint: 'look' });
    };
    await expect(keepOpen(ports(), proposal('a: 2\n'))).rejects.toThrow(
      `branch ${BRANCH} has no history in common with main, so cn2-fleet did not create it; nothing was changed`,
    );
  });
});

describe('somebody was faster', () => {
  test('another run with the same proposal: there is nothing left to push', async () => {
    const input = proposal('a: 2\n');
    const other = hub.fork();
    await keepOpen({ ...ports(), forge: forgeOf(other) }, input);
    const made = other.branches.get(BRANCH) ?? '';
    meanwhile('advanceBranch', () => {
      hub.commits.set(made, other.at(made));
      hub.branches.set(BRANCH, made);
      // A branch that is there already cannot be made.
      throw new ForgeError(`branch ${BRANCH} has moved`, { reason: 'moved', hint: 'again' });
    });
    expect(await keepOpen(ports(), input)).toMatchObject({ operation: 'created', headSha: made });
  });

  test('another run that knows more: nothing of it is overwritten, and this one fails', async () => {
    await keepOpen(ports(), proposal('a: 2\n'));
    const other = hub.fork();
    await keepOpen({ ...ports(), forge: forgeOf(other) }, proposal('a: 4\n'));
    const theirs = other.branches.get(BRANCH) ?? '';
    meanwhile('advanceBranch', () => {
      hub.commits.set(theirs, other.at(theirs));
      hub.branches.set(BRANCH, theirs);
    });
    await expect(keepOpen(ports(), proposal('a: 3\n'))).rejects.toMatchObject({ name: 'ForgeError', reason: 'moved' });
    expect(head().sha).toBe(theirs);
  });

  test('a person who commits meanwhile is told from a run', async () => {
    await keepOpen(ports(), proposal('a: 2\n'));
    meanwhile('advanceBranch', () => hub.push(BRANCH, { 'rendered/a.yaml': 'a: mine\n' }, 'my fix'));
    await expect(keepOpen(ports(), proposal('a: 3\n'))).rejects.toThrow(/has a commit that cn2-fleet did not create/);
    expect(head().message).toBe('my fix');
  });

  test('the rendered folder changes on the base meanwhile: this run steps back and says so', async () => {
    const outer = ports();
    meanwhile('commit', () => hub.push('main', { 'rendered/a.yaml': 'a: 9\n' }));
    expect(await keepOpen(outer, proposal('a: 2\n'))).toEqual({ operation: 'outdated', branch: BRANCH });
    expect(hub.branches.has(BRANCH)).toBe(false);
    expect(hub.pulls).toEqual([]);
    expect(outer.events).toEqual([
      {
        type: 'warning',
        text: 'rendered/ has changed on main in the meantime: propose from its newest commit, not from this one',
      },
    ]);
  });

  test('the pull request is merged while this run pushes: the branch that it has made again goes', async () => {
    await keepOpen(ports(), proposal('a: 2\n'));
    const input = proposal('a: 3\n');
    let pushed = false;
    hub.onRequest = (name) => {
      if (name === 'advanceBranch') pushed = true;
      if (!pushed || name !== 'openPullRequest') return;
      hub.onRequest = () => undefined;
      expect(hub.mergePull(1, 'merge')).toBe(true);
    };
    expect(await keepOpen(ports(), input)).toEqual({ operation: 'outdated', branch: BRANCH });
    expect(hub.branches.has(BRANCH)).toBe(false);
    expect(hub.pulls).toHaveLength(1);
  });
});

describe('a proposal that is no longer needed', () => {
  const close = async (why: 'nothing' | 'approved') => {
    const base = { name: 'main', sha: hub.main.sha, folder: 'rendered' };
    const decided = await seeOver(forgeOf(hub), { fleet: 'guide', branch: BRANCH, base, why });
    return decided === undefined ? undefined : await carryOut(ports(), decided);
  };

  test('without a pull request there is nothing to close', async () => {
    expect(await close('nothing')).toBeUndefined();
  });

  test('it is closed, and its branch goes', async () => {
    const { headSha } = await keepOpen(ports(), proposal('a: 2\n'));
    expect(await close('approved')).toMatchObject({ operation: 'closed', number: 1, headSha });
    expect(hub.openPull()).toBeUndefined();
    expect(hub.branches.has(BRANCH)).toBe(false);
  });

  test('a branch with a commit of a person stays', async () => {
    await keepOpen(ports(), proposal('a: 2\n'));
    const { sha } = hub.push(BRANCH, { 'rendered/a.yaml': 'a: mine\n' });
    expect(await close('nothing')).toMatchObject({ operation: 'closed' });
    expect(hub.openPull()).toBeUndefined();
    expect(head().sha).toBe(sha);
  });

  test('and so does one to which somebody adds meanwhile', async () => {
    await keepOpen(ports(), proposal('a: 2\n'));
    meanwhile('removeBranch', () => hub.push(BRANCH, { 'rendered/a.yaml': 'a: mine\n' }, 'late'));
    expect(await close('nothing')).toMatchObject({ operation: 'closed' });
    expect(head().message).toBe('late');
  });
});

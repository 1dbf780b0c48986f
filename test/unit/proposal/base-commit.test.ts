import { expect, test } from '@jest/globals';
import { checkoutOf } from '../../../src/checkout/checkout.ts';
import { ForgeError } from '../../../src/ports/forge.ts';
import { type BaseCommit, baseCommit } from '../../../src/proposal/base-commit.ts';
import { planOffline } from '../../../src/survey/live-plan.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { forgeOf, repositoryOf } from '../../support/memory-forge.ts';
import { MemoryHub } from '../../support/memory-hub.ts';
import type { Tree } from '../../support/memory-trees.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { declaredFiles, PLAIN } from '../../support/trust-fleet.ts';

const FILES: Tree = { ...declaredFiles(PLAIN), 'README.md': 'ours\n' };

/** A repository whose main has the guide. */
function hubWithGuide(): MemoryHub {
  const hub = new MemoryHub();
  hub.move('main', hub.commit({ parents: [], files: FILES, message: 'first' }).sha);
  return hub;
}

/** What is asked of a checkout of a commit. `read`: files that are read otherwise than the commit has them. */
async function asked(
  hub: MemoryHub,
  sha: string,
  { base, uncommitted = [], read = {} }: { base?: string; uncommitted?: string[]; read?: Record<string, string> } = {},
): Promise<BaseCommit> {
  const files = memoryFiles({ ...hub.at(sha).files, ...read });
  const repository = { ...repositoryOf(hub.at(sha)), uncommitted: async () => uncommitted };
  const ports = { ...testPorts(files), forge: forgeOf(hub), repository };
  const checkout = checkoutOf(files, OPTIONS);
  return await baseCommit(ports, checkout, (await planOffline(checkout, {})).prepared, base);
}

test('the head of the default branch is what a proposal is made on', async () => {
  const hub = hubWithGuide();
  const { sha } = hub.main;
  expect(await asked(hub, sha)).toEqual({ name: 'main', sha, folder: 'rendered' });
});

test('a branch that has moved on without touching the fleet: its head', async () => {
  const hub = hubWithGuide();
  const { sha } = hub.main;
  const { sha: head } = hub.push('main', { 'README.md': 'theirs\n' });
  expect(await asked(hub, sha)).toEqual({ name: 'main', sha: head, folder: 'rendered' });
});

test.each(['clusters.yaml', 'cn2/22.2/central_cluster_deployer_example.yaml', 'rendered/plan.json'])(
  'one on which %s has changed: nothing is proposed, and it says why',
  async (path) => {
    const hub = hubWithGuide();
    const { sha } = hub.main;
    hub.push('main', { [path]: `${FILES[path] ?? ''}# changed\n` });
    expect(await asked(hub, sha)).toEqual({
      name: 'main',
      sha,
      folder: 'rendered',
      outdated: 'the fleet has changed on main since this commit: propose from its newest commit, not from this one',
    });
  },
);

test('another branch is taken where it is named, and has to be there', async () => {
  const hub = hubWithGuide();
  const { sha } = hub.main;
  hub.move('release', sha);
  hub.push('main', { 'clusters.yaml': 'kind: Other\n' });
  expect(await asked(hub, sha, { base: 'release' })).toEqual({ name: 'release', sha, folder: 'rendered' });
  await expect(asked(hub, sha, { base: 'gone' })).rejects.toMatchObject({
    name: 'UserError',
    message: 'the repository has no branch gone',
  });
});

test('a commit beside the branch, or one that the forge has never seen, is refused', async () => {
  const hub = hubWithGuide();
  hub.move('topic', hub.main.sha);
  const { sha } = hub.push('topic', { 'README.md': 'mine\n' });
  const words = `commit ${sha.slice(0, 7)} is checked out, but it is not on main: a proposal is made from what main contains`;
  await expect(asked(hub, sha)).rejects.toMatchObject({ name: 'UserError', message: words });
  hub.onRequest = (name) => {
    if (name === 'compare') throw new ForgeError('no such commit', { reason: 'not-found', hint: 'push it' });
  };
  await expect(asked(hub, sha)).rejects.toMatchObject({ name: 'UserError', message: words });
});

test('a forge that does not answer is no commit beside the branch', async () => {
  const hub = hubWithGuide();
  const { sha } = hub.main;
  hub.push('main', { 'README.md': 'theirs\n' });
  hub.onRequest = (name) => {
    if (name === 'compare') throw new ForgeError('no answer', { reason: 'unreachable', hint: 'later' });
  };
  await expect(asked(hub, sha)).rejects.toMatchObject({ reason: 'unreachable' });
});

test.each([
  [['clusters.yaml'], 'clusters.yaml is not committed: a proposal is made from what main contains'],
  [['clusters.yaml', 'cn2/a', 'cn2/b'], 'clusters.yaml and 2 more are not committed: a proposal is made from what main contains'],
])('what is not committed is named: %j', async (uncommitted, message) => {
  const hub = hubWithGuide();
  await expect(asked(hub, hub.main.sha, { uncommitted })).rejects.toMatchObject({ name: 'UserError', message });
});

test('a file that git gives otherwise than it has it is refused, though git calls nothing modified', async () => {
  const hub = hubWithGuide();
  const read = { 'clusters.yaml': `${FILES['clusters.yaml']}# filtered\n` };
  await expect(asked(hub, hub.main.sha, { read })).rejects.toMatchObject({
    name: 'UserError',
    message: 'clusters.yaml differs from the commit: a proposal is made from what main contains',
  });
});

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ApplyOptions, applyCommand } from '../../src/commands/apply.ts';
import { APPLY_OPTIONS, type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
});
afterEach(async () => world[Symbol.asyncDispose]());

/** As in a job. */
async function apply(options: Partial<ApplyOptions> = {}) {
  const forge = world.forge('apply');
  const ports = world.ports(forge);
  const job = { forge, page: (branch: string, folder: string) => `${branch}/${folder}` };
  const { document } = await applyCommand(ports, { ...APPLY_OPTIONS, repository: ports.repository, job, ...options });
  return { outcome: document.outcome, reason: document.reason };
}

const commit = (branch: string, files: Record<string, string | undefined>) =>
  world.hub.twin.commit(REPOSITORY, { branch, files, author: 'ada' });

async function approve(base = 'main'): Promise<string> {
  const { number } = await world.propose({ base });
  await world.hub.merge(number ?? 0);
  return world.checkOut(base);
}

test('what lies beside the manifests and is no YAML stops no apply', async () => {
  await commit('main', { 'cn2/22.2/package.json': '{}\n', 'cn2/22.2/README.md': 'as downloaded\n' });
  await world.checkOut();
  await approve();
  expect(await apply()).toEqual({ outcome: 'done' });
});

test('a commit has its own content, whatever the clone calls its replacement', async () => {
  const head = await approve();
  const text = await world.hub.file('main', 'clusters.yaml');
  await commit('topic', { 'clusters.yaml': text.replace('vn: vn3', 'vn: other') });
  await world.checkOut('topic');
  const other = await approve('topic');
  // As a step, or another job on the same runner, may have left it there.
  await world.git('replace', head, other);
  await world.git('checkout', '--quiet', '--force', '--detach', head);
  await world.git('reset', '--quiet', '--hard', head);
  expect(await apply()).toEqual({ outcome: 'stopped', reason: expect.stringContaining('not of this commit') });
  expect(world.cn2.central.peek('VirtualNetwork', 'alone', 'vn3')).toBeUndefined();
});

test('a plan outside of the rendered folder has to be the newest, too', async () => {
  await approve();
  const plan = await world.hub.file('main', 'rendered/plan.json');
  await commit('main', { 'approved.json': plan });
  await commit('topic', { 'approved.json': `${plan}\n` });
  await world.checkOut('topic');
  expect(await apply({ plan: 'approved.json' })).toEqual({
    outcome: 'stopped',
    reason: expect.stringContaining('approved.json of commit'),
  });
  await world.checkOut();
  expect(await apply({ plan: 'approved.json' })).toEqual({ outcome: 'done' });
});

test('nothing is proposed from files that git was told not to look at', async () => {
  await world.git('update-index', '--skip-worktree', 'clusters.yaml');
  appendFileSync(join(world.folder, 'clusters.yaml'), '# mine\n');
  await expect(world.propose()).rejects.toThrow('clusters.yaml differs from the commit: a proposal is made from what main contains');
  expect(world.hub.head('cn2-fleet/guide')).toBeUndefined();
});

test('a pull request is not judged by what a filter makes of its files', async () => {
  const text = await world.hub.file('main', 'clusters.yaml');
  const number = await world.hub.openPull('encoded', {
    '.gitattributes': 'clusters.yaml ident\n',
    'clusters.yaml': `# $Id$\n${text}`,
  });
  const sha = await world.checkOut(`refs/pull/${number}/merge`);
  const { headSha, baseBranch } = world.hub.issue(number).pull!;
  const pullRequest = { number, headSha, baseBranch, untrusted: false };
  const { document, conditions } = await world.verb(['plan'], { origin: { event: 'pull_request', sha, pullRequest } });
  expect(document.findings?.map(({ message }) => message)).toContain('clusters.yaml differs from the commit');
  expect(conditions).toContain('rule-broken');
});

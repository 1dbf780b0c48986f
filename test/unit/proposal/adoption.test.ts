import { beforeEach, expect, test } from '@jest/globals';
import { type AdoptionWanted, keepAdoption } from '../../../src/proposal/adoption.ts';
import { forgeOf } from '../../support/memory-forge.ts';
import { MemoryHub } from '../../support/memory-hub.ts';

const BRANCH = 'cn2-fleet-adopt/guide.cluster2';
let hub: MemoryHub;
let wanted: AdoptionWanted;

beforeEach(() => {
  hub = new MemoryHub();
  hub.move('main', hub.commit({ parents: [], files: { 'clusters.yaml': 'a: 1\n', other: 'x' }, message: 'first' }).sha);
  wanted = {
    fleet: 'guide',
    cluster: 'cluster2',
    base: { name: 'main', sha: hub.main.sha, folder: 'rendered' },
    title: 'Adopt what drifted on cluster2',
    body: 'what',
    write: { 'clusters.yaml': 'a: 2\n' },
  };
});

const keep = (more: Partial<AdoptionWanted> = {}) => keepAdoption(forgeOf(hub), { ...wanted, ...more });
const filesOf = (branch: string) => hub.at(hub.branches.get(branch)!).files;

test('one commit on the base in a branch of the cluster, one pull request; again, nothing', async () => {
  const first = await keep();
  expect(first).toMatchObject({ operation: 'created', branch: BRANCH, number: 1, title: wanted.title });
  expect(filesOf(BRANCH)).toEqual({ 'clusters.yaml': 'a: 2\n', other: 'x' });
  const again = await keep();
  expect(again).toEqual({ ...first, operation: 'unchanged' });
});

test('what drifted since, and a base that has moved on, take the place of the commit', async () => {
  await keep();
  expect(await keep({ write: { 'clusters.yaml': 'a: 3\n' } })).toMatchObject({ operation: 'updated', number: 1 });
  expect(filesOf(BRANCH)['clusters.yaml']).toBe('a: 3\n');
  hub.push('main', { 'clusters.yaml': 'a: 1\n', other: 'y' }, 'other');
  await keep({ write: { 'clusters.yaml': 'a: 3\n' }, base: { ...wanted.base, sha: hub.main.sha } });
  expect(filesOf(BRANCH)).toEqual({ 'clusters.yaml': 'a: 3\n', other: 'y' });
  expect(hub.at(hub.branches.get(BRANCH)!).parents).toEqual([hub.main.sha]);
});

test('a commit of a person is not overwritten', async () => {
  await keep();
  hub.push(BRANCH, { 'clusters.yaml': 'a: 2 # mine\n', other: 'x' }, 'mine');
  const head = hub.branches.get(BRANCH);
  await expect(keep({ write: { 'clusters.yaml': 'a: 3\n' } })).rejects.toThrow(
    /has a commit of .*: what drifted is not adopted over it/,
  );
  expect(hub.branches.get(BRANCH)).toBe(head);
});

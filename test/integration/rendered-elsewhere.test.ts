import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gitRepository } from '../../src/adapters/git/repository.ts';
import { nodeFiles } from '../../src/adapters/node/files.ts';
import { applyCommand } from '../../src/commands/apply.ts';
import { proposeCommand } from '../../src/commands/propose.ts';
import { APPLY_OPTIONS, type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
});
afterEach(async () => world[Symbol.asyncDispose]());

test('a rendered folder that is not below the declaration is proposed where it is, and applied from there', async () => {
  const root = join(world.folder, 'fleets/east');
  mkdirSync(root, { recursive: true });
  for (const name of ['clusters.yaml', 'cn2']) renameSync(join(world.folder, name), join(root, name));
  await world.git('add', '--all');
  await world.git('commit', '--quiet', '--message', 'a folder for each fleet');
  await world.git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  const repository = gitRepository(root, { PATH: process.env['PATH'], HOME: root });
  const ports = { ...world.ports(world.forge('propose')), files: nodeFiles(root), repository };
  const shown = { shownFile: 'fleets/east/clusters.yaml', shownFolder: 'fleets/east/', rendered: '../../out/east' };
  const options = { ...APPLY_OPTIONS, ...shown, plan: '../../out/east/plan.json' };

  expect((await proposeCommand(ports, options)).document.proposal).toMatchObject({ operation: 'created' });
  const paths = await world.hub.twin.git(REPOSITORY).run(['ls-tree', '--name-only', 'cn2-fleet/guide:out/east']);
  expect(paths.split('\n')).toEqual(['cluster1', 'cluster2', 'fleet.json', 'index.json', 'plan.json']);
  const mark = world.hub.mark();
  expect((await proposeCommand(ports, options)).document.proposal).toMatchObject({ operation: 'unchanged' });
  expect(world.hub.writes(mark)).toEqual([]);

  await world.checkOut('cn2-fleet/guide');
  expect((await applyCommand(ports, options)).document).toMatchObject({ outcome: 'done' });
});

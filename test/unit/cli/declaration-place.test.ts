import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { declarationPlace } from '../../../src/cli/declaration-place.ts';

test('a declaration here needs no folder before its paths', () => {
  const { local, ...place } = declarationPlace('clusters.yaml');
  expect(place).toEqual({ file: 'clusters.yaml', shownFile: 'clusters.yaml', shownFolder: '', folder: process.cwd() });
  expect([local('rendered'), local('../out'), local(join(process.cwd(), 'a', 'b'))]).toEqual(['rendered', '../out', 'a/b']);
});

test('paths of the command line are from where the user is, those of a run from the folder of the declaration', () => {
  const { local, ...place } = declarationPlace('fleets/east/clusters.yaml');
  expect(place).toMatchObject({ file: 'clusters.yaml', shownFolder: 'fleets/east/', folder: join(process.cwd(), 'fleets/east') });
  expect([local('fleets/east/rendered'), local('out')]).toEqual(['rendered', '../../out']);
});

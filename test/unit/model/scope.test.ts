import { expect, test } from '@jest/globals';
import { scopeOf } from '../../../src/model/scope.ts';
import { guideDeclaration, THREE_CLUSTERS } from '../../support/guide-fleet.ts';

const fleet = guideDeclaration(THREE_CLUSTERS).fleet!;

test('without names it is the whole fleet', () => {
  const scope = scopeOf(fleet);
  expect([scope.only, scope.isWhole, scope.has('cluster1'), scope.has('cluster3')]).toEqual([[], true, true, true]);
});

test('named clusters alone are in scope', () => {
  const scope = scopeOf(fleet, ['cluster2', 'cluster1']);
  expect([scope.only, scope.isWhole]).toEqual([['cluster2', 'cluster1'], false]);
  expect(['cluster1', 'cluster2', 'cluster3', ''].map(scope.has)).toEqual([true, true, false, false]);
});

test('a name that the fleet does not have is refused, with those that it has', () => {
  expect(() => scopeOf(fleet, ['cluster2', 'x'])).toThrow('--only x: the fleet does not have this cluster');
});

import { describe, expect, test } from '@jest/globals';
import { generatedFleet, withMoreNetworks } from '../../../bench/generated-fleet.ts';
import { percentile } from '../../../bench/statistics.ts';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { judgeDeclaration } from '../../../src/rules/judge.ts';
import { GUIDE } from '../../support/guide-fleet.ts';

describe('a generated fleet', () => {
  test.each([
    { distributed: 1, networks: 2, connections: 1 },
    { distributed: 50, networks: 200, connections: 50 },
    { distributed: 200, networks: 2000, connections: 500 },
  ])('has the size that is asked for and breaks no rule: %j', (size) => {
    const declaration = readDeclaration(generatedFleet(size), 'clusters.yaml');
    expect([...declaration.findings, ...judgeDeclaration(declaration)].filter(({ severity }) => severity === 'error')).toEqual(
      [],
    );
    const { distributed = [], networks = [], connections = [] } = declaration.fleet ?? {};
    expect([distributed.length, networks.length, connections.length]).toEqual(Object.values(size));
  });

  test('the guide can be given further networks', () => {
    const declaration = readDeclaration(withMoreNetworks(GUIDE, 'cluster1', 500), 'clusters.yaml');
    expect([...declaration.findings, ...judgeDeclaration(declaration)]).toEqual([]);
    expect(declaration.fleet?.networks.filter(({ namespace }) => namespace === 'many')).toHaveLength(500);
    expect(() => withMoreNetworks('kind: Fleet\n', 'cluster1', 1)).toThrow('no block namespaces:');
  });
});

test('percentiles by nearest rank', () => {
  expect([percentile([3, 1, 2], 0.5), percentile([5], 0.95), percentile([4, 1, 2, 3], 0.5)]).toEqual([2, 5, 2]);
  expect(
    percentile(
      Array.from({ length: 20 }, (_, index) => index + 1),
      0.95,
    ),
  ).toBe(19);
  expect(() => percentile([], 0.5)).toThrow('no values');
});

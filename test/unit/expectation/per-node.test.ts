import { expect, test } from '@jest/globals';
import { endpointKey, expect as expectedOf } from '../../../src/expectation/expect.ts';
import { perNode } from '../../../src/expectation/per-node.ts';
import { network, smokeFleet } from '../../support/smoke-fleet.ts';

const fleet = smokeFleet({
  networks: [
    network('cluster1/ns1/vn1', '10.0.0.0/24'),
    network('cluster2/ns1/vn2', '20.0.0.0/24'),
    network('cluster2/ns1/vn3', '30.0.0.0/24'),
  ],
});

test('every pair of networks between all their nodes, and every network between its own', () => {
  const plain = expectedOf(fleet).pairs;
  const nodes = new Map([
    ['cluster1', ['a', 'b']],
    ['cluster2', ['c', 'd', 'e']],
  ]);
  const { pairs } = perNode({ pairs: plain }, nodes);
  const count = (cluster: string) => nodes.get(cluster)!.length;
  const between = plain.reduce((sum, { source, target }) => sum + count(source.cluster) * count(target.cluster), 0);
  const ends = new Set(
    plain.flatMap(({ source, target, family }) => [source, target].map((end) => `${endpointKey(end)} ${family}`)),
  );
  const within = [...ends].reduce((sum, end) => sum + (end.startsWith('cluster1') ? 2 * 1 : 3 * 2), 0);
  expect(pairs).toHaveLength(between + within);
  expect(new Set(pairs.map(({ source, target, family }) => `${endpointKey(source)} ${endpointKey(target)} ${family}`)).size).toBe(
    pairs.length,
  );
  for (const { source, target, expected } of pairs) {
    expect(nodes.get(source.cluster)).toContain(source.node);
    if (source.cluster === target.cluster && source.network === target.network) {
      expect(expected).toBe('reach');
      expect(source.node).not.toBe(target.node);
    }
  }
});

test('without its nodes a cluster keeps its endpoints', () => {
  const plain = expectedOf(fleet);
  expect(perNode(plain, new Map())).toEqual(plain);
});

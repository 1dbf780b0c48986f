import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import type { Fleet } from '../../../src/model/fleet.ts';
import type { RenderedTree } from '../../../src/model/manifest.ts';
import { candidates, chosen } from '../../../src/rehearsal/choose-clusters.ts';
import { connectedClusters, touchedClusters } from '../../../src/rehearsal/touched.ts';
import { GUIDE, replaced } from '../../support/guide-fleet.ts';

const entry = (name: string, index: number, more = '') => `  - name: ${name}
    index: ${index}
${more}    kubeconfig: {env: KUBECONFIG_${index}}
    server: https://198.51.100.${index}:6443
    podSubnets: [10.${100 + index}.0.0/17]
    serviceSubnets: [10.${100 + index}.128.0/17]
`;
const OTHERS = replaced(
  GUIDE,
  'namespaces:\n',
  `${entry('edge', 1)}${entry('far', 2)}${entry('gone', 3, '    state: detached\n')}namespaces:\n`,
);
const FLEET: Fleet = readDeclaration(
  replaced(OTHERS, 'networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]', 'networks: [edge/ns1/vn1, cluster2/ns1/vn2]'),
  'clusters.yaml',
).fleet!;

const tree = (objects: Record<string, [owner: string, digest: string]>) =>
  ({
    manifests: Object.entries(objects).map(([path, [owner, digest]]) => ({ path, for: owner, digest })),
  }) as unknown as RenderedTree;

describe('what a change touches', () => {
  test('the clusters of objects that are new, other, or gone', () => {
    const before = tree({ a: ['cluster1', '1'], b: ['cluster2', '1'], c: ['edge', '1'] });
    const after = tree({ a: ['cluster1', '1'], b: ['cluster2', '2'], d: ['far', '1'] });
    expect([...touchedClusters(before, after)].sort()).toEqual(['cluster2', 'edge', 'far']);
    expect(touchedClusters(before, before).size).toBe(0);
  });

  test('and those that a connection of either side joins with them', () => {
    expect([...connectedClusters([FLEET], new Set(['cluster2']))].sort()).toEqual(['cluster2', 'edge']);
    expect([...connectedClusters([{ ...FLEET, connections: [] }, FLEET], new Set(['edge']))].sort()).toEqual([
      'cluster2',
      'edge',
    ]);
    expect([...connectedClusters([FLEET], new Set(['far']))]).toEqual([]);
  });
});

describe('the clusters of a lab', () => {
  const names = (wanted: Parameters<typeof candidates>[0]) => candidates(wanted).distributed.map(({ name }) => name);

  test('without a base: all that are attached', () => {
    expect(names({ fleet: FLEET })).toEqual(['cluster2', 'edge', 'far']);
    expect(candidates({ fleet: FLEET }).leftOut).toEqual([{ cluster: 'gone', reason: 'it is detached' }]);
  });

  test('with one: those that are touched, then those connected with them; the others are named', () => {
    const base = { fleet: FLEET, touched: new Set(['edge']) };
    expect(names({ fleet: FLEET, base })).toEqual(['edge', 'cluster2']);
    expect(candidates({ fleet: FLEET, base }).leftOut.map(({ cluster }) => cluster)).toEqual(['far', 'gone']);
  });

  test('only those that were asked for', () => {
    expect(names({ fleet: FLEET, only: ['far', 'cluster1'] })).toEqual(['far']);
    expect(candidates({ fleet: FLEET, only: ['far'] }).leftOut).toEqual([
      { cluster: 'cluster2', reason: '--only does not name it' },
      { cluster: 'edge', reason: '--only does not name it' },
      { cluster: 'gone', reason: 'it is detached' },
    ]);
  });

  test('one that the change detaches, and one that it adds, are there', () => {
    const attached = FLEET.distributed.map((cluster) => ({ ...cluster, state: 'attached' as const }));
    const before = { ...FLEET, distributed: attached.filter(({ name }) => name !== 'far') };
    const base = { fleet: before, touched: new Set(['gone', 'far']) };
    expect(names({ fleet: FLEET, base })).toEqual(['gone', 'far']);
  });

  test('no more than fit or were asked for, in that order', () => {
    const all = candidates({ fleet: FLEET });
    const of = (limits: Parameters<typeof chosen>[1]) => {
      const { distributed, leftOut } = chosen(all, limits);
      return [distributed.map(({ name }) => name), leftOut.map(({ cluster, reason }) => `${cluster}: ${reason}`)];
    };
    expect(of({ room: 9 })).toEqual([['cluster2', 'edge', 'far'], ['gone: it is detached']]);
    expect(of({ room: 9, most: 3 })[1]).toEqual([
      'far: --max-clusters is 3, although it is part of what is rehearsed',
      'gone: it is detached',
    ]);
    expect(of({ room: 2, most: 3 })).toEqual([
      ['cluster2'],
      [
        'edge: this host has room for 2 clusters, although it is part of what is rehearsed',
        'far: this host has room for 2 clusters, although it is part of what is rehearsed',
        'gone: it is detached',
      ],
    ]);
  });
});

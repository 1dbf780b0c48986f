import { describe, expect, test } from '@jest/globals';
import { regionsOf } from '../../../src/diagnosis/regions.ts';
import type { Family } from '../../../src/model/fleet.ts';
import type { Endpoint, PairVerdict } from '../../../src/model/smoke.ts';

const end = (cluster: string, network = 'ns/vn', node?: string): Endpoint => ({ cluster, network, ...(node ? { node } : {}) });

/** Every ordered pair of these, lost where asked. */
function matrix(
  ends: readonly Endpoint[],
  lost: (a: Endpoint, b: Endpoint, family: Family) => boolean,
  families: Family[] = ['v4'],
) {
  const pairs = families.flatMap((family) =>
    ends.flatMap((source) =>
      ends
        .filter((target) => target !== source)
        .map((target): PairVerdict => {
          const away = lost(source, target, family) || lost(target, source, family);
          const verdict = away ? 'unreachable' : 'ok';
          return { source, target, family, expected: 'reach', verdict, sent: 5, received: away ? 0 : 5, reason: '' };
        }),
    ),
  );
  return pairs;
}

function regions(pairs: readonly PairVerdict[]) {
  const lost = pairs.filter(({ verdict }) => verdict === 'unreachable');
  const found = regionsOf(lost, pairs);
  expect(found.flatMap(({ paths }) => paths)).toHaveLength(lost.length);
  return found.map(({ where, whole, apart, paths }) => `${paths.length} ${whole ? 'all ' : ''}${where}: ${apart}`);
}

const CLUSTERS = ['c1', 'c2', 'c3', 'c4'];
const TWO_EACH = CLUSTERS.flatMap((cluster) => [end(cluster, 'ns/vn1'), end(cluster, 'ns/vn2')]);
const LOOK = 'look at the underlay and the tunnels between the nodes';

describe('where the loss begins', () => {
  test.each<[string, PairVerdict[], string[]]>([
    [
      'two clusters',
      matrix(TWO_EACH, (a, b) => a.cluster === 'c1' && b.cluster === 'c2'),
      [`8 all between c1 and c2: paths inside c1 and c2 are fine: ${LOOK}`],
    ],
    [
      'one cluster, from all others',
      matrix(TWO_EACH, (a, b) => a.cluster === 'c3' && b.cluster !== 'c3'),
      [`24 all between c3 and every other cluster: paths inside c3 are fine: ${LOOK}`],
    ],
    [
      'everything between clusters',
      matrix(TWO_EACH, (a, b) => a.cluster !== b.cluster),
      [`48 all between clusters: paths inside c1 and c2 and c3 and c4 are fine: ${LOOK}`],
    ],
    [
      'one network, even from its own cluster',
      matrix(TWO_EACH, (a) => a.cluster === 'c2' && a.network === 'ns/vn2'),
      ['14 all to and from network ns/vn2 of c2: others reach each other'],
    ],
    [
      'two networks, each by itself',
      matrix(TWO_EACH, (a) => ['c1 ns/vn1', 'c4 ns/vn2'].includes(`${a.cluster} ${a.network}`)),
      [
        '14 all to and from network ns/vn1 of c1: others reach each other',
        '12 all to and from network ns/vn2 of c4: others reach each other',
      ],
    ],
    [
      'the paths inside a cluster',
      matrix([end('c1', 'a'), end('c1', 'b'), end('c1', 'c'), end('c2', 'a')], (a, b) => a.cluster === b.cluster),
      ['6 all within c1: undefined'],
    ],
    [
      'virtual networks between clusters whose default ones reach each other',
      [...matrix([end('c1'), end('c2')], () => true), ...matrix([end('c1', 'default'), end('c2', 'default')], () => false)],
      ['2 all between virtual networks of c1 and c2: default pod networks there reach each other'],
    ],
    [
      'one family',
      matrix(TWO_EACH, (a, b, family) => family === 'v6' && a.cluster === 'c1' && b.cluster === 'c2', ['v4', 'v6']),
      ['8 all between c1 and c2 by IPv6: the other family passes there'],
    ],
    [
      'one node',
      matrix([end('c1', 'n', 'w1'), end('c1', 'n', 'w2'), end('c1', 'm', 'w1'), end('c1', 'm', 'w2')], (a) => a.node === 'w2'),
      ['10 all to and from node w2 of c1: other nodes reach each other'],
    ],
    [
      'one network on one node, where it is fine on another',
      matrix(
        ['w1', 'w2'].flatMap((node) => ['n', 'm'].map((network) => end('c1', network, node))),
        (a) => a.node === 'w2' && a.network === 'n',
      ),
      ['6 all to and from network n of c1 on node w2: others reach each other'],
    ],
  ])('%s', (_, pairs, expected) => {
    expect(regions(pairs)).toEqual(expected);
  });

  test('what no part of the fleet explains is left by its clusters', () => {
    const pairs = matrix(TWO_EACH, (a, b) => `${a.cluster} ${a.network} ${b.cluster} ${b.network}` === 'c1 ns/vn1 c2 ns/vn1');
    expect(regions(pairs)).toEqual([
      '1 from c1 to c2: other paths there are fine',
      '1 from c2 to c1: other paths there are fine',
    ]);
  });

  test('9,900 paths are sorted in a moment', () => {
    const ends = Array.from({ length: 50 }, (_, at) => [end(`c${at}`, 'a'), end(`c${at}`, 'b')]).flat();
    const pairs = matrix(ends, (a, b) => (a.cluster.length + b.cluster.length) % 2 === 1);
    const begun = performance.now();
    regions(pairs);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

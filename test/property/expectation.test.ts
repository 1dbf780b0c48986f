import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expect as expectedOf } from '../../src/expectation/expect.ts';
import type { Connection, Family, Fleet, FleetNetwork } from '../../src/model/fleet.ts';
import { scopeOf } from '../../src/model/scope.ts';

const CLUSTERS = ['c0', 'c1', 'c2'];

const network = fc.record({
  cluster: fc.constantFrom(...CLUSTERS),
  namespace: fc.constantFrom('n1', 'n2'),
  name: fc.constantFrom('a', 'b', 'c'),
  families: fc.constantFrom<Family[]>(['v4'], ['v6'], ['v4', 'v6']),
});

/** A random fleet: networks, and connections over them in which a network may have several roles. */
const fleets = fc
  .uniqueArray(network, { maxLength: 7, selector: (entry) => `${entry.cluster}/${entry.namespace}/${entry.name}` })
  .chain((entries) => {
    const ids = entries.map((entry) => `${entry.cluster}/${entry.namespace}/${entry.name}`);
    const some = fc.subarray(ids);
    const mesh = fc.record({ type: fc.constant('mesh' as const), networks: some });
    const star = fc.record({ type: fc.constant('hub-spoke' as const), hubs: some, spokes: some });
    return fc.record({
      entries: fc.constant(entries),
      connections: fc.array(fc.oneof(mesh, star), { maxLength: 4 }),
      networks: fc.oneof(fc.constantFrom('all' as const, 'none' as const), some),
      defaults: fc.constantFrom<Family[]>([], ['v4'], ['v4', 'v6']),
      detached: fc.subarray(['c1', 'c2']),
      only: fc.subarray(CLUSTERS),
    });
  })
  .map(({ entries, connections, networks, defaults, detached, only }) => ({
    only,
    fleet: {
      metadata: { name: 'random' },
      central: { name: 'c0' },
      distributed: ['c1', 'c2'].map((name) => ({ name, state: detached.includes(name) ? 'detached' : 'attached' })),
      networks: entries.map(
        (entry): FleetNetwork => ({
          cluster: entry.cluster,
          namespace: entry.namespace,
          name: entry.name,
          labels: {},
          ...Object.fromEntries(entry.families.map((family) => [family, { cidr: 'x', subnet: 's' }])),
        }),
      ),
      connections: connections.map((connection, at) => ({ ...connection, name: `k${at}`, routers: {} })) as Connection[],
      smoke: { defaultPodNetwork: defaults, networks, thresholds: { lossPercent: 0, rttP95Ms: 1 } },
    } as unknown as Fleet,
  }));

/** Straight from the sentences of the contract, pair by pair, without any of the code under test. */
function bruteForce(fleet: Fleet, only: string[]): Set<string> {
  const found = new Set<string>();
  const gone = fleet.distributed.filter((entry) => entry.state === 'detached').map((entry) => entry.name);
  const inScope = (a: string, b: string) => {
    if (gone.includes(a) || gone.includes(b)) return false;
    if (only.length === 0) return true;
    if (!only.includes(a) && !only.includes(b)) return false;
    return (only.includes(a) || a === 'c0') && (only.includes(b) || b === 'c0');
  };
  for (const a of CLUSTERS)
    for (const b of CLUSTERS)
      for (const family of fleet.smoke!.defaultPodNetwork)
        if (a !== b && inScope(a, b)) found.add(`${a} default > ${b} default ${family} reach`);
  const id = (entry: FleetNetwork) => `${entry.cluster}/${entry.namespace}/${entry.name}`;
  const choice = fleet.smoke!.networks;
  for (let i = 0; i < fleet.networks.length; i++)
    for (let j = 0; j < fleet.networks.length; j++) {
      const [a, b] = [fleet.networks[i]!, fleet.networks[j]!];
      if (i === j || !inScope(a.cluster, b.cluster) || choice === 'none') continue;
      if (choice !== 'all' && !(choice.includes(id(a)) && choice.includes(id(b)))) continue;
      let reach = false;
      for (const connection of fleet.connections) {
        if (connection.type === 'mesh') reach ||= connection.networks.includes(id(a)) && connection.networks.includes(id(b));
        else {
          reach ||= connection.hubs.includes(id(a)) && connection.spokes.includes(id(b));
          reach ||= connection.hubs.includes(id(b)) && connection.spokes.includes(id(a));
        }
      }
      for (const family of ['v4', 'v6'] as const) {
        if (!a[family] || !b[family]) continue;
        found.add(
          `${a.cluster} ${a.namespace}/${a.name} > ${b.cluster} ${b.namespace}/${b.name} ${family} ${reach ? 'reach' : 'block'}`,
        );
      }
    }
  return found;
}

describe('expectation', () => {
  test('10,000 random graphs agree with a brute force over the sentences of the contract', () => {
    let pairs = 0;
    fc.assert(
      fc.property(fleets, ({ fleet, only }) => {
        const got = expectedOf(fleet, scopeOf(fleet, only)).pairs.map(
          (pair) =>
            `${pair.source.cluster} ${pair.source.network} > ${pair.target.cluster} ${pair.target.network} ${pair.family} ${pair.expected}`,
        );
        pairs += got.length;
        expect(got.length).toBe(new Set(got).size);
        expect(new Set(got)).toEqual(bruteForce(fleet, only));
      }),
      { numRuns: 10_000 },
    );
    expect(pairs).toBeGreaterThan(10_000);
  });
});

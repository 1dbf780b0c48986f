import { describe, expect, test } from '@jest/globals';
import { expect as expectedOf } from '../../../src/expectation/expect.ts';
import type { Connection, FleetNetwork } from '../../../src/model/fleet.ts';
import { scopeOf } from '../../../src/model/scope.ts';
import { hubSpoke, mesh, network, smokeFleet } from '../../support/smoke-fleet.ts';

const lines = (fleet = smokeFleet(), only?: string[]) =>
  expectedOf(fleet, scopeOf(fleet, only)).pairs.map(
    (pair) =>
      `${pair.source.cluster}:${pair.source.network} > ${pair.target.cluster}:${pair.target.network} ${pair.family} ${pair.expected} (${pair.reason})`,
  );

describe('expect', () => {
  test('the fleet of the guide: default networks and the mesh, both directions', () => {
    expect(lines()).toEqual([
      'cluster1:default > cluster2:default v4 reach (default pod networks with fabric SNAT reach each other)',
      'cluster2:default > cluster1:default v4 reach (default pod networks with fabric SNAT reach each other)',
      'cluster1:ns1/vn1 > cluster2:ns1/vn2 v4 reach (mesh connection app)',
      'cluster2:ns1/vn2 > cluster1:ns1/vn1 v4 reach (mesh connection app)',
    ]);
  });

  test('without smoke nothing is expected', () => {
    const { smoke: _, ...rest } = smokeFleet();
    expect(expectedOf(rest).pairs).toEqual([]);
  });

  test('hub and spoke: hubs with spokes, neither among themselves, unless another connection joins them', () => {
    const networks = ['hub1', 'hub2', 'left', 'right'].map((name) => network(`cluster1/ns/${name}`, '10.0.0.0/24'));
    const star = hubSpoke('star', ['cluster1/ns/hub1', 'cluster1/ns/hub2'], ['cluster1/ns/left', 'cluster1/ns/right']);
    const fleet = smokeFleet({ networks, connections: [star] });
    const between = (a: string, b: string, connections = fleet.connections) =>
      expectedOf({ ...fleet, connections }).pairs.find(
        (pair) => pair.source.network === `ns/${a}` && pair.target.network === `ns/${b}`,
      );
    expect(between('hub1', 'left')).toMatchObject({ expected: 'reach', reason: 'hub-spoke connection star' });
    expect(between('right', 'hub2')).toMatchObject({ expected: 'reach' });
    expect(between('hub1', 'hub2')).toMatchObject({
      expected: 'block',
      reason: expect.stringContaining('hubs of connection star'),
    });
    expect(between('left', 'right')).toMatchObject({
      expected: 'block',
      reason: expect.stringContaining('spokes of connection star'),
    });
    const joining = [star, mesh('ring', ['cluster1/ns/left', 'cluster1/ns/right'])];
    expect(between('left', 'right', joining)).toMatchObject({ expected: 'reach', reason: 'mesh connection ring' });
  });

  describe('nothing is expected where routes may pass outside the connections', () => {
    const [one, other] = [network('cluster1/ns1/vn1', '10.0.0.0/24'), network('cluster2/ns1/vn2', '20.0.0.0/24')];
    const expectedFor = (change: Partial<FleetNetwork>, change2: Partial<FleetNetwork>, connections: Connection[] = []) =>
      expectedOf(
        smokeFleet({
          networks: [
            { ...one, ...change },
            { ...other, ...change2 },
          ],
          connections,
        }),
      )
        .pairs.filter((pair) => pair.source.network !== 'default')
        .map(({ expected, reason }) => `${expected}: ${reason}`);
    const both = (line: string) => [line, line];

    test('a network that is routed in the underlay, on either side', () => {
      const line = 'unspecified: not judged: network ns1/vn2 of cluster2 is routed in the underlay (fabricForwarding)';
      expect(expectedFor({}, { fabricForwarding: true })).toEqual(both(line));
      expect(expectedFor({ fabricForwarding: false }, { fabricForwarding: true })).toEqual(both(line));
    });

    test('a provider network, declared by fields that have no key', () => {
      const line = (key: string) => `unspecified: not judged: network ns1/vn1 of cluster1 is routed in the underlay (${key})`;
      expect(expectedFor({ spec: { isProviderNetwork: true } }, {})).toEqual(both(line('isProviderNetwork')));
      const providerNetworkReference = { kind: 'VirtualNetwork', namespace: 'contrail', name: 'ip-fabric' };
      expect(expectedFor({ spec: { providerNetworkReference } }, {})).toEqual(both(line('providerNetworkReference')));
      expect(expectedFor({ spec: { isProviderNetwork: false, vlanID: 1 } }, {})).toEqual(both('block: no connection joins them'));
    });

    test('fabric SNAT on both sides; on one side alone nothing comes in', () => {
      const line =
        'unspecified: not judged: network ns1/vn1 of cluster1 and network ns1/vn2 of cluster2 have fabricSNAT and may reach each other through the underlay';
      expect(expectedFor({ fabricSNAT: true }, { fabricSNAT: true })).toEqual(both(line));
      expect(expectedFor({ fabricSNAT: true }, {})).toEqual(both('block: no connection joins them'));
    });

    const RT = 'target:64512:1000';
    test.each<[string, Partial<FleetNetwork>, Partial<FleetNetwork>, boolean]>([
      ['both ways on both sides', { routeTargets: [RT] }, { routeTargets: ['target:64512:1', RT] }, true],
      ['exported here and imported there', { exportRouteTargets: [RT] }, { importRouteTargets: [RT] }, true],
      ['imported here and exported there', { importRouteTargets: [RT] }, { exportRouteTargets: [RT] }, true],
      ['both ways here, imported there', { routeTargets: [RT] }, { importRouteTargets: [RT] }, true],
      ['exported on both sides', { exportRouteTargets: [RT] }, { exportRouteTargets: [RT] }, false],
      ['imported on both sides', { importRouteTargets: [RT] }, { importRouteTargets: [RT] }, false],
      ['another one on each side', { routeTargets: [RT] }, { routeTargets: ['target:64512:1001'] }, false],
      ['on one side alone', { routeTargets: [RT] }, {}, false],
    ])('a route target %s', (_, here, there, open) => {
      const line =
        'unspecified: not judged: network ns1/vn1 of cluster1 and network ns1/vn2 of cluster2 exchange routes by route target target:64512:1000';
      expect(expectedFor(here, there)).toEqual(both(open ? line : 'block: no connection joins them'));
    });

    test('what a connection joins is expected to reach all the same', () => {
      const joined = [mesh('app', ['cluster1/ns1/vn1', 'cluster2/ns1/vn2'])];
      const line = 'reach: mesh connection app';
      expect(expectedFor({ fabricForwarding: true }, { fabricForwarding: true }, joined)).toEqual(both(line));
    });
  });

  test('only families that both networks have', () => {
    const fleet = smokeFleet({
      networks: [network('cluster1/ns1/vn1', '10.0.0.0/24', 'fd00::/64'), network('cluster2/ns1/vn2', undefined, 'fd01::/64')],
    });
    expect(
      expectedOf(fleet)
        .pairs.filter((pair) => pair.source.network !== 'default')
        .map((pair) => pair.family),
    ).toEqual(['v6', 'v6']);
  });

  test('a detached cluster has no endpoints; only keeps the central cluster as partner and leaves others out', () => {
    const third = { ...smokeFleet().distributed[0]!, name: 'cluster3', index: 1 };
    const fleet = smokeFleet({ distributed: [...smokeFleet().distributed, third] });
    expect(lines(fleet).some((line) => line.includes('cluster3'))).toBe(true);
    expect(lines(fleet, ['cluster2']).some((line) => line.includes('cluster3'))).toBe(false);
    expect(lines(fleet, ['cluster2'])).toHaveLength(4);
    const detached = { ...fleet, distributed: [fleet.distributed[0]!, { ...third, state: 'detached' as const }] };
    expect(lines(detached).some((line) => line.includes('cluster3'))).toBe(false);
  });
});

import { describe, expect, test } from '@jest/globals';
import { routeCommands, wantedRoutes } from '../../../lab/cn2/dataplane/routes.ts';
import { type DataplaneState, EMPTY_STATE } from '../../../lab/cn2/dataplane/state.ts';

const STATE: DataplaneState = {
  ...EMPTY_STATE,
  peers: [
    { cluster: 'c1', node: 'here', addresses: ['10.89.0.2', 'fd89::2'], podCIDRs: ['10.233.0.0/24'] },
    { cluster: 'c2', node: 'there', addresses: ['10.89.0.3', 'fd89::3'], podCIDRs: ['10.234.0.0/24', 'fd85::3:0000/120'] },
    { cluster: 'c2', node: 'v4-only', addresses: ['10.89.0.4'], podCIDRs: ['10.234.1.0/24', 'fd85::4:0/120'] },
  ],
  networks: [{ name: 'ns1/vn1', cidrs: ['10.0.0.0/24'], gateways: ['10.0.0.1'] }],
  hosts: [
    { address: '10.0.0.2', node: 'here', cluster: 'c1' },
    { address: '10.0.0.3', node: 'there', cluster: 'c2' },
    { address: '10.0.0.4', node: 'there', cluster: 'c2' },
    { address: '10.0.0.5', node: 'unknown', cluster: 'c2' },
  ],
};

describe('routes of a node', () => {
  test('pods, fabric addresses and addresses of virtual networks lie behind the node where they live', () => {
    const routes = wantedRoutes(STATE, 'here', ['10.233.0.0/24'], ['10.0.0.4']);
    expect(Object.fromEntries(routes.map(({ destination, via }) => [destination, via ?? 'nowhere']))).toEqual({
      '10.0.0.0/24': 'nowhere', // an address that nobody has must not leave by the default route
      '10.0.0.3/32': '10.89.0.3', // 10.0.0.2 and .4 live here, .5 on a node that nobody knows
      '10.234.0.0/24': '10.89.0.3',
      '10.234.1.0/24': '10.89.0.4',
      '198.19.0.3/32': '10.89.0.3',
      '198.19.0.4/32': '10.89.0.4',
      '2001:2::3/128': 'fd89::3',
      'fd85::3:0/120': 'fd89::3',
    });
  });

  test('a peer whose pods overlap the own ones does not take them away', () => {
    const peers = [{ cluster: 'c2', node: 'there', addresses: ['10.89.0.3'], podCIDRs: ['10.233.0.0/24', '10.233.0.128/25'] }];
    const routes = wantedRoutes({ ...EMPTY_STATE, peers }, 'here', ['10.233.0.0/24'], []);
    expect(routes.map(({ destination }) => destination)).toEqual(['198.19.0.3/32']);
  });

  test('commands lead from what the kernel shows to what is wanted', () => {
    const kernel = [
      { type: 'blackhole', dst: '10.0.0.0/24' },
      { dst: '10.0.0.3', gateway: '10.89.0.9' }, // moved
      { dst: '10.0.0.7', gateway: '10.89.0.3' }, // gone
      { dst: '2001:2::3', gateway: 'fd89::3' },
    ];
    const wanted = [
      { destination: '10.0.0.0/24' },
      { destination: '10.0.0.3/32', via: '10.89.0.3' },
      { destination: '2001:2::3/128', via: 'fd89::3' },
      { destination: '20.0.0.0/24' },
    ];
    expect(routeCommands(wanted, kernel)).toEqual([
      'route replace 10.0.0.3/32 via 10.89.0.3 proto 202',
      'route replace blackhole 20.0.0.0/24 metric 4096 proto 202',
      'route del 10.0.0.7/32 via 10.89.0.3 proto 202',
    ]);
    expect(routeCommands(wanted.slice(0, 1), [{ type: 'blackhole', dst: '10.0.0.0/24' }])).toEqual([]);
  });
});

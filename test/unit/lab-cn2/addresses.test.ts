import { describe, expect, test } from '@jest/globals';
import { freeAddress, gatewayOf, usage } from '../../../lab/cn2/control/addresses.ts';

describe('addresses of a Subnet', () => {
  test('the gateway is the first address unless one is named', () => {
    expect(gatewayOf({ cidr: '10.0.0.0/24' })).toBe('10.0.0.1');
    expect(gatewayOf({ cidr: '10.0.0.0/24', defaultGateway: '10.0.0.254' })).toBe('10.0.0.254');
    expect(gatewayOf({ cidr: 'fd00:0::/64' })).toBe('fd00::1');
    expect(gatewayOf({ cidr: 'nonsense' })).toBeUndefined();
  });

  test('the lowest free one is given, never network, gateway or broadcast', () => {
    expect(freeAddress({ cidr: '10.0.0.0/24' }, new Set())).toBe('10.0.0.2');
    expect(freeAddress({ cidr: '10.0.0.0/24' }, new Set(['10.0.0.2', '10.0.0.4']))).toBe('10.0.0.3');
    expect(freeAddress({ cidr: '10.0.0.0/24', defaultGateway: '10.0.0.2' }, new Set())).toBe('10.0.0.3');
    expect(freeAddress({ cidr: '10.0.0.0/30' }, new Set(['10.0.0.2']))).toBeUndefined();
    expect(freeAddress({ cidr: 'fd00::/126' }, new Set(['fd00::2']))).toBe('fd00::3');
  });

  test('use is a share with two decimals', () => {
    expect(usage({ cidr: '10.0.0.0/24' }, 4)).toBe('1.56%');
    expect(usage({ cidr: '10.233.0.0/17' }, 2)).toBe('0.01%');
  });
});

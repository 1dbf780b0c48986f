import { describe, expect, test } from '@jest/globals';
import { type FirewallInput, firewallRules, PASSING_MARK } from '../../../lab/cn2/dataplane/firewall.ts';

const NOTHING: FirewallInput = {
  virtual: [],
  allowed: [],
  ownPods: [],
  foreignPods: [],
  inside: [],
  snat: [],
  fabric: {},
  isolated: [],
};

function lines(input: Partial<FirewallInput>): string[] {
  return firewallRules({ ...NOTHING, ...input }).split('\n');
}

describe('the rules of a node', () => {
  test('neighbour discovery passes before anything is dropped', () => {
    const virtual = lines({}).filter((line) => line.startsWith('add rule inet cn2_emulator virtual'));
    expect(virtual[0]).toBe('add rule inet cn2_emulator virtual icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept');
    expect(virtual.at(-1)).toBe('add rule inet cn2_emulator virtual ip6 daddr @virtual6 counter name virtual_dropped drop');
  });

  test('what a fault lets leak is known by its mark alone', () => {
    const virtual = lines({ virtual: ['10.0.0.0/24'] }).filter((line) => line.startsWith('add rule inet cn2_emulator virtual'));
    expect(virtual[1]).toBe(`add rule inet cn2_emulator virtual meta mark and ${PASSING_MARK} == ${PASSING_MARK} return`);
  });

  test('every allowed pair is a pass in its own direction only, before the drops', () => {
    const rules = lines({ virtual: ['10.0.0.0/24', '20.0.0.0/24'], allowed: [['10.0.0.0/24', '20.0.0.0/24']] });
    const pass = 'add rule inet cn2_emulator virtual ip saddr 10.0.0.0/24 ip daddr { 20.0.0.0/24 } return';
    expect(rules).toContain(pass);
    expect(rules.some((line) => line.includes('ip saddr 20.0.0.0/24'))).toBe(false);
    expect(rules.indexOf(pass)).toBeLessThan(rules.findIndex((line) => line.includes(' virtual ip saddr @virtual4 counter')));
  });

  test('nothing is decided by connection in virtual networks, so a running ping ends with its router', () => {
    const rules = lines({ virtual: ['10.0.0.0/24'], allowed: [['10.0.0.0/24', '10.0.0.0/24']] });
    expect(rules.filter((line) => line.includes(' virtual ') && /\bct\b/.test(line))).toEqual([]);
  });

  test('overlapping and differently spelled CIDRs are joined: the kernel refuses overlapping intervals', () => {
    const rules = lines({
      virtual: ['10.0.0.0/8', '10.0.0.0/24', '10.1.2.3/24', 'fd00::3:0000/112', 'fd00::3:0/112'],
      allowed: [
        ['10.0.0.0/24', '20.0.0.0/24'],
        ['10.0.0.0/24', '20.0.0.0/16'],
        ['10.0.0.9/24', '30.0.0.0/24'],
      ],
    });
    expect(rules).toContain('add set inet cn2_emulator virtual4 { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 }; }');
    expect(rules).toContain(
      'add set inet cn2_emulator virtual6 { type ipv6_addr; flags interval; elements = { fd00::3:0/112 }; }',
    );
    expect(rules).toContain(
      'add rule inet cn2_emulator virtual ip saddr 10.0.0.0/24 ip daddr { 20.0.0.0/16, 30.0.0.0/24 } return',
    );
  });

  test('a pair of two families is no pair', () => {
    expect(lines({ allowed: [['10.0.0.0/24', 'fd00::/64']] }).some((line) => line.endsWith('} return'))).toBe(false);
  });

  test('SNAT goes to the fabric address of the family, and only to pods of other clusters', () => {
    const rules = lines({ snat: ['10.233.1.2'], foreignPods: ['10.234.0.0/24'], fabric: { v4: '198.19.0.11' } });
    expect(rules).toContain('add rule inet cn2_emulator postrouting ip saddr @snat4 ip daddr @foreign4 snat ip to 198.19.0.11');
    expect(rules.some((line) => line.includes('snat ip6 to'))).toBe(false);
    expect(rules).toContain('add set inet cn2_emulator snat4 { type ipv4_addr; flags interval; elements = { 10.233.1.2/32 }; }');
  });

  test('an isolated pod reaches its neighbours and services, nothing else', () => {
    const rules = lines({ isolated: [{ address: '10.233.1.4', neighbours: ['10.233.1.4', '10.233.2.9', 'fd00::9'] }] });
    expect(rules.filter((line) => line.startsWith('add rule inet cn2_emulator isolated'))).toEqual([
      'add rule inet cn2_emulator isolated ct direction reply accept',
      'add rule inet cn2_emulator isolated ct status dnat accept',
      'add rule inet cn2_emulator isolated ip saddr 10.233.1.4 ip daddr { 10.233.1.4/32, 10.233.2.9/32 } accept',
      'add rule inet cn2_emulator isolated counter name isolated_dropped drop',
    ]);
  });

  test('the same input gives the same text in any order of networks', () => {
    const networks = ['10.0.0.0/24', '20.0.0.0/24', 'fd10::/64'];
    const pairs: [string, string][] = networks.slice(0, 2).map((cidr) => [cidr, cidr]);
    const forward = firewallRules({ ...NOTHING, virtual: networks, allowed: pairs });
    expect(firewallRules({ ...NOTHING, virtual: networks.toReversed(), allowed: pairs.toReversed() })).toBe(forward);
  });
});

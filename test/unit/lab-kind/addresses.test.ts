import { describe, expect, test } from '@jest/globals';
import { nodeSubnets } from '../../../lab/kind/addresses.ts';
import { guide } from './fleet.ts';

describe('network of the nodes', () => {
  test('is the first free one', () => {
    expect(nodeSubnets(guide(), ['default', '192.0.2.0/24'])).toMatchObject({ v4: '10.89.0.0/24' });
  });

  test('keeps clear of what is declared and of the routes of the host', () => {
    const fleet = guide((text) => text.replace('10.0.4.0/24', '10.89.1.0/24').replace('10.0.4.1', '10.89.1.1'));
    expect(nodeSubnets(fleet, ['10.89.0.128/25', '10.89.2.7']).v4).toBe('10.89.3.0/24');
  });

  test('has an IPv6 prefix of its own for each fleet, and another where that is taken', () => {
    const { v6 } = nodeSubnets(guide(), []);
    expect(v6).toMatch(/^fd[0-9a-f:]+::\/64$/);
    expect(nodeSubnets(guide(), []).v6).toBe(v6);
    expect(
      nodeSubnets(
        guide((text) => text.replace('name: guide', 'name: other')),
        [],
      ).v6,
    ).not.toBe(v6);
    expect(nodeSubnets(guide(), [v6]).v6).not.toBe(v6);
  });

  test('says so when nothing is left', () => {
    expect(() => nodeSubnets(guide(), ['10.0.0.0/8'])).toThrow('no free subnet');
  });
});

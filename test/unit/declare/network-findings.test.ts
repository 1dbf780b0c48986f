import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { EVERY_KEY } from '../../support/network-keys.ts';
import { edited } from '../rules/guide.ts';

/** Findings as one line each: the text at their place, and what a person reads. */
function said(from: string, to: string): string[] {
  const text = edited(EVERY_KEY, from, to);
  const lines = text.split('\n');
  return readDeclaration(text, 'clusters.yaml').findings.map(({ line, column, rule, message, remedy }) => {
    const at = lines[line! - 1]!.slice(column! - 1, column! + 5);
    return `${at}: ${rule} ${message} | ${remedy}`;
  });
}

describe('what is wrong with a network or a connection, and what to do', () => {
  test.each([
    [
      'vlanID: 100',
      'virtualNetworkProperties: {rpf: enable}',
      'enable: schema networks[2].spec.virtualNetworkProperties.rpf (enable) is what the key rpf sets | Use the key rpf of the network.',
    ],
    ['vlanID: 100', 'fqName: [a]', '[a]: schema networks[2].spec.fqName is set by CN2 itself | Remove it.'],
    [
      '[target:64512:2000]',
      '[64512:2000]',
      '64512:: schema networks[2].importRouteTargets[0] (64512:2000) is not a route target | Write target:<AS number or IPv4 address>:<number>, for example target:64512:1000.',
    ],
    [
      'cluster1/ns1/vn1: vnr1,',
      'cluster1/ns1/vn1: {name: vnr1, lables: {a: b}},',
      'lables: schema unknown key lables in connections[0].routers.cluster1/ns1/vn1 | Did you mean labels?',
    ],
    [
      'cluster1/ns1/vn1: vnr1,',
      'cluster1/ns1/vn1: [vnr1],',
      '[vnr1]: schema connections[0].routers.cluster1/ns1/vn1 is ["vnr1"]; it must be text or a mapping | Write text or a mapping.',
    ],
    [
      'cluster2/ns1/default-podnetwork',
      'cluster1/annotated/default-podnetwork',
      'cluste: reference namespace annotated of cluster1 is not isolated and has no default-podnetwork of its own | Say isolated: true, or connect declared networks of the namespace.',
    ],
  ])('%s as %s', (from, to, sentence) => {
    expect(said(from, to)).toEqual([sentence]);
  });
});

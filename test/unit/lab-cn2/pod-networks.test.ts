import { expect, test } from '@jest/globals';
import { wantedInterfaces } from '../../../lab/cn2/control/pod-networks.ts';

test.each([
  ['ns1/vn1', [['ns1', 'vn1', 'eth1']]],
  ['vn1', [['own', 'vn1', 'eth1']]],
  [' ns1/vn1 , ns2/vn2@data0 ', [['ns1', 'vn1', 'eth1'], ['ns2', 'vn2', 'data0']]], // biome-ignore format: one case
  ['[{"name":"vn1","namespace":"ns1"},{"name":"vn2","interface":"net2"}]', [['ns1', 'vn1', 'eth1'], ['own', 'vn2', 'net2']]], // biome-ignore format: one case
  ['', []],
])('%s', (annotation, expected) => {
  const found = wantedInterfaces(annotation, 'own');
  expect(found.map((entry) => [entry.namespace, entry.network, entry.interface])).toEqual(expected);
});

test('JSON that is none is refused', () => {
  expect(() => wantedInterfaces('[{"name":', 'own')).toThrow();
});

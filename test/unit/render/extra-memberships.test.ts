import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { render } from '../../../src/render/render.ts';
import { GUIDE } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';

const VENDOR = smallRelease();
const CN2 = 'kubemanager-cluster2-cluster2-ns1';

/** What is said of an object of one's own on the central cluster; it is rendered all the same. */
function said(kind: string, namespace: string, labels: string, declared = GUIDE): string[] {
  const declaration = readDeclaration(`${declared}extra:\n  - {cluster: cluster1, path: own.yaml}\n`, 'clusters.yaml');
  const text = `apiVersion: core.contrail.juniper.net/v1alpha1\nkind: ${kind}\nmetadata: {name: own, namespace: ${namespace}, labels: ${labels}}\nspec: {}\n`;
  const { tree, findings } = render({ declaration, vendorFiles: VENDOR, extraFiles: { 'own.yaml': text } });
  expect(tree!.manifests.map(({ object }) => object.metadata.name)).toContain('own');
  return findings.map(({ file, line, severity, rule, message }) => `${file}:${line} ${severity} ${rule} ${message}`);
}

describe('a warning at an object of one’s own that a router of the declaration takes', () => {
  test.each([
    [
      'a router',
      'VirtualNetworkRouter',
      'ns1',
      '{vnr: vnr1, other: x}',
      /^own\.yaml:3 warning manifests VirtualNetworkRouter ns1\/own has the labels by which router \S+\/vnr2 of the declaration imports another one/,
    ],
    [
      'a router of a distributed cluster',
      'VirtualNetworkRouter',
      CN2,
      '{vnr: vnr2}',
      /by which router ns1\/vnr1 of the declaration imports another one/,
    ],
    [
      'a network',
      'VirtualNetwork',
      'ns1',
      '{vn: vn1}',
      /VirtualNetwork ns1\/own has the labels by which router ns1\/vnr1 of the declaration selects its networks/,
    ],
    [
      'a network of a distributed cluster',
      'VirtualNetwork',
      CN2,
      '{vn: vn2}',
      /VirtualNetwork \S+\/own has the labels by which router \S+\/vnr2 of the declaration selects/,
    ],
  ])('%s', (_, kind, namespace, labels, message) => {
    expect(said(kind, namespace, labels)).toEqual([expect.stringMatching(message)]);
  });

  test('a router that selects networks of the declaration, at its selector; one that selects others has none', () => {
    const of = (namespace: string, selector: string) => {
      const declaration = readDeclaration(`${GUIDE}extra:\n  - {cluster: cluster1, path: own.yaml}\n`, 'clusters.yaml');
      const text = `apiVersion: core.contrail.juniper.net/v1alpha1\nkind: VirtualNetworkRouter\nmetadata: {name: own, namespace: ${namespace}}\nspec:\n  type: mesh\n  virtualNetworkSelector: ${selector}\n`;
      const { findings } = render({ declaration, vendorFiles: VENDOR, extraFiles: { 'own.yaml': text } });
      return findings.map(({ line, severity, message }) => `${line} ${severity} ${message}`);
    };
    expect(of('ns1', '{matchLabels: {vn: vn1}}')).toEqual([
      '6 warning VirtualNetworkRouter ns1/own selects network ns1/vn1 of the declaration: it joins them beside their connections',
    ]);
    expect(of(CN2, '{matchExpressions: [{key: vn, operator: Exists}]}')).toHaveLength(1);
    expect(of('ns1', '{matchLabels: {vn: other}}')).toEqual([]);
    expect(of('other', '{matchLabels: {vn: vn1}}')).toEqual([]);
  });

  test('a network with the label of a default one', () => {
    const declared = GUIDE.replaceAll('cluster1/ns1/vn1', 'cluster1/ns1/default-podnetwork');
    expect(said('VirtualNetwork', 'ns1', '{core.juniper.net/virtualnetwork: default-podnetwork}', declared)).toEqual([
      expect.stringMatching(/router ns1\/vnr1 of the declaration selects/),
    ]);
  });
});

test.each([
  ['a router with other labels', 'VirtualNetworkRouter', 'ns1', '{vnr: own}'],
  ['a router without any', 'VirtualNetworkRouter', 'ns1', '{}'],
  ['a router in another namespace', 'VirtualNetworkRouter', 'other', '{vnr: vnr1}'],
  ['a network with other labels', 'VirtualNetwork', 'ns1', '{vn: vn2}'],
  ['a network in another namespace', 'VirtualNetwork', 'other', '{vn: vn1}'],
  ['another kind', 'RouteTable', 'ns1', '{vn: vn1, vnr: vnr1}'],
])('nothing is said of %s', (_, kind, namespace, labels) => {
  expect(said(kind, namespace, labels)).toEqual([]);
});

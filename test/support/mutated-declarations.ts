import fc from 'fast-check';
import { EVERY_KEY, edited, everyKeyFiles, GUIDE, GUIDE_OF_THREE, LEAVING } from '../unit/rules/guide.ts';
import { EVERY_KEY as EVERY_NETWORK_KEY, POD_NETWORK, withNetworkKeys } from './network-keys.ts';

const EXTRA = 'extra:\n  - {cluster: cluster1, path: own/bgp}\n  - {cluster: cluster2, path: own/edge.yaml}\n';
const WITH_EXTRA = `${GUIDE}${EXTRA}`;

/** All that can be said of a cluster besides. */
const MORE = `    handover: {file: credentials/central, context: admin}
    registry: mirror.example.org/cn2
    pullSecret: {env: EDGE_PULL_SECRET}
    kubemanagerNodeSelector: {node-role.kubernetes.io/control-plane: ""}
    nodeSubnets: [172.27.116.0/24]
    lab: {workers: 1}
`;

/** Each of these pieces, and what stands there instead. */
const REST: readonly (readonly [string, string])[] = [
  ['    server: https://172.27.115.189:6443\n', `    server: https://172.27.115.189:6443\n${MORE}`],
  ['      vlanID: 100\n', '      vlanID: 100\n      virtualNetworkProperties: {ecmpHashingIncludeFields: {}}\n'],
  ['\nsmoke:\n', '\nsmoke:\n  perNode: true\n  keepProbes: true\n  netRaw: true\n'],
  [
    'networks:\n  -',
    `  - {cluster: cluster1, name: routed, forwarding: ip-fabric}\n  - {cluster: cluster2, name: foreign, manage: false}\nnetworks:\n  -`,
  ],
];

/** One file with every key of the format. */
export const EVERYTHING = `${REST.reduce((text, [from, to]) => edited(text, from, to), withNetworkKeys(EVERY_KEY))}${EXTRA}policy: {disruptive: refuse}
drift: {maxAge: 24h}
`;

/** The user's own manifests. */
export const extraFiles = {
  'own/bgp/router.yaml': `apiVersion: core.contrail.juniper.net/v1alpha1
kind: BGPRouter
metadata: {name: gateway, namespace: contrail}
spec: {parent: {kind: RoutingInstance, name: default, namespace: contrail}}
---
apiVersion: core.contrail.juniper.net/v1alpha1
kind: VirtualNetworkRouter
metadata: {name: own, namespace: ns1}
spec: {type: mesh, virtualNetworkSelector: {matchLabels: {vn: own}}}
`,
  'own/edge.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes, namespace: ns1}\ndata: {a: b}\n',
};

/** What is put into a text. */
export const PIECES = [
  ...'[]{}:,-#&*!|>\'"%@`\n\t ?~',
  ': ',
  '- ',
  '\n  ',
  '&a ',
  '*a',
  '<<: *a\n',
  '!!binary ',
  'null',
  'true',
  '0100',
  '1e400',
  '.nan',
  '__proto__: 1\n',
  'constructor',
  '10.0.0.0/33',
  '::/0',
  '0.0.0.0/0',
  'name: ',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '\u{1f600}',
  '\ufeff',
  '\r\n',
];

/** One edit of the text: cut, insert, double a span, swap two lines. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(60),
  kind: fc.constantFrom('cut', 'insert', 'double', 'swap'),
  piece: fc.constantFrom(...PIECES),
});

function applied(text: string, { at, length, kind, piece }: { at: number; length: number; kind: string; piece: string }): string {
  const start = Math.floor(at * text.length);
  if (kind === 'cut') return text.slice(0, start) + text.slice(start + length);
  if (kind === 'insert') return text.slice(0, start) + piece + text.slice(start);
  if (kind === 'double') return text.slice(0, start + length) + text.slice(start);
  const lines = text.split('\n');
  const line = Math.floor(at * lines.length);
  [lines[line], lines[length % lines.length]] = [lines[length % lines.length] ?? '', lines[line] ?? ''];
  return lines.join('\n');
}

/** The vendor's files that fit the guide with every key. */
export const vendorFiles = everyKeyFiles();

/** Declarations with one to five edits. */
export const mutated: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(GUIDE, GUIDE_OF_THREE, EVERY_KEY, EVERY_NETWORK_KEY, POD_NETWORK, WITH_EXTRA, EVERYTHING, LEAVING),
    fc.array(edit, { minLength: 1, maxLength: 5 }),
  )
  .map(([text, edits]) => edits.reduce(applied, text));

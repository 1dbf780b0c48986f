import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDeclaration } from '../../src/declare/declaration.ts';
import { isExtra } from '../../src/model/manifest.ts';
import { readCommitted } from '../../src/render/committed.ts';
import { render } from '../../src/render/render.ts';
import { GUIDE } from '../support/guide-fleet.ts';
import { smallRelease } from '../support/small-release.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);
const VENDOR = smallRelease();
const DECLARATION = readDeclaration(`${GUIDE}extra: [{cluster: cluster1, path: own}]\n`, 'clusters.yaml');

const OWN = `apiVersion: core.contrail.juniper.net/v1alpha1
kind: BGPRouter
metadata:
  name: gateway
  namespace: contrail
  labels: {site: "7"}
spec:
  bgpRouterParameters: {address: 10.1.2.3, autonomousSystem: 64512}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: notes, namespace: ns1}, data: {a: "b"}}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRole
  metadata: {name: own, uid: x, annotations: {note: "1"}}
  rules: []
`;

const PIECES = [
  ...'[]{}:,-#&*!|>\'"\n ~/.',
  '../',
  'null',
  '0100',
  '__proto__: 1\n',
  '<<: *a\n',
  '&a ',
  '---\n',
  'kind: List\n',
  'items: []\n',
];
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(40),
  kind: fc.constantFrom('cut', 'insert', 'double'),
  piece: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })),
});

function edited(text: string, { at, length, kind, piece }: { at: number; length: number; kind: string; piece: string }): string {
  const start = Math.floor(at * text.length);
  if (kind === 'cut') return text.slice(0, start) + text.slice(start + length);
  if (kind === 'insert') return text.slice(0, start) + piece + text.slice(start);
  return text.slice(0, start + length) + text.slice(start);
}

test(
  'a mutated file of one’s own is rendered to what can be read back, or has findings with their places in it; it never throws',
  () => {
    let whole = 0;
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 4 }), (edits) => {
        const text = edits.reduce(edited, OWN);
        const { tree, findings } = render({ declaration: DECLARATION, vendorFiles: VENDOR, extraFiles: { 'own/a.yaml': text } });
        const lines = text.split('\n');
        for (const { file, line, column, message, remedy } of findings) {
          expect(file).toBe('own/a.yaml');
          expect(`${message}${remedy}`).not.toBe('');
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual(lines[line! - 1]!.length + 1);
        }
        expect(tree === undefined).toBe(findings.length > 0);
        if (tree === undefined) return;
        whole += 1;
        expect(readCommitted({ ...tree.files }).problems).toEqual([]);
        for (const { path, object } of tree.manifests.filter(isExtra)) {
          expect(path.split('/')).toHaveLength(3);
          expect(object.metadata.labels).toMatchObject({ 'cn2-fleet/fleet': 'guide' });
          expect(object).not.toHaveProperty('status');
        }
      }),
      { numRuns: RUNS, examples: [[[]]] },
    );
    expect(whole).toBeGreaterThan(0);
  },
  60_000 + RUNS * 50,
);

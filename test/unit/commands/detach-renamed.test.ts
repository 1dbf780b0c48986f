import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { judgeRemoval } from '../../../src/rules/judge.ts';
import { APART, DETACHED, guideWorld, messages, planOf } from '../../support/detach-world.ts';
import { replaced } from '../../support/guide-fleet.ts';
import { TrustWorld } from '../../support/trust-world.ts';

let guide: TrustWorld;
let world: TrustWorld;

beforeAll(async () => {
  guide = (await guideWorld()).world;
});
beforeEach(() => {
  world = new TrustWorld(guide);
});

const NAMES = 'kubemanager: kubemanager-cluster2\n    kubeconfigSecret: workload-kubeconfig\n';
/** The declaration with other names for what attaches the second cluster. */
const renamed = (text: string) => replaced(text, NAMES, 'kubemanager: km9\n    kubeconfigSecret: other\n');

test.each([
  ['as text', 'kubemanager: km9\n    kubeconfigSecret: other\n', 'km9'],
  ['as a mapping', 'kubemanager: {name: km9, spec: {autonomousSystem: 64513}}\n    kubeconfigSecret: other\n', '{name: km9'],
])('a detach that renames what was rendered is refused at the names: %s', (_, names, place) => {
  const previous = readDeclaration(APART, 'clusters.yaml').fleet;
  const text = replaced(DETACHED, NAMES, names);
  const found = judgeRemoval(readDeclaration(text, 'clusters.yaml'), previous);
  const lines = text.split('\n');
  expect(found.map(({ rule, severity, message }) => `${rule} ${severity} ${message}`)).toEqual([
    'detach error kubemanager of cluster2 is km9, but was rendered as kubemanager-cluster2, and cluster2 is detached',
    'detach error kubeconfigSecret of cluster2 is other, but was rendered as workload-kubeconfig, and cluster2 is detached',
  ]);
  expect(found.map(({ line }) => lines[line! - 1])).toEqual([
    expect.stringContaining(place),
    expect.stringContaining('kubeconfigSecret: other'),
  ]);
  expect(found[0]!.remedy).toContain('Write kubemanager: kubemanager-cluster2');
});

test('of a cluster that stays attached, and of one whose names are as they were, nothing is said', () => {
  const previous = readDeclaration(APART, 'clusters.yaml').fleet;
  for (const text of [DETACHED, renamed(APART)])
    expect(judgeRemoval(readDeclaration(text, 'clusters.yaml'), previous)).toEqual([]);
});

test('names that were rendered and never applied are seen on the cluster', async () => {
  const rendered = world.hub.main.files['rendered/fleet.json']!;
  const files = {
    'clusters.yaml': renamed(DETACHED),
    'rendered/fleet.json': replaced(replaced(rendered, '"kubemanager-cluster2"', '"km9"'), '"workload-kubeconfig"', '"other"'),
  };
  world.hub.push('main', files, 'detach');
  const { document, conditions } = await planOf(world);
  expect(conditions).toContain('rule-broken');
  const live = 'Kubemanager contrail/kubemanager-cluster2 on cluster1 attaches cluster2 with';
  expect(messages(document.findings, 'error')).toEqual([
    `${live} kubemanager kubemanager-cluster2, and kubemanager of cluster2 is declared as km9`,
    `${live} kubeconfigSecret workload-kubeconfig, and kubeconfigSecret of cluster2 is declared as other`,
  ]);
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { render } from '../../../src/render/render.ts';
import { judgeManifests } from '../../../src/rules/judge.ts';
import { edited, GUIDE, GUIDE_OF_THREE, lineOf } from './guide.ts';

/** The copies for tests have their published keys cut out. */
const STAND_IN = /^( +(?:ca\.crt|tls\.crt|tls\.key): )<.*>$/gm;

function filesOf(folder: URL, name: string, cut = /$^/): Record<string, string> {
  const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8').replace(cut, '$1a2V5');
  return Object.fromEntries(readdirSync(folder).map((file) => [`${name}/${file}`, read(file)]));
}

const SMALL = filesOf(new URL('../../../examples/guide/cn2/22.2/', import.meta.url), 'cn2/22.2');
const VENDOR = new URL('../../../../shared/cn2/manifests/', import.meta.url);

interface Rendered {
  manifests: Manifest[];
  judge(manifests: readonly Manifest[], vendorFiles?: Record<string, string>): Finding[];
}

function rendered(text = GUIDE, vendorFiles: Record<string, string> = SMALL): Rendered {
  const declaration = readDeclaration(text, 'clusters.yaml');
  const { tree, findings } = render({ declaration, vendorFiles });
  expect(findings).toEqual([]);
  const { manifests, fleet } = tree!;
  return {
    manifests,
    judge: (changed, files = {}) => judgeManifests({ declaration, fleet, manifests: changed, vendorFiles: files }),
  };
}

/** The manifests with one of them edited as text, as a hand in the rendered folder would. */
function tampered(manifests: readonly Manifest[], path: RegExp, from: string, to: string): Manifest[] {
  const found = manifests.filter((manifest) => path.test(manifest.path));
  if (found.length === 0) throw new Error(`nothing is rendered to ${path}`);
  const [first] = found;
  return manifests.map((manifest) => (manifest === first ? rewritten(manifest, edited(manifest.text, from, to)) : manifest));
}

function rewritten(manifest: Manifest, text: string): Manifest {
  return { ...manifest, text, object: parse(text) as KubernetesObject };
}

/** An object of the user's beside the rendered ones. */
function added(cluster: string, text: string): Manifest {
  const object = parse(text) as KubernetesObject;
  const path = `${cluster}/70-namespaces/${object.kind.toLowerCase()}.x.${object.metadata.name}.yaml`;
  return { path, cluster, stage: '70-namespaces', for: cluster, declaredAt: '/namespaces/0', object, text, digest: '' };
}

function pod(networks: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: ns1\n  annotations:\n    k8s.v1.cni.cncf.io/networks: '${networks}'\nspec: {}\n`;
}

const { manifests, judge } = rendered();

describe('rendered manifests', () => {
  test.each([
    ['of the guide', GUIDE],
    ['of three clusters', GUIDE_OF_THREE],
  ])('%s have no findings', (_, text) => {
    const { manifests: good, judge: judgeThem } = rendered(text);
    expect(good.length).toBeGreaterThan(10);
    expect(judgeThem(good)).toEqual([]);
  });

  test.each([
    [
      'E12',
      'a Vrouter of another cluster',
      /vrouter\.contrail\.contrail-vrouter-masters/,
      'clusterName: cluster2',
      'clusterName: distributed-cluster',
    ],
    ['E12', 'a Vrouter without clusterName', /vrouter\.contrail\.contrail-vrouter-masters/, '  clusterName: cluster2\n', ''],
    ['E7', 'a Kubemanager with the port of another', /kubemanager\.contrail/, 'listenerPort: 19446', 'listenerPort: 19447'],
    [
      'E8',
      'a Kubemanager with the number of another',
      /kubemanager\.contrail/,
      'constantRouteTargetNumber: 7699',
      'constantRouteTargetNumber: 7700',
    ],
    ['E22', 'an image of another release', /kubemanager\.contrail/, ':22.2.0.93', ':22.2.0.100'],
    [
      'E22',
      'an API version of another release',
      /kubemanager\.contrail/,
      'configplane.juniper.net/v1alpha1',
      'configplane.juniper.net/v1',
    ],
    [
      'E28',
      'a truth value as label',
      /cluster2\/70-namespaces\/namespace\._\.ns1/,
      'isolated-namespace: "true"',
      'isolated-namespace: true',
    ],
    [
      'E28',
      'another text as label',
      /cluster2\/70-namespaces\/namespace\._\.ns1/,
      'isolated-namespace: "true"',
      'isolated-namespace: "True"',
    ],
  ])('%s: %s', (rule, _, path, from, to) => {
    const changed = tampered(manifests, path, from, to);
    const [wrong] = changed.filter((manifest) => !manifests.includes(manifest));
    const line = to === '' ? lineOf(wrong!.text, 'spec:') + 1 : lineOf(wrong!.text, to);
    expect(judge(changed)).toEqual([expect.objectContaining({ rule, severity: 'error', file: `rendered/${wrong!.path}`, line })]);
  });

  test('E24: a network on a distributed cluster', () => {
    const network = manifests.find(({ object }) => object.kind === 'VirtualNetwork')!;
    const [finding, ...others] = judge([...manifests, { ...network, cluster: 'cluster2', path: 'cluster2/x.yaml' }]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      rule: 'E24',
      file: 'rendered/cluster2/x.yaml',
      line: network.text.split('\n').findIndex((text) => text.startsWith('apiVersion:')) + 1,
    });
  });

  test.each([
    ['cluster2', 'kubemanager-cluster2-cluster2-ns1/vn2', true],
    ['cluster2', 'kubemanager-cluster2-cluster2-ns1/vn2@eth1, kubemanager-cluster2-cluster2-ns1/vn3', true],
    ['cluster2', '[{"name": "vn2", "namespace": "kubemanager-cluster2-cluster2-ns1"}]', true],
    ['cluster1', 'ns1/vn1', true],
    ['cluster2', 'ns1/vn2', false],
    ['cluster2', 'vn2', false],
    ['cluster2', '[{"name": "vn2", "namespace": "ns1"}]', false],
    ['cluster2', '[{"name": "vn2"}]', false],
    ['cluster2', '[not json', false],
    ['cluster2', '[null]', false],
    ['cluster1', 'vn1', false],
  ])('E25: on %s the annotation %s is %s', (cluster, networks, right) => {
    const findings = judge([...manifests, added(cluster, pod(networks))]);
    expect(findings.map(({ rule, line }) => `${rule} on ${line}`)).toEqual(right ? [] : ['E25 on 7']);
  });

  test('E25: a name alone is a warning on the central cluster, where published pods have it, and an error elsewhere', () => {
    const severities = (cluster: string, networks: string) =>
      judge([...manifests, added(cluster, pod(networks))]).map(({ severity }) => severity);
    expect(severities('cluster1', 'vn1')).toEqual(['warning']);
    expect(severities('cluster1', '[{"name": "vn1"}]')).toEqual(['warning']);
    expect(severities('cluster1', '[{"namespace": "ns1"}]')).toEqual(['error']);
    expect(severities('cluster2', 'vn2')).toEqual(['error']);
  });

  test.each([
    ['cluster1', 'ns1/vn1', true],
    ['cluster2', 'ns1/vn2', false],
    ['cluster2', 'kubemanager-cluster2-cluster2-ns1/vn2', true],
  ])('E25: on %s the pod network %s of a namespace is %s', (cluster, network, right) => {
    const text = `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: more\n  annotations:\n    net.juniper.contrail.podnetwork: ${network}\n`;
    const findings = judge([...manifests, added(cluster, text)]);
    expect(findings.map(({ rule, line }) => `${rule} on ${line}`)).toEqual(right ? [] : ['E25 on 6']);
  });

  test('E25 looks into pod templates', () => {
    const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: ns1}\nspec:\n  template:\n    metadata:\n      annotations:\n        k8s.v1.cni.cncf.io/networks: ns1/vn2\n`;
    expect(judge([...manifests, added('cluster2', text)])).toEqual([expect.objectContaining({ rule: 'E25', line: 8 })]);
  });

  test('E21: a secret with content', () => {
    const secret = manifests.find(({ object }) => object.kind === 'Secret' && object.metadata.name === 'registrypullsecret')!;
    const text = `${secret.text}data:\n  .dockerconfigjson: <base64-encoded-credential>\n`;
    const changed = manifests.map((manifest) => (manifest === secret ? rewritten(manifest, text) : manifest));
    expect(judge(changed)).toEqual([
      expect.objectContaining({ rule: 'E21', severity: 'error', line: lineOf(text, '.dockerconfigjson') }),
    ]);
  });
});

describe('vendor files', () => {
  const deployer = Object.keys(SMALL).find((file) => file.includes('distributed_cluster_deployer'))!;
  const placeholder = '.dockerconfigjson: <base64-encoded-credential>';
  const first = SMALL[deployer]!.indexOf(placeholder);

  test('E21: a real credential is a warning on its line and is not shown', () => {
    const config = Buffer.from('{"auths":{"hub.juniper.net":{"auth":"dTpwYXNz"}}}').toString('base64');
    const text = `${SMALL[deployer]!.slice(0, first)}.dockerconfigjson: ${config}${SMALL[deployer]!.slice(first + placeholder.length)}`;
    const findings = judge(manifests, { [deployer]: text }).filter(({ rule }) => rule === 'E21');
    expect(findings).toEqual([expect.objectContaining({ severity: 'warning', file: deployer, line: lineOf(text, config) })]);
    expect(JSON.stringify(findings)).not.toContain(config);
  });

  test('E21: the placeholder is expected', () => {
    expect(first).toBeGreaterThan(0);
    expect(judge(manifests, SMALL).filter(({ rule }) => rule === 'E21')).toEqual([]);
  });

  test('E23: a selector for masters alone is a warning at the selector', () => {
    const text = `apiVersion: dataplane.juniper.net/v1alpha1\nkind: Vrouter\nmetadata: {name: contrail-vrouter-masters, namespace: contrail}\nspec:\n  common:\n    nodeSelector:\n      node-role.kubernetes.io/master: ""\n`;
    expect(judge(manifests, { 'cn2/v.yaml': text })).toEqual([
      expect.objectContaining({ rule: 'E23', severity: 'warning', file: 'cn2/v.yaml', line: 7 }),
    ]);
    expect(judge(manifests, { 'cn2/v.yaml': text.replace('/master', '/control-plane') })).toEqual([]);
    expect(judge(manifests, { 'cn2/v.yaml': text.replace('""', '""\n      zone: a') })).toEqual([]);
  });

  const withVendor = existsSync(VENDOR) ? test : test.skip;
  withVendor.each([
    ['22.2', '22.2.0.93', ['E23', 'E23']],
    ['23.4', 'cn2.23.4.0.59', []],
  ])("Juniper's manifests of %s render without errors", (release, version, warnings) => {
    const files = filesOf(new URL(`${release}/`, VENDOR), 'cn2/22.2', STAND_IN);
    const text = edited(edited(GUIDE, '22.2.0.93', version), '  registry: hub.juniper.net/cn2\n', '');
    const { manifests: real, judge: judgeThem } = rendered(text, files);
    const findings = judgeThem(real, files);
    expect(findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(warnings.map((rule) => `${rule} warning`));
  });
});

import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { render } from '../../../src/render/render.ts';
import { judgeDeclaration } from '../../../src/rules/judge.ts';
import { smallRelease } from '../../support/small-release.ts';
import { edited, GUIDE, GUIDE_OF_THREE, lineOf } from './guide.ts';

const K = 'kubemanager-cluster2-cluster2';

/** A namespace with a pod network, and a network of cluster2 that may be one. */
function declared(
  cluster: string,
  podNetwork: string,
  { version = '23.1.0.282', text = GUIDE, network = 'podNetwork: true' } = {},
) {
  const namespace = `  - {cluster: ${cluster}, name: ns2, annotations: {net.juniper.contrail.podnetwork: ${podNetwork}, team: net}}\n`;
  const other = `  - {cluster: ${cluster}, namespace: ns1, name: vn9, v4: {cidr: 10.9.0.0/24}, ${network}}\n`;
  const more = edited(edited(text, 'networks:\n  -', `${namespace}networks:\n  -`), 'connections:\n', `${other}connections:\n`);
  return edited(more, 'version: 22.2.0.93', `version: ${version}`);
}

function judged(text: string) {
  const declaration = readDeclaration(text, 'clusters.yaml');
  return [...declaration.findings, ...judgeDeclaration(declaration)];
}

function rendered(text: string) {
  const { tree } = render({ declaration: readDeclaration(text, 'clusters.yaml'), vendorFiles: smallRelease() });
  return tree!.manifests.find(({ object }) => object.kind === 'Namespace' && object.metadata.name === 'ns2')!;
}

describe('E25: the pod network of a namespace', () => {
  test.each([
    ['cluster1', 'ns1/vn9'],
    ['cluster2', 'ns1/vn9'],
    ['cluster2', `${K}-ns1/vn9`],
  ])('on %s may be %s', (cluster, podNetwork) => {
    expect(judged(declared(cluster, podNetwork))).toEqual([]);
  });

  test.each([
    ['vn9', 'error', 'is not <namespace>/<network>'],
    ['ns1/', 'error', 'is not <namespace>/<network>'],
    ['cluster2/ns1/vn9', 'error', 'is not <namespace>/<network>'],
    ['kubemanager-cluster3-cluster3-ns1/vn9', 'error', 'is a network of cluster3, not of cluster2'],
    ['ns1/vn8', 'warning', 'is not declared: pods of the namespace start only where it exists'],
    ['ns1/vn2', 'warning', 'lacks podNetwork: true'],
  ])('%s is an %s at its place', (podNetwork, severity, words) => {
    const text = declared('cluster2', podNetwork, { text: GUIDE_OF_THREE });
    const message = `pod network ${podNetwork} of namespace ns2 ${words}`;
    const line = lineOf(text, 'net.juniper.contrail.podnetwork');
    expect(judged(text)).toEqual([expect.objectContaining({ rule: 'E25', severity, line, message })]);
    expect(text.split('\n')[line - 1]!.slice(judged(text)[0]!.column! - 1)).toMatch(new RegExp(`^${podNetwork}`));
  });

  test('a release that does not read it is a warning', () => {
    const [finding, ...more] = judged(declared('cluster2', 'ns1/vn9', { version: '22.4.0.284' }));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ rule: 'E25', severity: 'warning', message: expect.stringContaining('has no effect') });
  });

  test.each([
    ['cluster1', 'ns1/vn9', 'ns1/vn9'],
    ['cluster2', 'ns1/vn9', `${K}-ns1/vn9`],
    ['cluster2', `${K}-ns1/vn9`, `${K}-ns1/vn9`],
  ])('on %s %s is written as %s', (cluster, podNetwork, written) => {
    const manifest = rendered(declared(cluster, podNetwork, { version: '22.2.0.93' }));
    expect(manifest.cluster).toBe(cluster);
    expect(manifest.object.metadata.annotations).toEqual({ 'net.juniper.contrail.podnetwork': written, team: 'net' });
  });
});

test('annotations and forwarding of a namespace are one map', () => {
  const text = edited(
    GUIDE,
    'networks:\n  -',
    '  - {cluster: cluster2, name: ns2, annotations: {team: net}, forwarding: ip-fabric}\nnetworks:\n  -',
  );
  expect(judged(text)).toEqual([]);
  expect(rendered(text).object.metadata.annotations).toEqual({ team: 'net', 'core.juniper.net/forwarding-mode': 'ip-fabric' });
});

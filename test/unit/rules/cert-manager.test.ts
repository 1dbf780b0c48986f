import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import type { KubernetesObject, Resource } from '../../../src/model/kubernetes.ts';
import type { Listing, LiveCluster } from '../../../src/model/live.ts';
import { render } from '../../../src/render/render.ts';
import { judgeLive } from '../../../src/rules/judge.ts';
import { liveCluster } from '../../support/live-state.ts';
import { smallRelease } from '../../support/small-release.ts';
import { edited, GUIDE, lineOf } from './guide.ts';

const TEXT = edited(edited(GUIDE, '22.2.0.93', 'cn2.23.4.0.59'), 'cn2/22.2', 'cn2/23.4');
const declaration = readDeclaration(TEXT, 'clusters.yaml');
const fleet = declaration.fleet!;
const { source } = declaration;
const FILE = 'cn2/23.4/anything.yaml';
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };
const plain = smallRelease('cn2.23.4.0.59', 'cn2/23.4');
const vendorFiles = {
  ...plain,
  [FILE]: `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: certificates.cert-manager.io}
---
${JSON.stringify({ ...DEPLOYMENT, metadata: { name: 'cert-manager', namespace: 'cert-manager' } })}
`,
};
const { manifests } = render({ declaration, vendorFiles }).tree!;

const certificate: Resource = {
  group: 'cert-manager.io',
  version: 'v1',
  kind: 'Certificate',
  plural: 'certificates',
  namespaced: true,
};
const deployment = (namespace: string, name: string, status?: object): KubernetesObject => ({
  ...DEPLOYMENT,
  metadata: { name, namespace, generation: 1 },
  ...(status === undefined ? {} : { status: { observedGeneration: 1, ...status } as never }),
});
const AVAILABLE = { conditions: [{ type: 'Available', status: 'True' }] };

function seen(name: string, objects: KubernetesObject[], served = true): LiveCluster {
  const role = name === 'cluster1' ? 'central' : 'distributed';
  const cluster = liveCluster(name, role, objects, [DEPLOYMENT]);
  return served ? { ...cluster, resources: [...cluster.resources, certificate] } : cluster;
}

function judged(clusters: LiveCluster[], files: Record<string, string> = vendorFiles) {
  return judgeLive({ fleet, source, live: { clusters }, manifests, vendorFiles: files }).filter(({ rule }) => rule === 'E34');
}

describe('E34: cert-manager of the central cluster, where the manifests have a file for it', () => {
  const running = deployment('cert-manager', 'cert-manager', AVAILABLE);

  test('runs: no finding', () => {
    expect(judged([seen('cluster1', [running])])).toEqual([]);
  });

  test.each([
    ['is not served', seen('cluster1', [running], false), 'cert-manager.io is not served'],
    ['has no Deployment', seen('cluster1', []), 'Deployment cert-manager/cert-manager does not exist'],
    ['has another one', seen('cluster1', [deployment('other', 'cert-manager', AVAILABLE)]), 'does not exist'],
    ['is not available', seen('cluster1', [deployment('cert-manager', 'cert-manager', {})]), 'is not Available'],
  ])('%s: an error at the central cluster that names the file', (_title, cluster, words) => {
    expect(judged([cluster])).toEqual([
      expect.objectContaining({
        ...{ severity: 'error', cluster: 'cluster1', file: 'clusters.yaml', line: lineOf(TEXT, '  name: cluster1') },
        message: expect.stringContaining(words),
        remedy: expect.stringContaining(`kubectl apply -f ${FILE}`),
      }),
    ]);
  });

  test('is not asked for by other manifests, nor of a cluster that could not be read', () => {
    expect(judged([seen('cluster1', [], false)], plain)).toEqual([]);
    expect(judged([{ ...seen('cluster1', [], false), status: 'unknown' }])).toEqual([]);
  });
});

describe('E34: cert-manager that was on a distributed cluster before', () => {
  test('is an error before it is overwritten', () => {
    expect(judged([seen('cluster2', [])])).toEqual([
      expect.objectContaining({
        ...{ severity: 'error', cluster: 'cluster2', file: 'clusters.yaml', line: lineOf(TEXT, '- name: cluster2') },
        message: expect.stringContaining('would overwrite'),
      }),
    ]);
  });

  test('is none where there is none, and none any more when the deployer of CN2 or its certificate manager is there', () => {
    const manager = {
      apiVersion: 'configplane.juniper.net/v1',
      kind: 'ContrailCertificateManager',
      metadata: { name: 'contrailcertificatemanager', namespace: 'contrail' },
    };
    expect(judged([seen('cluster2', [], false)])).toEqual([]);
    expect(judged([seen('cluster2', [deployment('contrail-deploy', 'contrail-k8s-deployer')])])).toEqual([]);
    expect(judged([seen('cluster2', [manager])])).toEqual([]);
  });

  test('is not judged where Deployments could not be read, or CN2 brings none', () => {
    const unreadable: Listing = {
      ...{ group: 'apps', kind: 'Deployment', status: 'unreadable' },
      problem: { cause: 'timeout', message: '' },
    };
    expect(judged([{ ...seen('cluster2', []), listings: [unreadable] }])).toEqual([]);
    const live = { clusters: [seen('cluster2', [])] };
    const others = manifests.filter(({ object }) => object.kind !== 'ContrailCertificateManager');
    expect(judgeLive({ fleet, source, live, manifests: others, vendorFiles }).filter(({ rule }) => rule === 'E34')).toEqual([]);
  });
});

import { expect, test } from '@jest/globals';
import type { KubernetesObject, Resource } from '../../../src/model/kubernetes.ts';
import type { LiveCluster } from '../../../src/model/live.ts';
import type { Desired } from '../../../src/model/manifest.ts';
import { sharedFindings } from '../../../src/plan/other-tools.ts';

const RESOURCE: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

function map(name: string, part: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'n', name, ...part } };
}

function findings(live: KubernetesObject[], declared = live.map(({ metadata }) => map(metadata.name))) {
  const cluster: LiveCluster = {
    name: 'cluster1',
    role: 'central',
    status: 'known',
    resources: [RESOURCE],
    unavailableGroups: [],
    listings: [{ group: '', kind: 'ConfigMap', status: 'listed', resource: RESOURCE, items: live }],
    emulated: false,
    requests: 0,
  };
  return sharedFindings(
    cluster,
    declared.map((object) => ({ object }) as Desired),
  );
}

const ARGO = { annotations: { 'argocd.argoproj.io/tracking-id': 'x' } };

test('objects that another tool deploys as well are one warning per tool', () => {
  const found = findings([
    ...['a', 'b', 'c', 'd'].map((name) => map(name, ARGO)),
    map('e', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'x' } }),
    map('f', { labels: { team: 'net' } }),
  ]);
  expect(found.map(({ rule, severity, message }) => [rule, severity, message])).toEqual([
    [
      'shared',
      'warning',
      'cluster1: Argo CD deploys what this fleet declares (argocd.argoproj.io/tracking-id on ConfigMap n/a, ConfigMap n/b, ConfigMap n/c and 1 more): each undoes what the other writes',
    ],
    [
      'shared',
      'warning',
      'cluster1: Flux deploys what this fleet declares (kustomize.toolkit.fluxcd.io/name on ConfigMap n/e): each undoes what the other writes',
    ],
  ]);
});

test('not what the fleet does not declare, and not a mark that it declares itself', () => {
  expect(findings([map('a', ARGO)], [])).toEqual([]);
  expect(findings([map('a', ARGO)], [map('a', ARGO)])).toEqual([]);
});

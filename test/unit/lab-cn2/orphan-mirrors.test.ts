import { expect, test } from '@jest/globals';
import { orphanMirrors } from '../../../lab/cn2/control/orphan-mirrors.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

const K = 'kubemanager-cluster2-cluster2';
const object = (kind: string, name: string, labels: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, labels },
});
const mirror = (name: string, owner = K) => object('Namespace', name, { 'core.juniper.net/clusterName': owner });
const CENTRAL = 'contrail-k8s-kubemanager-cluster1';
const namespaces = [
  mirror(`${K}-ns1`),
  mirror(`${CENTRAL}-contrail`, CENTRAL),
  mirror('ns1', CENTRAL),
  object('Namespace', `${K}-x`),
];
const central = object('Kubemanager', 'contrail-k8s-kubemanager');

test('namespaces K-… are orphans when neither their Kubemanager nor its Deployment is there', () => {
  const own = object('Kubemanager', 'kubemanager-cluster2');
  expect(orphanMirrors({ namespaces, kubemanagers: [central, own], deployments: [] })).toEqual([]);
  const running = object('Deployment', 'kubemanager-cluster2');
  expect(orphanMirrors({ namespaces, kubemanagers: [central], deployments: [running] })).toEqual([]);
  expect(orphanMirrors({ namespaces, kubemanagers: [central], deployments: [] })).toEqual([`${K}-ns1`]);
});

test('one that is going is not deleted again', () => {
  const going = { ...namespaces[0]!, metadata: { ...namespaces[0]!.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  expect(orphanMirrors({ namespaces: [going], kubemanagers: [central], deployments: [] })).toEqual([]);
});

import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { labClusters } from '../../../lab/kind/clusters.ts';
import { kubeconfigText } from '../../../lab/kind/kubeconfig.ts';
import { guide } from './fleet.ts';

const ADMIN_CONF = `apiVersion: v1
kind: Config
clusters: [{name: cluster1.juniper.local, cluster: {certificate-authority-data: Q0E=, server: "https://guide-cluster1-control-plane:6443"}}]
contexts: [{name: kubernetes-admin@cluster1.juniper.local, context: {cluster: cluster1.juniper.local, user: kubernetes-admin}}]
current-context: kubernetes-admin@cluster1.juniper.local
users: [{name: kubernetes-admin, user: {client-certificate-data: QQ==, client-key-data: Qg==}}]
`;

test("is kubeadm's, dialled at the declared address", () => {
  const [cluster] = labClusters(guide());
  expect(parse(kubeconfigText(ADMIN_CONF, cluster!))).toEqual({
    ...(parse(ADMIN_CONF) as object),
    clusters: [
      {
        name: 'cluster1.juniper.local',
        cluster: { 'certificate-authority-data': 'Q0E=', server: 'https://172.27.115.180:6443' },
      },
    ],
  });
});

test('has the contexts that the declaration asks for', () => {
  const [cluster] = labClusters(
    guide((text) => text.replace('{env: KUBECONFIG_CLUSTER1}', '{env: KUBECONFIG_CLUSTER1, context: prod}')),
  );
  const { contexts } = parse(kubeconfigText(ADMIN_CONF, cluster!)) as { contexts: unknown[] };
  expect(contexts).toContainEqual({ name: 'prod', context: { cluster: 'cluster1.juniper.local', user: 'kubernetes-admin' } });
  expect(contexts).toHaveLength(2);
});

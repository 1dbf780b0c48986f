import { describe, expect, test } from '@jest/globals';
import type { KubeClient } from '../../../lab/cn2/control/client.ts';
import { controlPlaneImages } from '../../../lab/cn2/control/control-plane-images.ts';
import { coreApiDeployment } from '../../../lab/cn2/control/core-api-deployment.ts';
import { reviewsText } from '../../../lab/cn2/core-api/write-files.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

const IMAGES = { apiServer: 'node.local/kube-apiserver:v1', etcd: 'node.local/etcd:3' };

interface Container {
  name: string;
  image: string;
  command: string[];
  ports?: object[];
}

function podOf(spec: object): {
  containers: Container[];
  initContainers: Container[];
  nodeSelector: object;
  hostNetwork: boolean;
} {
  const deployment = coreApiDeployment(
    {
      apiVersion: 'configplane.juniper.net/v1alpha1',
      kind: 'ApiServer',
      metadata: { namespace: 'contrail-system', name: 'contrail-k8s-apiserver', uid: 'u' },
      spec: {
        common: {
          nodeSelector: { 'node-role.kubernetes.io/master': '' },
          containers: [{ name: 'contrail-k8s-apiserver', image: 'r/contrail-k8s-apiserver:1' }],
        },
        ...spec,
      },
    },
    IMAGES,
  );
  return (deployment.spec as { template: { spec: ReturnType<typeof podOf> } }).template.spec;
}

describe('the Deployment of an ApiServer', () => {
  test("is a kube-apiserver and an etcd of the control plane's images behind a program of CN2's image", () => {
    const { containers, initContainers } = podOf({});
    expect(
      [...initContainers, ...containers].map(({ name, image, command }) => [name, image, command.slice(0, 3).join(' ')]),
    ).toEqual([
      ['files', 'r/contrail-k8s-apiserver:1', 'node /app/emulator.mjs apiserver-files'],
      ['contrail-k8s-apiserver', 'r/contrail-k8s-apiserver:1', 'node /app/emulator.mjs apiserver'],
      ['kube-apiserver', IMAGES.apiServer, expect.stringContaining('kube-apiserver --etcd-servers=http://127.0.0.1:')],
      ['etcd', IMAGES.etcd, expect.stringContaining('etcd --data-dir=')],
    ]);
  });

  test('needs no pod network, and a node that has those images', () => {
    expect(podOf({})).toMatchObject({
      hostNetwork: true,
      nodeSelector: { 'node-role.kubernetes.io/master': '', 'node-role.kubernetes.io/control-plane': '' },
    });
  });

  test('only the program is open to other hosts, at the port that the object asks for', () => {
    const ports = (spec: object) => podOf(spec).containers.map(({ ports: open = [] }) => open.length);
    expect(ports({})).toEqual([1, 0, 0]);
    expect(podOf({ listenerPort: 20000 }).containers[0]?.ports).toMatchObject([{ containerPort: 20000, hostPort: 20000 }]);
    for (const { command } of podOf({}).containers.slice(1))
      for (const flag of command.filter((word) => /listen|bind-address/.test(word))) expect(flag).toContain('127.0.0.1');
  });

  test("rights are asked for at the cluster's own server, with a token that is renewed in place", () => {
    const { command } = podOf({}).containers[1] as Container;
    expect(command).toEqual(
      expect.arrayContaining(['--authorization-mode=Webhook', expect.stringContaining('--requestheader-client-ca-file=')]),
    );
    const text = reviewsText('https://[fd00::1]:443');
    expect(text).toContain('server: "https://[fd00::1]:443/apis/authorization.k8s.io/v1/subjectaccessreviews"');
    expect(text).toContain('tokenFile: ');
  });
});

describe('the images of a control plane', () => {
  const pod = (name: string, component: string, image: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'kube-system', name, labels: { component } },
    spec: { containers: [{ name: component, image }] },
  });

  test('are those of its pods; a cluster without them is refused', async () => {
    let items = [pod('etcd-a', 'etcd', IMAGES.etcd), pod('kube-apiserver-a', 'kube-apiserver', IMAGES.apiServer)];
    const client = { list: async () => ({ items, resourceVersion: '1' }) } as unknown as KubeClient;
    expect(await controlPlaneImages(client)).toEqual(IMAGES);
    items = items.slice(1);
    await expect(controlPlaneImages(client)).rejects.toThrow("no pod of namespace kube-system is the control plane's etcd");
  });
});

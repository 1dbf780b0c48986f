import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { secondServerFlags } from '../../apiserver/aggregated/second-flags.ts';
import { etcdFlags } from '../../apiserver/etcd.ts';
import { serverFlags } from '../../apiserver/server-flags.ts';
import { CORE_API_PORTS, SHARED, SHARED_FILES } from '../core-api/place.ts';
import type { ControlPlaneImages } from './control-plane-images.ts';
import { commonOf, emulatorContainer } from './workload-parts.ts';
import { deployment } from './workloads.ts';

/** On the node, so that the core objects outlive the pod, as those of CN2 do. */
const STORE = '/var/lib/contrail-k8s-apiserver';

/**
 * The Deployment of an ApiServer object: a kube-apiserver with its own etcd, of the images that the control plane runs, and in front of
 * it the emulator, which makes the two of them the API of the core kinds.
 */
export function coreApiDeployment(apiServer: KubernetesObject, images: ControlPlaneImages): KubernetesObject {
  const [first] = commonOf(apiServer).containers ?? [];
  const { listenerPort: port = CORE_API_PORTS.filter } = (apiServer.spec ?? {}) as { listenerPort?: number };
  const shared = { name: 'core-api', mountPath: SHARED };
  const { etcd, etcdPeer: peer } = CORE_API_PORTS;
  return deployment(apiServer, {
    role: 'apiserver',
    ports: [{ name: 'api', containerPort: port, hostPort: port, protocol: 'TCP' }],
    env: [{ name: 'LISTENER_PORT', value: String(port) }],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1, failureThreshold: 2 },
    nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
    volumeMounts: [shared],
    volumes: [
      { name: 'core-api', emptyDir: { medium: 'Memory' } },
      { name: 'store', hostPath: { path: STORE, type: 'DirectoryOrCreate' } },
    ],
    ...(first === undefined
      ? {}
      : {
          initContainers: [
            { ...emulatorContainer({ name: 'files', image: first.image }, 'apiserver-files'), volumeMounts: [shared] },
          ],
        }),
    containers: [
      {
        name: 'kube-apiserver',
        image: images.apiServer,
        imagePullPolicy: 'IfNotPresent',
        command: ['kube-apiserver', ...kubeApiServerFlags()],
        volumeMounts: [shared],
      },
      {
        name: 'etcd',
        image: images.etcd,
        imagePullPolicy: 'IfNotPresent',
        command: ['etcd', ...etcdFlags(`${STORE}/etcd`, { client: etcd, peer })],
        volumeMounts: [{ name: 'store', mountPath: STORE }],
      },
    ],
  });
}

function kubeApiServerFlags(): string[] {
  const { certificates, tokens, reviews, publicKey, privateKey } = SHARED_FILES;
  return [
    ...serverFlags({
      etcd: `http://127.0.0.1:${CORE_API_PORTS.etcd}`,
      address: '127.0.0.1',
      port: CORE_API_PORTS.server,
      certificates,
      tokens,
      keys: { publicKey, privateKey },
    }),
    ...secondServerFlags({ proxy: SHARED, reviews }),
  ];
}

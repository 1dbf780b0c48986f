import { join } from 'node:path';
import { type Daemon, startDaemon } from './daemon.ts';

const CONTROLLERS = [
  'namespace-controller',
  'garbage-collector-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'clusterrole-aggregation-controller',
];

/**
 * Starts kube-controller-manager with the controllers that need no nodes. It ends where the API server is not ready yet. `folder` holds
 * its kubeconfig and gets its log.
 */
export function startControllerManager(binary: string, folder: string, key: string, authority: string): Daemon {
  return startDaemon(
    'kube-controller-manager',
    binary,
    [
      `--kubeconfig=${join(folder, 'kubeconfig')}`,
      `--service-account-private-key-file=${key}`,
      `--root-ca-file=${authority}`,
      '--leader-elect=false',
      '--secure-port=0',
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
      `--controllers=${CONTROLLERS.join(',')}`,
    ],
    join(folder, 'controller-manager.log'),
  );
}

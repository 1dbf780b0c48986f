/** Where the parts of the API server of the core kinds meet: containers of one pod on the host network of a control plane. */

/** Folder of the emulator image with the definitions of the core kinds. */
export const CORE_KINDS = 'core-crd';

/** Ports of the node, below those of the kubemanagers. Only the filter's is open to other hosts. */
export const CORE_API_PORTS = { filter: 19443, server: 19442, etcd: 19441, etcdPeer: 19440 };

/** Folder of the pod for what its containers have to know of each other. */
export const SHARED = '/core-api';

/** Files in it; front-proxy certificates are there too. */
export const SHARED_FILES = {
  tokens: `${SHARED}/tokens.csv`,
  /** The token of the one user that the server itself knows. */
  token: `${SHARED}/token`,
  reviews: `${SHARED}/reviews`,
  certificates: `${SHARED}/certificates`,
  publicKey: `${SHARED}/sa.pub`,
  privateKey: `${SHARED}/sa.key`,
};

/** The pod's service account. */
export const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

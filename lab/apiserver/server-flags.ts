/** Where a server's store, port and files are. */
export interface ServerPlace {
  /** URL of its etcd. */
  etcd: string;
  /** Address that it serves on. */
  address: string;
  port: number;
  /** Folder in which it makes a self-signed certificate for itself. */
  certificates: string;
  /** File of the tokens that it knows. */
  tokens: string;
  /** Files of the pair that signs service account tokens. */
  keys: { publicKey: string; privateKey: string };
}

/** Flags of kube-apiserver that every server of the lab has which kubeadm did not start: it stands alone and asks no kubelet. */
export function serverFlags({ etcd, address, port, certificates, tokens, keys }: ServerPlace): string[] {
  return [
    `--etcd-servers=${etcd}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    `--secure-port=${port}`,
    `--cert-dir=${certificates}`,
    `--token-auth-file=${tokens}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${keys.publicKey}`,
    `--service-account-signing-key-file=${keys.privateKey}`,
    '--endpoint-reconciler-type=none',
  ];
}

/** The certificate that such a server has made for itself, in its folder of certificates. */
export const OWN_CERTIFICATE = 'apiserver.crt';

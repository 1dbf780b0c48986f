import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBinaries } from '../binaries/binaries.ts';
import { writeServiceAccountKeys } from './certificates.ts';
import { startControllerManager } from './controller-manager.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { startEtcd } from './etcd.ts';
import { type KubeadmFacts, publishKubeadmConfig, SERVICE_SUBNETS } from './kubeadm-config.ts';
import { ADMINISTRATOR, kubeconfigText } from './kubeconfig.ts';
import { freePorts } from './ports.ts';
import { serverReady } from './ready.ts';

export interface ApiServerOptions extends KubeadmFacts {
  /** Runs the controllers for namespaces, garbage collection and service accounts; none that needs nodes. Default true. */
  controllerManager?: boolean;
  /** Keeps an audit log of every request (level Metadata). */
  audit?: boolean;
  /** Address of this host to serve on; default 127.0.0.1. */
  address?: string;
  /** Further flags of kube-apiserver. */
  flags?: string[];
}

/** A real Kubernetes API without nodes: etcd, kube-apiserver, kube-controller-manager as plain processes on loopback. */
export interface ApiServer extends AsyncDisposable {
  readonly name: string;
  /** Content of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly url: string;
  /** Lines of JSON (audit.k8s.io/v1 Event); present with the option audit. */
  readonly auditLog?: string;
  /** Address of its etcd, without TLS. */
  readonly etcd: string;
  /** Kills kube-apiserver alone: from then on connections are refused. */
  kill(): Promise<void>;
  /** Ends it and removes what it has written. */
  stop(): Promise<void>;
}

/** Starts it and returns when it is ready to serve; throws with the last lines of the log when it does not become ready in 60 s. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const binaries = await ensureBinaries(['etcd', 'kube-apiserver', 'kube-controller-manager']);
  const folder = await mkdtemp(join(tmpdir(), `cn2-fleet-api-${options.name}-`));
  const address = options.address ?? '127.0.0.1';
  const daemons: Daemon[] = [];
  const stop = async () => {
    await Promise.all(daemons.map((daemon) => daemon.kill()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [client, peer, port] = (await freePorts(3)) as [number, number, number];
    const etcd = startEtcd(binaries.etcd, folder, { client, peer });
    daemons.push(etcd.daemon);
    const keys = await writeServiceAccountKeys(folder);
    const certificates = join(folder, 'certificates');
    await mkdir(certificates);
    await writeFile(join(folder, 'tokens.csv'), `${ADMINISTRATOR},admin,1,"system:masters"\n`, { mode: 0o600 });
    if (options.audit) {
      await writeFile(join(folder, 'audit.yaml'), AUDIT_POLICY);
      // A log that is there already is opened for appending, so that it can be emptied while the server runs.
      await writeFile(auditPath(folder), '');
    }
    const flags = serverFlags(options, { folder, etcd: etcd.url, address, port, certificates, keys });
    const server = startDaemon('kube-apiserver', binaries['kube-apiserver'], flags, join(folder, 'apiserver.log'));
    daemons.push(server);
    const url = `https://${address}:${port}`;
    await serverReady(url, server);
    const authority = join(certificates, 'apiserver.crt');
    const kubeconfig = kubeconfigText(options.name, url, (await readFile(authority)).toString('base64'));
    await publishKubeadmConfig(url, options);
    if (options.controllerManager !== false) {
      await writeFile(join(folder, 'kubeconfig'), kubeconfig, { mode: 0o600 });
      daemons.push(startControllerManager(binaries['kube-controller-manager'], folder, keys.privateKey, authority));
    }
    return {
      name: options.name,
      kubeconfig,
      url,
      etcd: etcd.url,
      kill: () => server.kill(),
      stop,
      [Symbol.asyncDispose]: stop,
      ...(options.audit ? { auditLog: auditPath(folder) } : {}),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const AUDIT_POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n';

/** Where a server's files, store and port are. */
interface ServerPlace {
  folder: string;
  etcd: string;
  address: string;
  port: number;
  certificates: string;
  keys: { publicKey: string; privateKey: string };
}

function serverFlags(options: ApiServerOptions, { folder, etcd, address, port, certificates, keys }: ServerPlace): string[] {
  return [
    `--etcd-servers=${etcd}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    `--secure-port=${port}`,
    `--cert-dir=${certificates}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    // As kubeadm sets it: vRouter pods are privileged.
    '--allow-privileged=true',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${keys.publicKey}`,
    `--service-account-signing-key-file=${keys.privateKey}`,
    `--service-cluster-ip-range=${(options.serviceSubnets ?? SERVICE_SUBNETS).join(',')}`,
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
    ...(options.audit
      ? [
          `--audit-policy-file=${join(folder, 'audit.yaml')}`,
          `--audit-log-path=${auditPath(folder)}`,
          '--audit-log-mode=blocking',
          // In MB. By default it would start again at 100.
          '--audit-log-maxsize=10000',
        ]
      : []),
    ...(options.flags ?? []),
  ];
}

function auditPath(folder: string): string {
  return join(folder, 'audit.log');
}

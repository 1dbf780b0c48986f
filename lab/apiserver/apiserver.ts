import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBinaries } from '../binaries/binaries.ts';
import { askAsAdministrator, kubeconfigText, TOKEN } from './administrator.ts';
import { writeServiceAccountKeys } from './certificates.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { type KubeadmFacts, publishKubeadmConfig, SERVICE_SUBNETS } from './kubeadm-config.ts';
import { freePorts } from './ports.ts';

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

const CONTROLLERS = [
  'namespace-controller',
  'garbage-collector-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'clusterrole-aggregation-controller',
];

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
    const [etcdPort, peerPort, port] = (await freePorts(3)) as [number, number, number];
    const etcd = `http://127.0.0.1:${etcdPort}`;
    daemons.push(
      startDaemon(
        'etcd',
        binaries.etcd,
        [
          `--data-dir=${join(folder, 'etcd')}`,
          `--listen-client-urls=${etcd}`,
          `--advertise-client-urls=${etcd}`,
          `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
          `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
          `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
          '--unsafe-no-fsync',
          '--log-level=error',
        ],
        join(folder, 'etcd.log'),
      ),
    );
    const keys = await writeServiceAccountKeys(folder);
    const certificates = join(folder, 'certificates');
    await mkdir(certificates);
    await writeFile(join(folder, 'tokens.csv'), `${TOKEN},admin,1,"system:masters"\n`, { mode: 0o600 });
    const auditLog = join(folder, 'audit.log');
    if (options.audit) {
      await writeFile(join(folder, 'audit.yaml'), AUDIT_POLICY);
      // A log that is there already is opened for appending, so that it can be emptied while the server runs.
      await writeFile(auditLog, '');
    }
    const server = startDaemon(
      'kube-apiserver',
      binaries['kube-apiserver'],
      [
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
              `--audit-log-path=${auditLog}`,
              '--audit-log-mode=blocking',
              // In MB. By default it would begin anew at 100.
              '--audit-log-maxsize=10000',
            ]
          : []),
        ...(options.flags ?? []),
      ],
      join(folder, 'apiserver.log'),
    );
    daemons.push(server);
    const url = `https://${address}:${port}`;
    await ready(url, server);
    const authority = await readFile(join(certificates, 'apiserver.crt'));
    const kubeconfig = kubeconfigText(options.name, url, authority.toString('base64'));
    await publishKubeadmConfig(url, options);
    if (options.controllerManager !== false) {
      await writeFile(join(folder, 'kubeconfig'), kubeconfig, { mode: 0o600 });
      daemons.push(
        startDaemon(
          'kube-controller-manager',
          binaries['kube-controller-manager'],
          [
            `--kubeconfig=${join(folder, 'kubeconfig')}`,
            `--service-account-private-key-file=${keys.privateKey}`,
            `--root-ca-file=${join(certificates, 'apiserver.crt')}`,
            '--leader-elect=false',
            '--secure-port=0',
            '--kube-api-qps=500',
            '--kube-api-burst=1000',
            `--controllers=${CONTROLLERS.join(',')}`,
          ],
          join(folder, 'controller-manager.log'),
        ),
      );
    }
    return {
      name: options.name,
      kubeconfig,
      url,
      etcd,
      kill: () => server.kill(),
      stop,
      [Symbol.asyncDispose]: stop,
      ...(options.audit ? { auditLog } : {}),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const AUDIT_POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n';

async function ready(url: string, server: Daemon): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (server.process.exitCode !== null) throw new Error(`kube-apiserver ended:\n${await server.tail()}`);
    const answer = await askAsAdministrator(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`kube-apiserver did not become ready in 60 s:\n${await server.tail()}`);
}

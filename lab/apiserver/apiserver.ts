import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBinaries } from '../binaries/binaries.ts';
import { startControllerManager } from './controller-manager.ts';
import { type KubeadmFacts, publishKubeadmConfig, SERVICE_SUBNETS } from './kubeadm-config.ts';
import { startServer } from './server-process.ts';

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
  const binaries = await ensureBinaries(['kube-controller-manager']);
  await using parts = new AsyncDisposableStack();
  const started = parts.use(
    await startServer({
      name: options.name,
      ...(options.address === undefined ? {} : { address: options.address }),
      flags: async (folder) => [
        '--authorization-mode=RBAC',
        // As kubeadm sets it: vRouter pods are privileged.
        '--allow-privileged=true',
        `--service-cluster-ip-range=${(options.serviceSubnets ?? SERVICE_SUBNETS).join(',')}`,
        '--disable-admission-plugins=ServiceAccount',
        ...(options.audit ? await auditFlags(folder) : []),
        ...(options.flags ?? []),
      ],
    }),
  );
  const { url, kubeconfig, etcd, server, folder, signingKey, authorityFile } = started;
  await publishKubeadmConfig(url, options);
  if (options.controllerManager !== false) {
    await writeFile(join(folder, 'kubeconfig'), kubeconfig, { mode: 0o600 });
    started.attach(startControllerManager(binaries['kube-controller-manager'], folder, signingKey, authorityFile));
  }
  const all = parts.move();
  const stop = () => all.disposeAsync();
  return {
    name: options.name,
    kubeconfig,
    url,
    etcd,
    kill: () => server.kill(),
    stop,
    [Symbol.asyncDispose]: stop,
    ...(options.audit ? { auditLog: auditPath(folder) } : {}),
  };
}

const AUDIT_POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n';

async function auditFlags(folder: string): Promise<string[]> {
  const policy = join(folder, 'audit.yaml');
  await writeFile(policy, AUDIT_POLICY);
  // A log that is there already is opened for appending, so that it can be emptied while the server runs.
  await writeFile(auditPath(folder), '');
  return [
    `--audit-policy-file=${policy}`,
    `--audit-log-path=${auditPath(folder)}`,
    '--audit-log-mode=blocking',
    // In MB. By default it would start again at 100.
    '--audit-log-maxsize=10000',
  ];
}

function auditPath(folder: string): string {
  return join(folder, 'audit.log');
}

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBinaries } from '../../binaries/binaries.ts';
import type { ApiServer } from '../apiserver.ts';
import { writeServiceAccountKeys } from '../certificates.ts';
import { type Daemon, startDaemon } from '../daemon.ts';
import { startEtcd } from '../etcd.ts';
import { ADMINISTRATOR, kubeconfigText } from '../kubeconfig.ts';
import { freePorts } from '../ports.ts';
import { serverReady } from '../ready.ts';
import type { FrontProxy } from './front-proxy.ts';

/** A kube-apiserver with its own etcd behind another one. */
export interface SecondServer extends AsyncDisposable {
  readonly url: string;
  /** PEM by which its certificate is known. */
  readonly authority: string;
  /** kubeconfig of its administrator, who goes past the first server and the filter. */
  readonly kubeconfig: string;
  readonly server: Daemon;
}

/**
 * Starts it on loopback. It believes the first server as to whom a request is for and asks the first server whether that user may: so
 * RBAC there means what it says.
 */
export async function startSecondServer(first: ApiServer, proxy: FrontProxy): Promise<SecondServer> {
  const binaries = await ensureBinaries(['etcd', 'kube-apiserver']);
  const folder = await mkdtemp(join(tmpdir(), `cn2-fleet-api-${first.name}-second-`));
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
    const reviews = first.kubeconfig.replace(first.url, `${first.url}/apis/authorization.k8s.io/v1/subjectaccessreviews`);
    await writeFile(join(folder, 'reviews'), reviews, { mode: 0o600 });
    const flags = [
      `--etcd-servers=${etcd.url}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${certificates}`,
      `--token-auth-file=${join(folder, 'tokens.csv')}`,
      ...proxy.believe,
      '--authorization-mode=Webhook',
      `--authorization-webhook-config-file=${join(folder, 'reviews')}`,
      '--authorization-webhook-version=v1',
      // A right that is given or taken counts at once.
      '--authorization-webhook-cache-authorized-ttl=1ms',
      '--authorization-webhook-cache-unauthorized-ttl=1ms',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${keys.publicKey}`,
      `--service-account-signing-key-file=${keys.privateKey}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      // It has no namespaces and no service accounts of its own.
      '--disable-admission-plugins=ServiceAccount,NamespaceLifecycle',
      '--endpoint-reconciler-type=none',
    ];
    const server = startDaemon('kube-apiserver', binaries['kube-apiserver'], flags, join(folder, 'apiserver.log'));
    daemons.push(server);
    const url = `https://127.0.0.1:${port}`;
    await serverReady(url, server);
    const authority = await readFile(join(certificates, 'apiserver.crt'), 'utf8');
    const kubeconfig = kubeconfigText(`${first.name}-second`, url, Buffer.from(authority).toString('base64'));
    return { url, authority, kubeconfig, server, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

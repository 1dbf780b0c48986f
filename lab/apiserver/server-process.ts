import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBinaries } from '../binaries/binaries.ts';
import { writeServiceAccountKeys } from './certificates.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { etcdFlags } from './etcd.ts';
import { ADMINISTRATOR, kubeconfigText } from './kubeconfig.ts';
import { freePorts } from './ports.ts';
import { serverReady } from './ready.ts';
import { OWN_CERTIFICATE, serverFlags } from './server-flags.ts';
import { writeTokens } from './tokens.ts';

/** A kube-apiserver with an etcd of its own, as processes. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** Content of its administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** PEM by which its certificate is known, and the file that holds it. */
  readonly authority: string;
  readonly authorityFile: string;
  /** Address of its etcd, without TLS. */
  readonly etcd: string;
  readonly server: Daemon;
  /** Its files; what is written here goes with it. */
  readonly folder: string;
  /** File of the key that signs service account tokens. */
  readonly signingKey: string;
  /** Ends a further process with it. */
  attach(daemon: Daemon): void;
}

export interface ServerProcessOptions {
  /** In the names of its folder and kubeconfig. */
  name: string;
  /** Address of this host to serve on; default 127.0.0.1. */
  address?: string;
  /** Flags beside those that every server has; what they name may be written into the folder. */
  flags(folder: string): Promise<string[]>;
}

/** Starts both and returns when the server is ready; throws with the last lines of its log when it is not in 60 s. */
export async function startServer({ name, address = '127.0.0.1', flags }: ServerProcessOptions): Promise<ServerProcess> {
  const binaries = await ensureBinaries(['etcd', 'kube-apiserver']);
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), `cn2-fleet-api-${name}-`));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const daemons: Daemon[] = [];
  parts.defer(async () => {
    await Promise.all(daemons.map((daemon) => daemon.kill()));
  });
  const [client, peer, port] = (await freePorts(3)) as [number, number, number];
  const etcd = `http://127.0.0.1:${client}`;
  daemons.push(startDaemon('etcd', binaries.etcd, etcdFlags(join(folder, 'etcd'), { client, peer }), join(folder, 'etcd.log')));
  const [certificates, tokens] = [join(folder, 'certificates'), join(folder, 'tokens.csv')];
  await mkdir(certificates);
  await writeTokens(tokens, ADMINISTRATOR);
  const keys = await writeServiceAccountKeys(folder);
  const all = [...serverFlags({ etcd, address, port, certificates, tokens, keys }), ...(await flags(folder))];
  const server = startDaemon('kube-apiserver', binaries['kube-apiserver'], all, join(folder, 'apiserver.log'));
  daemons.push(server);
  const url = `https://${address}:${port}`;
  await serverReady(url, server);
  const authorityFile = join(certificates, OWN_CERTIFICATE);
  const authority = await readFile(authorityFile, 'utf8');
  const started = parts.move();
  return {
    url,
    kubeconfig: kubeconfigText(name, url, Buffer.from(authority).toString('base64')),
    authority,
    authorityFile,
    etcd,
    server,
    folder,
    signingKey: keys.privateKey,
    attach: (daemon) => void daemons.push(daemon),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CONTRAIL_NAMESPACE } from '../../../src/cn2/names.ts';
import { serveCoreApi } from '../core-api/serve.ts';
import { behaviorOf } from './behavior.ts';
import { KubeClient } from './client.ts';
import { connectionOf, inCluster } from './connection.ts';
import { controlPlaneImages } from './control-plane-images.ts';
import { runController } from './controller.ts';
import { runDeployer } from './deployer.ts';
import { NAMESPACE } from './kinds.ts';
import { runKubemanager } from './kubemanager.ts';
import { servedKinds } from './served-versions.ts';
import { REMOTE_KUBECONFIG_PATH } from './workloads.ts';

const RETRY_MS = 1000;

/** What a control-plane process of the emulation is started with. */
export interface RoleContext {
  /** Arguments behind the role. */
  args: string[];
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * The deployer, with the flags that the vendor's manifests give it. With a central kubeconfig it connects there first and throws
 * when it cannot, so that its pod restarts instead of looking healthy.
 */
export async function manager({ args, signal, log }: RoleContext): Promise<void> {
  const path = centralConfigPath(args);
  const client = new KubeClient(inCluster());
  using central = path === undefined ? client : new KubeClient(connectionOf(await readFile(path, 'utf8')));
  if (path !== undefined) {
    const found = await central.get(NAMESPACE, undefined, CONTRAIL_NAMESPACE);
    if (!found) throw new Error('the central cluster has no namespace contrail');
    log(`central cluster answers at ${central.connection.server}`);
  }
  const kinds = await servedKinds(client, signal, { core: false });
  const images = path === undefined ? { images: await controlPlaneImages(client) } : {};
  await runDeployer({ client, central, behavior: await behaviorOf(central), kinds, ...images, signal, log });
}

/** Value of -central-cluster-config-path; the manifests write it with one dash, --metrics-addr with two. */
export function centralConfigPath(args: string[]): string | undefined {
  const normal = args.map((arg) => (/^-[a-z]/.test(arg) ? `-${arg}` : arg));
  const options = { 'metrics-addr': { type: 'string' }, 'central-cluster-config-path': { type: 'string' } } as const;
  const { values } = parseArgs({ args: normal, options, strict: false });
  const path = values['central-cluster-config-path'];
  return typeof path === 'string' ? path : undefined;
}

/** The controller of the central cluster. */
export async function controller({ signal, log }: RoleContext): Promise<void> {
  const client = new KubeClient(inCluster());
  const kinds = await servedKinds(client, signal, { core: true });
  await runController({ client, kinds, behavior: await behaviorOf(client), signal, log });
}

/** The API server of the core kinds; it is up once it listens on its port. */
export async function apiServer({ signal, log }: RoleContext): Promise<void> {
  await serveCoreApi({ port: Number(required('LISTENER_PORT')), signal, log });
}

/** A kubemanager; holds its listener port and answers /readyz there once both clusters have answered. */
export async function kubemanager({ signal, log }: RoleContext): Promise<void> {
  const name = required('KUBEMANAGER');
  const port = Number(required('LISTENER_PORT'));
  let ready = false;
  const server = createServer((_, answer) => {
    answer.writeHead(ready ? 200 : 503).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  signal.addEventListener('abort', () => server.close());
  const central = new KubeClient(inCluster());
  // A cluster that does not answer yet is tried again here: the kubelet would wait longer before every restart.
  while (!signal.aborted) {
    try {
      await runKubemanager({
        central,
        name,
        remoteKubeconfig: () => readFile(REMOTE_KUBECONFIG_PATH, 'utf8'),
        ready: () => {
          ready = true;
        },
        signal,
        log,
      });
    } catch (error) {
      ready = false;
      if (signal.aborted) return;
      log(`kubemanager ${name}: ${error instanceof Error ? error.message : String(error)}`);
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { DEPLOY_NAMESPACE, DEPLOYER } from '../../../src/cn2/names.ts';
import { type Behavior, DEFAULT_BEHAVIOR } from './behavior.ts';
import { KubeClient } from './client.ts';
import { type Connection, connectionOf } from './connection.ts';
import { missingOnCentral } from './health.ts';
import { DEPLOYMENT, STATEFUL_SET } from './kinds.ts';
import { applyText } from './objects.ts';
import { runPlainCluster } from './plain-cluster.ts';
import { servedKinds } from './served-versions.ts';

export interface PlainAccess {
  /** Content of an administrator's kubeconfig. */
  kubeconfig: string;
  /** The address that a declaration gives this cluster (`https://172.27.115.180:6443`), dialled as the kubeconfig's own. */
  servedAs?: string;
  /** The core kinds come from an aggregated API, which is up. */
  aggregated?: boolean;
}

export interface EmulatorOptions {
  central: PlainAccess;
  distributed: PlainAccess[];
  /** Text of a release's central file: then CN2 is installed on the central cluster and healthy when startEmulator returns. */
  centralFile?: string;
  /** What is unknown of CN2, the other way. */
  behavior?: Partial<Behavior>;
  log?: (line: string) => void;
}

export interface Emulator extends AsyncDisposable {
  /** Applies another release's central file, as a user upgrades CN2 there, and waits until its controllers run it. */
  upgrade(centralFile: string): Promise<void>;
  stop(): Promise<void>;
}

const INSTALL_TIMEOUT_MS = 60_000;
/** Any docker config will do: nothing is pulled here. */
const CREDENTIAL = Buffer.from('{"auths":{}}').toString('base64');

/**
 * The emulated CN2 beside API servers without nodes, in this process: what the images do in pods, so that a whole attach runs in
 * seconds. Clusters that are not attached may already be given; they stay as they are until their deployer is applied.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const log = options.log ?? (() => {});
  const abort = new AbortController();
  const accesses = [options.central, ...options.distributed];
  const addresses = new Map(
    accesses.flatMap(({ kubeconfig, servedAs }) =>
      servedAs ? [[servedAs.replace(/\/$/, ''), connectionOf(kubeconfig).server]] : [],
    ),
  );
  const dial = (connection: Connection): Connection => ({
    ...connection,
    server: addresses.get(connection.server) ?? connection.server,
  });
  const clients = accesses.map(({ kubeconfig }) => new KubeClient(connectionOf(kubeconfig)));
  const running = clients.map((client, index) =>
    runPlainCluster({
      client,
      role: index === 0 ? 'central' : 'distributed',
      aggregated: accesses[index]?.aggregated ?? false,
      dial,
      behavior: { ...DEFAULT_BEHAVIOR, ...options.behavior },
      signal: abort.signal,
      log: (line) => log(`${index === 0 ? 'central' : `distributed ${index}`}: ${line}`),
    }),
  );
  const stop = async () => {
    abort.abort();
    await Promise.allSettled(running);
    for (const client of clients) client[Symbol.dispose]();
  };
  try {
    const [central] = clients;
    if (central && options.centralFile !== undefined) await install(central, options.centralFile, abort.signal);
    const upgrade = async (text: string) => {
      if (central !== undefined) await upgradeCentral(central, text, abort.signal);
    };
    return { stop, upgrade, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As kubectl does it: of a strategy that becomes Recreate it takes away what was defaulted for the other one. */
async function upgradeCentral(central: KubeClient, text: string, signal: AbortSignal): Promise<void> {
  await central.merge(DEPLOYMENT, DEPLOY_NAMESPACE, DEPLOYER, { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } });
  await install(central, text, signal);
  const tag = /contrail-k8s-deployer:([^\s'"]+)/.exec(text)?.[1] ?? '';
  const limit = AbortSignal.any([signal, AbortSignal.timeout(INSTALL_TIMEOUT_MS)]);
  while (!(await runs(central, tag))) await sleep(50, undefined, { signal: limit });
}

/** Whether every controller on the central cluster runs a release, and is ready in it. */
async function runs(central: KubeClient, tag: string): Promise<boolean> {
  const lists = await Promise.all([DEPLOYMENT, STATEFUL_SET].map((kind) => central.list(kind)));
  const own = lists.flatMap(({ items }) => items).filter(({ metadata }) => /^contrail-(?!vrouter)/.test(metadata.name));
  return own.every(({ spec, metadata, status }) => {
    const { template } = spec as { template: object };
    const seen = (status as { observedGeneration?: number; readyReplicas?: number } | undefined) ?? {};
    return (
      JSON.stringify(template).includes(`:${tag}`) && seen.observedGeneration === metadata.generation && seen.readyReplicas === 1
    );
  });
}

async function install(central: KubeClient, text: string, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(INSTALL_TIMEOUT_MS)]);
  await applyText(central, text.replaceAll('<base64-encoded-credential>', CREDENTIAL), 'kubectl');
  const kinds = await servedKinds(central, limit, { core: true });
  while ((await missingOnCentral(central, kinds.virtualNetwork.version)).length > 0)
    await sleep(50, undefined, { signal: limit });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiServer, startApiServer } from '../../lab/apiserver/apiserver.ts';
import type { Behavior } from '../../lab/cn2/control/behavior.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { type Emulator, startEmulator } from '../../lab/cn2/control/plain.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

const RELEASE = join(import.meta.dirname, '../../examples/guide/cn2/22.2');

/** A file of the example's release, ready to be applied. */
export function releaseFile(name: string): string {
  return readFileSync(join(RELEASE, name), 'utf8').replaceAll('<base64-encoded-credential>', 'e30=');
}

/** The guide's central cluster by itself, with CN2 emulated beside it. */
export interface CentralAlone extends AsyncDisposable {
  server: ApiServer;
  client: KubeClient;
  /** Stops CN2; what it has made stays. */
  stop(): Promise<void>;
  /** Starts CN2 again, on what is there. */
  start(behavior?: Partial<Behavior>): Promise<void>;
  /** What CN2 has said. */
  log: string[];
  /** Polls until it is true; a condition that never comes fails with CN2's last lines. */
  until(condition: () => Promise<boolean>, seconds?: number): Promise<void>;
}

/** Starts it; CN2 is healthy when it returns. */
export async function startCentralAlone(behavior: Partial<Behavior> = {}): Promise<CentralAlone> {
  const server = await startApiServer({ name: 'cluster1', kubernetesClusterName: 'cluster1.juniper.local' });
  const log: string[] = [];
  let emulator: Emulator | undefined;
  const emulate = async (wanted: Partial<Behavior>, centralFile?: string) => {
    emulator = await startEmulator({
      central: { kubeconfig: server.kubeconfig },
      distributed: [],
      behavior: wanted,
      log: (line) => log.push(line),
      ...(centralFile === undefined ? {} : { centralFile }),
    });
  };
  const stop = async () => emulator?.stop();
  await emulate(behavior, releaseFile('central_cluster_deployer_example.yaml'));
  return {
    server,
    client: new KubeClient(connectionOf(server.kubeconfig)),
    stop,
    start: (wanted = {}) => emulate(wanted),
    log,
    async until(condition, seconds = 15) {
      const end = Date.now() + seconds * 1000;
      while (!(await condition().catch(() => false))) {
        if (Date.now() > end) throw new Error(`not within ${seconds} s; the emulator said:\n${log.slice(-10).join('\n')}`);
        await sleep(30);
      }
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await server.stop();
    },
  };
}

/** Who has written an object: `manager operation[ subresource]`, sorted. */
export function writers({ metadata }: KubernetesObject): string[] {
  return (metadata.managedFields ?? [])
    .map(({ manager, operation, subresource }) => [manager, operation, subresource].filter(Boolean).join(' '))
    .sort();
}

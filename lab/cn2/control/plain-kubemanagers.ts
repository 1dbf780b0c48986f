import { setTimeout as sleep } from 'node:timers/promises';
import { KUBECONFIG_KEY } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Behavior } from './behavior.ts';
import type { KubeClient } from './client.ts';
import type { Connection } from './connection.ts';
import { SECRET } from './kinds.ts';
import { runKubemanager } from './kubemanager.ts';

const RESTART_MS = 300;

interface Running {
  uid: string;
  port: number;
  abort: AbortController;
  ready: boolean;
  ended: Promise<void>;
}

/** The kubemanagers of a central cluster as parts of this process, each started again when it fails, as its pod would be. */
export interface Kubemanagers {
  /** Starts what is missing and stops what is gone; a Deployment whose host port is taken is not started. */
  follow(deployments: KubernetesObject[]): void;
  isReady(deployment: KubernetesObject): boolean;
  ended(): Promise<void>;
}

/** What the kubemanagers of a central cluster run with. */
export interface KubemanagersContext {
  central: KubeClient;
  dial: (connection: Connection) => Connection;
  behavior: Behavior;
  /** Called when one becomes ready or stops being so. */
  changed: () => void;
  /** All end with it. */
  signal: AbortSignal;
  log: (line: string) => void;
}

/** Runs the kubemanagers of a central cluster in this process. */
export function kubemanagers({ central, dial, behavior, changed, signal, log }: KubemanagersContext): Kubemanagers {
  const running = new Map<string, Running>();
  const all: Promise<void>[] = [];

  const start = (deployment: KubernetesObject) => {
    const abort = new AbortController();
    const either = AbortSignal.any([signal, abort.signal]);
    const name = deployment.metadata.name;
    const entry: Running = {
      uid: deployment.metadata.uid ?? '',
      port: portOf(deployment),
      abort,
      ready: false,
      ended: Promise.resolve(),
    };
    const announce = (ready: boolean) => {
      entry.ready = ready;
      changed();
    };
    const run = async () => {
      while (!either.aborted) {
        try {
          await runKubemanager({
            central,
            name,
            remoteKubeconfig: () => remoteKubeconfig(central, deployment),
            dial,
            behavior,
            ready: () => announce(true),
            signal: either,
            log: (line) => log(`${name}: ${line}`),
          });
        } catch (error) {
          if (either.aborted) return;
          log(`${name}: ${error instanceof Error ? error.message : String(error)}`);
          announce(false);
          await sleep(RESTART_MS, undefined, { signal: either }).catch(() => {});
        }
      }
    };
    entry.ended = run();
    all.push(entry.ended);
    running.set(name, entry);
  };

  return {
    follow(deployments) {
      for (const [name, { uid, abort }] of running) {
        if (deployments.some(({ metadata }) => metadata.uid === uid && metadata.deletionTimestamp === undefined)) continue;
        abort.abort();
        running.delete(name);
      }
      for (const deployment of deployments) {
        const { name, deletionTimestamp } = deployment.metadata;
        const taken = [...running.values()].some(({ port }) => port === portOf(deployment));
        if (deletionTimestamp === undefined && !running.has(name) && !taken) start(deployment);
      }
    },
    isReady: ({ metadata }) => running.get(metadata.name)?.ready === true,
    ended: async () => {
      await Promise.all(all);
    },
  };
}

interface PodSpec {
  containers: { ports?: { hostPort?: number }[] }[];
  volumes?: { secret?: { secretName: string } }[];
}

function podSpec(deployment: KubernetesObject): PodSpec {
  return (deployment.spec as { template: { spec: PodSpec } }).template.spec;
}

function portOf(deployment: KubernetesObject): number {
  return podSpec(deployment).containers[0]?.ports?.[0]?.hostPort ?? 0;
}

/** Content of the secret that the pod would mount. */
async function remoteKubeconfig(central: KubeClient, deployment: KubernetesObject): Promise<string> {
  const name = podSpec(deployment).volumes?.find(({ secret }) => secret)?.secret?.secretName ?? '';
  const secret = await central.get(SECRET, deployment.metadata.namespace, name);
  const data = (secret?.data as Record<string, string> | undefined)?.[KUBECONFIG_KEY];
  if (data === undefined) throw new Error(`secret ${deployment.metadata.namespace}/${name} has no key ${KUBECONFIG_KEY}`);
  return Buffer.from(data, 'base64').toString('utf8');
}

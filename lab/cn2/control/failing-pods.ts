import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from './client.ts';
import { POD, pathOf } from './kinds.ts';

interface ContainerStatus {
  name: string;
  state?: { waiting?: { reason?: string; message?: string }; terminated?: { reason?: string; exitCode?: number } };
  lastState?: { terminated?: { reason?: string; exitCode?: number } };
}

/** Said by the kubelet of a container that is only on its way. */
const STARTING = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * Containers that ended or cannot start, one sentence each with the last line that they wrote: what lies under "is not ready".
 * A cluster that does not answer has none to name.
 */
export async function failingPods(client: KubeClient): Promise<string[]> {
  const { items } = await client.list(POD).catch(() => ({ items: [] as KubernetesObject[] }));
  const failing = items.flatMap((pod) => statusesOf(pod).map((status) => ({ pod, status, reason: reasonOf(status) })));
  return Promise.all(
    failing
      .filter(({ reason }) => reason !== undefined)
      .map(async ({ pod, status, reason }) => {
        const words = await lastWords(client, pod, status.name);
        return `pod ${pod.metadata.namespace}/${pod.metadata.name}, container ${status.name}: ${reason}${words === '' ? '' : `, its last line: ${words}`}`;
      }),
  );
}

function statusesOf(pod: KubernetesObject): ContainerStatus[] {
  const status = pod['status'] as
    | { initContainerStatuses?: ContainerStatus[]; containerStatuses?: ContainerStatus[] }
    | undefined;
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

/** Why a container is not as it should be; undefined: it runs, has done its work, or is starting for the first time. */
function reasonOf({ state, lastState }: ContainerStatus): string | undefined {
  const waiting = state?.waiting?.reason;
  if (waiting !== undefined && !STARTING.has(waiting)) return state?.waiting?.message ?? waiting;
  const ended = state?.terminated ?? (waiting === undefined ? undefined : lastState?.terminated);
  return ended === undefined || ended.exitCode === 0
    ? undefined
    : `ended with ${ended.exitCode} (${ended.reason ?? 'no reason'})`;
}

/** The run before where there was one: the present one may not have said anything yet. */
async function lastWords(client: KubeClient, pod: KubernetesObject, container: string): Promise<string> {
  const path = `${pathOf(POD, pod.metadata.namespace, pod.metadata.name)}/log?container=${container}&tailLines=1`;
  const previous = await client.text('GET', `${path}&previous=true`).catch(() => '');
  const words = previous === '' ? await client.text('GET', path).catch(() => '') : previous;
  return words.trim().slice(0, 300);
}

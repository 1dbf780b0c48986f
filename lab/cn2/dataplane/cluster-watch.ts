import { EventEmitter, on } from 'node:events';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { ApiError, type KubeClient } from '../control/client.ts';
import { inform } from '../control/informer.ts';
import { CONFIG_MAP, NAMESPACE, NODE, POD } from '../control/kinds.ts';
import type { ClusterView } from './cluster-view.ts';
import type { PodApi } from './cni-handler.ts';
import { type DataplaneState, EMPTY_STATE, parseState, STATE_CONFIG_MAP, STATE_KEY, STATE_NAMESPACE } from './state.ts';

/** Further interfaces wait for the kubemanager this long; then the kubelet tries again with a new sandbox. */
const INTERFACES_MS = 60_000;
const NAMESPACE_MS = 5_000;

export interface ClusterWatch extends PodApi {
  view(): ClusterView;
  /** Settles when everything has been listed once. */
  readonly synced: Promise<unknown>;
}

/** Follows the own cluster's nodes, namespaces, pods and the kubemanager's state; `changed` is called after every change. */
export function watchCluster(
  client: KubeClient,
  changed: () => void,
  log: (line: string) => void,
  signal: AbortSignal,
): ClusterWatch {
  const changes = new EventEmitter();
  changes.setMaxListeners(0);
  const notify = () => {
    changes.emit('change');
    changed();
  };
  const nodes = inform(client, NODE, undefined, notify, signal);
  const namespaces = inform(client, NAMESPACE, undefined, notify, signal);
  const pods = inform(client, POD, undefined, notify, signal);
  const maps = inform(client, CONFIG_MAP, STATE_NAMESPACE, notify, signal);
  let read: { text: string; state: DataplaneState } = { text: '', state: EMPTY_STATE };

  const state = (): DataplaneState => {
    const data = maps.get(STATE_NAMESPACE, STATE_CONFIG_MAP)?.data as Record<string, string> | undefined;
    const text = data?.[STATE_KEY] ?? '';
    if (text === read.text) return read.state;
    try {
      read = { text, state: text === '' ? EMPTY_STATE : parseState(text) };
    } catch (error) {
      log(`${STATE_NAMESPACE}/${STATE_CONFIG_MAP} cannot be read, the last state stays: ${(error as Error).message}`);
      read = { text, state: read.state };
    }
    return read.state;
  };

  /** The first value that `probe` finds, looked for at every change; undefined after `milliseconds`. */
  const first = async <Value>(probe: () => Value | undefined, milliseconds: number): Promise<Value | undefined> => {
    const found = probe();
    if (found !== undefined) return found;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
    try {
      for await (const _ of on(changes, 'change', { signal: limit })) {
        const now = probe();
        if (now !== undefined) return now;
      }
    } catch (error) {
      if (!limit.aborted) throw error;
    }
    return undefined;
  };

  return {
    view: () => ({ nodes: nodes.items(), namespaces: namespaces.items(), pods: pods.items(), state: state() }),
    synced: Promise.all([nodes.synced, namespaces.synced, pods.synced, maps.synced]),
    pod: (namespace, name) => client.get(POD, namespace, name),
    async namespaceKnown(namespace) {
      if ((await first(() => namespaces.get(undefined, namespace), NAMESPACE_MS)) === undefined) {
        throw new Error(`namespace ${namespace} is not known yet`);
      }
    },
    async podWith(annotation, pod) {
      const carries = (one: KubernetesObject | undefined) =>
        one?.metadata.uid === pod.metadata.uid && one?.metadata.annotations?.[annotation] !== undefined ? one : undefined;
      return carries(pod) ?? (await first(() => carries(pods.get(pod.metadata.namespace, pod.metadata.name)), INTERFACES_MS));
    },
    async annotate(pod, annotations) {
      const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status?fieldManager=vrouter-agent`;
      const patch = { metadata: { uid: pod.metadata.uid, annotations } };
      for (let attempt = 0; ; attempt++) {
        try {
          await client.json('PATCH', path, patch, 'application/merge-patch+json');
          return;
        } catch (error) {
          // The kubelet writes the status at the same time; the server retries a merge patch only a few times.
          if (!(error instanceof ApiError && error.status === 409 && attempt < 5)) throw error;
        }
      }
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from './client.ts';
import type { Kind } from './kinds.ts';

const RETRY_MS = 250;

/** What a kind looks like on a cluster, kept current by a watch. */
export interface Informer {
  /** Every object, by name of namespace and object. */
  items(): KubernetesObject[];
  get(namespace: string | undefined, name: string): KubernetesObject | undefined;
  /** Settles when the first list is in. */
  readonly synced: Promise<void>;
}

/**
 * Lists and watches a kind until the signal aborts and calls `changed` after every change. A kind that is not served yet
 * and a cluster that does not answer are retried: CN2's parts start in any order.
 */
export function inform(
  client: KubeClient,
  kind: Kind,
  namespace: string | undefined,
  changed: () => void,
  signal: AbortSignal,
): Informer {
  const store = new Map<string, KubernetesObject>();
  let synced = () => {};
  const informer: Informer = {
    items: () => [...store.values()],
    get: (ns, name) => store.get(keyOf(ns, name)),
    synced: new Promise((resolve) => {
      synced = resolve;
    }),
  };
  const follow = async () => {
    const list = await client.list(kind, namespace);
    store.clear();
    for (const item of list.items) store.set(keyOf(item.metadata.namespace, item.metadata.name), complete(item, kind));
    synced();
    changed();
    let version = list.resourceVersion;
    while (!signal.aborted) {
      for await (const event of client.watch(kind, namespace, version, signal)) {
        if (event.type === 'ERROR') return;
        version = event.object.metadata.resourceVersion ?? version;
        if (event.type === 'BOOKMARK') continue;
        const key = keyOf(event.object.metadata.namespace, event.object.metadata.name);
        if (event.type === 'DELETED') store.delete(key);
        else store.set(key, event.object);
        changed();
      }
    }
  };
  const run = async () => {
    while (!signal.aborted) {
      try {
        await follow();
      } catch {
        // Not served yet, unreachable, or an answer that was cut off: what matters is the list that comes next.
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  };
  void run();
  return informer;
}

/** Items of a list carry neither apiVersion nor kind. */
function complete(item: KubernetesObject, kind: Kind): KubernetesObject {
  return { ...item, apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`, kind: kind.kind };
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from './client.ts';
import type { Kind } from './kinds.ts';

/** Whoever works for the controller; published objects name it so. */
export const MANAGER = 'manager';

const SUFFIX = '.finalizers.core.juniper.net';

/** What has to be cleaned up behind an object of a kind before it may go, as published objects list it. */
const FINALIZERS: Readonly<Record<string, readonly string[]>> = {
  VirtualNetwork: ['virtual-network-id-deallocation', 'route-target', 'vn-routinginstance-delete'].map(
    (name) => `${name}${SUFFIX}`,
  ),
  Subnet: [`subnet-pool${SUFFIX}`],
  VirtualNetworkRouter: ['remove-vnr-rt-from-vn-ri', 'vnr-routinginstance-delete'].map((name) => `${name}${SUFFIX}`),
  RoutingInstance: ['route-target-delete-default', 'route-target-number-deallocation'].map((name) => `${name}${SUFFIX}`),
};

/** The finalizers of an object of CN2's core. */
export function finalizersOf(kind: string): readonly string[] {
  return FINALIZERS[kind] ?? [];
}

/** Whether an object carries all finalizers of its kind. */
export function isHeld({ kind, metadata }: KubernetesObject): boolean {
  return finalizersOf(kind).every((name) => metadata.finalizers?.includes(name) === true);
}

/** Takes hold of an object that lives; nothing is written where it is held already. */
export async function hold(client: KubeClient, kind: Kind, object: KubernetesObject): Promise<void> {
  const present = object.metadata.finalizers ?? [];
  const missing = finalizersOf(kind.kind).filter((name) => !present.includes(name));
  if (missing.length > 0) await setFinalizers(client, kind, object, [...present, ...missing]);
}

/**
 * Lets go of an object that is being deleted, `delay` milliseconds after it was asked to go. Gives the milliseconds that are left
 * until then; undefined: done, or nothing to let go.
 */
export async function release(
  client: KubeClient,
  kind: Kind,
  object: KubernetesObject,
  delay: number,
): Promise<number | undefined> {
  const present = object.metadata.finalizers ?? [];
  const others = present.filter((name) => !finalizersOf(kind.kind).includes(name));
  if (others.length === present.length) return undefined;
  const left = Date.parse(object.metadata.deletionTimestamp ?? '') + delay - Date.now();
  if (left > 0) return left;
  await setFinalizers(client, kind, object, others);
  return undefined;
}

async function setFinalizers(
  client: KubeClient,
  kind: Kind,
  object: KubernetesObject,
  finalizers: readonly string[],
): Promise<void> {
  const { namespace, name, resourceVersion } = object.metadata;
  try {
    await client.merge(kind, namespace, name, { metadata: { finalizers, resourceVersion } }, MANAGER);
  } catch (error) {
    // Moved on, or gone: the watch shows what it is now.
    if (![404, 409].includes((error as { status?: number }).status ?? 0)) throw error;
  }
}

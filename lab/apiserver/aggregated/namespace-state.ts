import type { KubeClient } from '../../cn2/control/client.ts';
import { NAMESPACE } from '../../cn2/control/kinds.ts';

/** Whether a namespace of the first server takes new objects. */
export type NamespaceState = 'there' | 'leaving' | 'absent';

/** Asks the first server; throws where it does not answer. */
export async function namespaceState(first: KubeClient, name: string): Promise<NamespaceState> {
  const found = await first.get(NAMESPACE, undefined, name);
  if (found === undefined) return 'absent';
  return found.metadata.deletionTimestamp === undefined ? 'there' : 'leaving';
}

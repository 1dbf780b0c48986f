import { CONTRAIL_NAMESPACE, EMULATED_ANNOTATION } from '../cn2/names.ts';
import type { Cluster } from '../ports/cluster.ts';
import { NAMESPACES } from './marks.ts';

/** Whether the lab stands in for CN2 on a central cluster. Not so where that cannot be read. */
export async function isEmulated(central: Cluster | undefined): Promise<boolean> {
  try {
    const contrail = await central?.get({ resource: NAMESPACES, name: CONTRAIL_NAMESPACE });
    return contrail?.metadata.annotations?.[EMULATED_ANNOTATION] === 'true';
  } catch {
    return false;
  }
}

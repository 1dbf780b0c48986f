import { CONTRAIL_NAMESPACE } from '../../../src/cn2/names.ts';
import type { KubeClient } from './client.ts';
import { NAMESPACE } from './kinds.ts';

/** What of CN2 is not published, or known from one object alone, so that a test may want it both ways. */
export interface Behavior {
  /**
   * Who makes VirtualRouters. `deployer`: that of the cluster, with the published labels; a wrong clusterName shows in one of them.
   * `kubemanager`: the kubemanager, and with a wrong clusterName none appears.
   */
  virtualRouters: 'deployer' | 'kubemanager';
  /** Milliseconds that the controller takes at least before it lets go of an object that is being deleted. */
  deletionDelay: number;
  /** What becomes of namespaces `K-…` when the Kubemanager that made them is gone. */
  mirrors: 'removed' | 'kept';
}

export const DEFAULT_BEHAVIOR: Behavior = { virtualRouters: 'deployer', deletionDelay: 0, mirrors: 'removed' };

/** On namespace contrail of the central cluster, before CN2 is installed there: a Behavior, whole or in part, as JSON. */
const BEHAVIOR_ANNOTATION = 'emulated.cn2/behavior';

/** The behavior that the central cluster asks for; the default one where it says nothing. */
export async function behaviorOf(central: KubeClient): Promise<Behavior> {
  const contrail = await central.get(NAMESPACE, undefined, CONTRAIL_NAMESPACE);
  const asked = contrail?.metadata.annotations?.[BEHAVIOR_ANNOTATION];
  return { ...DEFAULT_BEHAVIOR, ...(asked === undefined ? {} : (JSON.parse(asked) as Partial<Behavior>)) };
}

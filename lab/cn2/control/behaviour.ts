import { CONTRAIL_NAMESPACE } from '../../../src/cn2/names.ts';
import type { KubeClient } from './client.ts';
import { NAMESPACE } from './kinds.ts';

/** What of CN2 is not published, or known from one object alone, so that a test may want it both ways. */
export interface Behaviour {
  /**
   * Who makes VirtualRouters. `deployer`: that of the cluster, with the published labels; a wrong clusterName shows in one of them.
   * `kubemanager`: the kubemanager, and with a wrong clusterName none appears.
   */
  virtualRouters: 'deployer' | 'kubemanager';
  /** Milliseconds that the controller takes at least before it lets go of an object that is being deleted. */
  deletionDelay: number;
}

export const DEFAULT_BEHAVIOUR: Behaviour = { virtualRouters: 'deployer', deletionDelay: 0 };

/** On namespace contrail of the central cluster, before CN2 is installed there: a Behaviour, whole or in part, as JSON. */
export const BEHAVIOUR_ANNOTATION = 'emulated.cn2/behaviour';

/** The behaviour that the central cluster asks for; the default one where it says nothing. */
export async function behaviourOf(central: KubeClient): Promise<Behaviour> {
  const contrail = await central.get(NAMESPACE, undefined, CONTRAIL_NAMESPACE);
  const asked = contrail?.metadata.annotations?.[BEHAVIOUR_ANNOTATION];
  return { ...DEFAULT_BEHAVIOUR, ...(asked === undefined ? {} : (JSON.parse(asked) as Partial<Behaviour>)) };
}

import type { Fleet, FleetNamespace } from '../model/fleet.ts';
import { SMOKE_NAMESPACE } from './names.ts';

/**
 * The namespaces in which the smoke test pings over the default pod networks: one on the central cluster and on each attached one, with
 * fabric SNAT. They are objects of the fleet that nobody declares, made once and kept; none where no default pod network is measured.
 */
export function probeNamespaces({ central, distributed, smoke }: Fleet): FleetNamespace[] {
  if (smoke === undefined || smoke.defaultPodNetwork.length === 0) return [];
  const attached = distributed.filter(({ state }) => state === 'attached');
  return [central, ...attached].map(({ name: cluster }) => ({
    cluster,
    name: SMOKE_NAMESPACE,
    isolated: false,
    manage: true,
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    forwarding: 'fabric-snat',
  }));
}

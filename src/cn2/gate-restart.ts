import { objectTitle, refOf } from '../model/object-ref.ts';
import { type Gate, seenAs } from './gate.ts';
import { all, deploymentAvailable, waiting } from './health.ts';
import { CONTRAIL_NAMESPACE, DATAPLANE } from './names.ts';
import { COREDNS_LABEL, COREDNS_NAMESPACE, isOlderThanCn2, oldestVrouter } from './restart.ts';

/**
 * Stage 60: CoreDNS is Available, with none of its pods left from before CN2 (a Deployment stays Available for a moment after
 * its pods are deleted). A cluster whose DNS is not a Deployment with CoreDNS's label has nothing to wait for.
 */
export function restartGate(cluster: string): Gate {
  const selector = `${COREDNS_LABEL.key}=${COREDNS_LABEL.value}`;
  return {
    stage: '60-restart',
    cluster,
    watch: {
      deployments: { cluster, group: 'apps', kind: 'Deployment', namespace: COREDNS_NAMESPACE, labelSelector: selector },
      pods: { cluster, group: '', kind: 'Pod', namespace: COREDNS_NAMESPACE, labelSelector: selector },
      vrouters: { cluster, group: DATAPLANE, kind: 'Vrouter', namespace: CONTRAIL_NAMESPACE },
    },
    judge: (seen) => {
      const oldest = oldestVrouter(seenAs(seen, 'vrouters'));
      const old = seenAs(seen, 'pods').filter((pod) => oldest !== undefined && isOlderThanCn2(pod, oldest));
      return all([
        ...old.map((pod) => waiting(`${objectTitle(refOf(pod))} is older than CN2`)),
        ...seenAs(seen, 'deployments').map(deploymentAvailable),
      ]);
    },
  };
}

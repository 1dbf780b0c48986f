import { CONFIGPLANE, CONTRAIL_NAMESPACE, KUBEMANAGER_CONTAINER } from '../cn2/names.ts';
import { constantRouteTargetNumber, listenerPort } from '../cn2/numbers.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import { parseCidr } from '../declare/cidr.ts';
import type { DistributedCluster, Family, Fleet } from '../model/fleet.ts';
import { apiVersionOf, type Json, type KubernetesObject } from '../model/kubernetes.ts';
import type { KubemanagerPattern } from './central-file.ts';
import { mirrored } from './images.ts';
import { sortedMap } from './manifest.ts';
import { mergePatch } from './merge-patch.ts';

/**
 * The Kubemanager through which the central cluster drives a distributed one: the fields of the multi-cluster guide's object. It
 * runs on the central cluster, so its image never comes from the distributed cluster's registry. What the declaration adds to the
 * spec comes last; rule E35 keeps it off what is rendered here.
 */
export function kubemanagerObject(
  fleet: Fleet,
  cluster: DistributedCluster,
  pattern: KubemanagerPattern,
  facts: ReleaseFacts,
): KubernetesObject {
  const nodeSelector = cluster.kubemanagerNodeSelector ?? pattern.nodeSelector;
  return {
    apiVersion: apiVersionOf(CONFIGPLANE, facts.versions.configplane),
    kind: 'Kubemanager',
    metadata: { name: cluster.kubemanager, namespace: CONTRAIL_NAMESPACE },
    spec: mergePatch(
      {
        common: {
          containers: [{ image: mirrored(pattern.image, fleet.release.registry), name: KUBEMANAGER_CONTAINER }],
          ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector: sortedMap(nodeSelector) } : {}),
        },
        ...subnetField('podV4Subnet', cluster.podSubnets, 'v4'),
        ...subnetField('serviceV4Subnet', cluster.serviceSubnets, 'v4'),
        ...subnetField('podV6Subnet', cluster.podSubnets, 'v6'),
        ...subnetField('serviceV6Subnet', cluster.serviceSubnets, 'v6'),
        clusterName: cluster.name,
        kubeconfigSecretName: cluster.kubeconfigSecret,
        enableNad: true,
        listenerPort: listenerPort(cluster),
        constantRouteTargetNumber: constantRouteTargetNumber(cluster),
      },
      cluster.kubemanagerSpec ?? {},
    ) as Json,
  };
}

/** CIDRs of a Fleet are canonical already. */
function subnetField(field: string, subnets: readonly string[], family: Family): Record<string, string> {
  const subnet = subnets.find((candidate) => parseCidr(candidate)?.family === family);
  return subnet === undefined ? {} : { [field]: subnet };
}

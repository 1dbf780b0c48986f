import { CONFIGPLANE, CONTRAIL_NAMESPACE, KUBEMANAGER_CONTAINER } from '../cn2/names.ts';
import { constantRouteTargetNumber, listenerPort } from '../cn2/numbers.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import { parseCidr } from '../declare/cidr.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { DistributedCluster, Family, Fleet, Release } from '../model/fleet.ts';
import { apiVersionOf, type Json, type KubernetesObject } from '../model/kubernetes.ts';
import type { KubemanagerPattern } from './central-file.ts';
import { withRegistry } from './images.ts';
import { sortedMap } from './manifest.ts';
import { mergePatch } from './merge-patch.ts';
import type { VendorDocument } from './vendor-document.ts';
import { imageFindings } from './vendor-images.ts';
import { versionFindings } from './vendor-version.ts';

/**
 * The Kubemanager through which the central cluster drives a distributed one: the fields of the multi-cluster guide's object. It
 * runs on the central cluster, so its images never come from the distributed cluster's registry. What the declaration adds to the
 * spec comes last; rule E35 keeps it off what is rendered here, and its images have the rules of the vendor's files.
 */
export function kubemanagerObject(
  fleet: Fleet,
  cluster: DistributedCluster,
  pattern: KubemanagerPattern,
  facts: ReleaseFacts,
): KubernetesObject {
  const nodeSelector = cluster.kubemanagerNodeSelector ?? pattern.nodeSelector;
  const object = {
    apiVersion: apiVersionOf(CONFIGPLANE, facts.versions.configplane),
    kind: 'Kubemanager',
    metadata: { name: cluster.kubemanager, namespace: CONTRAIL_NAMESPACE },
    spec: mergePatch(
      {
        common: {
          containers: [{ image: pattern.image, name: KUBEMANAGER_CONTAINER }],
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
  return withRegistry(object, fleet.release.registry);
}

/**
 * What is wrong with the images that `kubemanager.spec` of a cluster adds, each at its place in the declaration: they run on the
 * central cluster, so they are judged as those of the vendor's files (rules manifests and E22). `at`: JSON pointer of the cluster.
 */
export function kubemanagerImageFindings(
  { kubemanager, kubemanagerSpec }: DistributedCluster,
  { at, source, release, facts }: { at: string; source: SourceMap; release: Release; facts: ReleaseFacts },
): Finding[] {
  if (kubemanagerSpec === undefined) return [];
  const added: VendorDocument = {
    file: source.file,
    object: {
      apiVersion: apiVersionOf(CONFIGPLANE, facts.versions.configplane),
      kind: 'Kubemanager',
      metadata: { name: kubemanager, namespace: CONTRAIL_NAMESPACE },
      spec: kubemanagerSpec as Json,
    },
    at: (path) => placeOf(source, `${at}/kubemanager${pointer(...path)}`),
  };
  return [...imageFindings([added], release), ...versionFindings([added], release, facts)];
}

/** CIDRs of a Fleet are canonical already. */
function subnetField(field: string, subnets: readonly string[], family: Family): Record<string, string> {
  const subnet = subnets.find((candidate) => parseCidr(candidate)?.family === family);
  return subnet === undefined ? {} : { [field]: subnet };
}

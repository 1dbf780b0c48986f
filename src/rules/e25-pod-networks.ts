import { namedNetworks } from '../cn2/named-networks.ts';
import { clusterPrefix, NETWORKS_ANNOTATION, POD_NETWORK_ANNOTATION } from '../cn2/names.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { manifestPlace } from './manifest-place.ts';
import { podNetworkFindings } from './pod-network-annotation.ts';
import { finding, type Rule } from './rule.ts';

/** A pod names networks as the central cluster knows them, wherever it runs. */
export const podNetworks: Rule = {
  id: 'E25',
  sentence: `Annotations ${NETWORKS_ANNOTATION} and ${POD_NETWORK_ANNOTATION} name networks by their namespace on the central cluster: <namespace>/<network>, on a distributed cluster <kubemanager>-<cluster>-<namespace>/<network>.`,
  remedy: 'Use the name that the namespace has on the central cluster.',
  source: 'documented',
  judgeDeclaration(input) {
    return podNetworkFindings(this, input);
  },
  judgeManifests({ fleet, manifests, folder }) {
    return manifests.flatMap((manifest) =>
      annotationsOf(manifest.object).flatMap(({ path, value }) => {
        const fault = faultOf(value, manifest, fleet);
        return fault
          ? [finding(this, manifestPlace(manifest, folder, path), `${objectTitle(refOf(manifest.object))}: ${fault}`)]
          : [];
      }),
    );
  },
};

/** The annotation on the object itself (Pod) and on its pod template. */
function annotationsOf(object: KubernetesObject): { path: string[]; value: string }[] {
  return [
    ['metadata', 'annotations', NETWORKS_ANNOTATION],
    ['metadata', 'annotations', POD_NETWORK_ANNOTATION],
    ['spec', 'template', 'metadata', 'annotations', NETWORKS_ANNOTATION],
    ['spec', 'jobTemplate', 'spec', 'template', 'metadata', 'annotations', NETWORKS_ANNOTATION],
  ].flatMap((path) => {
    let value: unknown = object;
    for (const key of path)
      value = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : undefined;
    return value === undefined ? [] : [{ path, value: String(value) }];
  });
}

function faultOf(value: string, { cluster }: Manifest, fleet: Fleet): string | undefined {
  const names = namedNetworks(value);
  if (!names) return 'the networks annotation is neither a list of names nor JSON';
  const owner = fleet.distributed.find(({ name }) => name === cluster);
  const prefix = owner && `${clusterPrefix(owner.kubemanager, owner.name)}-`;
  for (const { namespace, name } of names) {
    if (!name || !namespace) return `network ${name || '(none)'} is named without its namespace`;
    if (prefix !== undefined && !namespace.startsWith(prefix)) return `network ${namespace}/${name} lacks the prefix ${prefix}`;
  }
  return undefined;
}

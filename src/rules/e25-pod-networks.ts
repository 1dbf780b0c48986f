import { namedNetworks } from '../cn2/named-networks.ts';
import { clusterPrefix, NETWORKS_ANNOTATION, POD_NETWORK_ANNOTATION } from '../cn2/names.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import { manifestPlace } from './manifest-place.ts';
import { podNetworkFindings } from './pod-network-annotation.ts';
import { finding, type Rule } from './rule.ts';

/** A pod names networks as the central cluster knows them, wherever it runs. */
export const podNetworks: Rule = {
  id: 'E25',
  sentence: `Annotations ${NETWORKS_ANNOTATION} and ${POD_NETWORK_ANNOTATION} name networks by their namespace on the central cluster: <namespace>/<network>, on a distributed cluster <kubemanager>-<cluster>-<namespace>/<network>. A name alone is a warning on the central one.`,
  remedy: 'Use the name that the namespace has on the central cluster.',
  source: 'documented',
  judgeDeclaration(input) {
    return podNetworkFindings(this, input);
  },
  judgeManifests({ fleet, manifests, folder }) {
    return manifests.flatMap((manifest) =>
      annotationsOf(manifest.object).flatMap(({ path, value }) => {
        const fault = faultOf(value, manifest, fleet);
        if (fault === undefined) return [];
        const title = objectTitle(refOf(manifest.object));
        return [
          finding(this, manifestPlace(manifest, folder, path), `${title}: ${fault.text}`, present({ severity: fault.severity })),
        ];
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

/**
 * A name alone is one of the pod's own namespace to whoever reads the annotation. Published manifests have it on central clusters, where it
 * works; on a distributed one that namespace has another name.
 */
function faultOf(value: string, { cluster }: Manifest, fleet: Fleet): { text: string; severity?: 'warning' } | undefined {
  const names = namedNetworks(value);
  if (!names) return { text: 'the networks annotation is neither a list of names nor JSON' };
  const owner = fleet.distributed.find(({ name }) => name === cluster);
  const prefix = owner && `${clusterPrefix(owner.kubemanager, owner.name)}-`;
  for (const { namespace, name } of names) {
    if (!name || !namespace) {
      const text = `network ${name || '(none)'} is named without its namespace`;
      return name && prefix === undefined ? { text, severity: 'warning' } : { text };
    }
    if (prefix !== undefined && !namespace.startsWith(prefix))
      return { text: `network ${namespace}/${name} lacks the prefix ${prefix}` };
  }
  return undefined;
}

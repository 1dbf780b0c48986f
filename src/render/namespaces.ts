import { centralNetwork } from '../cn2/central-view.ts';
import { FORWARDING_ANNOTATION, ISOLATED_LABEL, POD_NETWORK_ANNOTATION } from '../cn2/names.ts';
import type { Fleet, FleetNamespace } from '../model/fleet.ts';
import { type Draft, sortedMap } from './manifest.ts';

/** The declared namespaces, each on its own cluster; those that are only referred to are not ours to write. */
export function namespaceDrafts(fleet: Fleet): Draft[] {
  return fleet.namespaces.flatMap((namespace, index): Draft[] => {
    if (!namespace.manage) return [];
    const { cluster, name, isolated, labels } = namespace;
    const annotations = annotationsOf(fleet, namespace);
    return [
      {
        cluster,
        stage: '70-namespaces',
        for: cluster,
        declaredAt: `/namespaces/${index}`,
        object: {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: {
            name,
            labels: { ...labels, ...(isolated ? { [ISOLATED_LABEL]: 'true' } : {}) },
            ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
          },
        },
      },
    ];
  });
}

/** CN2 looks for a pod network on the central cluster, wherever the namespace is. */
function annotationsOf(fleet: Fleet, { cluster, annotations, forwarding }: FleetNamespace): Record<string, string> {
  const declared = annotations?.[POD_NETWORK_ANNOTATION];
  const podNetwork = declared === undefined ? undefined : (centralNetwork(fleet, cluster, declared) ?? declared);
  return sortedMap({
    ...annotations,
    ...(podNetwork === undefined ? {} : { [POD_NETWORK_ANNOTATION]: podNetwork }),
    ...(forwarding === undefined ? {} : { [FORWARDING_ANNOTATION]: forwarding }),
  });
}

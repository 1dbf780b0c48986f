import { centralNetwork } from '../cn2/central-view.ts';
import { FORWARDING_ANNOTATION, ISOLATED_LABEL, POD_NETWORK_ANNOTATION } from '../cn2/names.ts';
import { probeNamespaces } from '../cn2/probe-namespaces.ts';
import type { Fleet, FleetNamespace } from '../model/fleet.ts';
import { type Draft, sortedMap } from './manifest.ts';

/**
 * The declared namespaces, each on its own cluster, and those of the smoke test; those that are only referred to are not ours to write.
 */
export function namespaceDrafts(fleet: Fleet): Draft[] {
  const declared = fleet.namespaces.flatMap((namespace, index) =>
    namespace.manage ? [draftOf(fleet, namespace, `/namespaces/${index}`)] : [],
  );
  return [...declared, ...probeNamespaces(fleet).map((namespace) => draftOf(fleet, namespace, '/smoke'))];
}

function draftOf(fleet: Fleet, namespace: FleetNamespace, declaredAt: string): Draft {
  const { cluster, name, isolated, labels } = namespace;
  const annotations = annotationsOf(fleet, namespace);
  return {
    cluster,
    stage: '70-namespaces',
    for: cluster,
    declaredAt,
    object: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        labels: { ...labels, ...(isolated ? { [ISOLATED_LABEL]: 'true' } : {}) },
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      },
    },
  };
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

import { FORWARDING_ANNOTATION, ISOLATED_LABEL } from '../cn2/names.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Draft } from './manifest.ts';

/** The declared namespaces, each on its own cluster; those that are only referred to are not ours to write. */
export function namespaceDrafts(fleet: Fleet): Draft[] {
  return fleet.namespaces.flatMap((namespace, index): Draft[] => {
    if (!namespace.manage) return [];
    const { cluster, name, isolated, labels, forwarding } = namespace;
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
            ...(forwarding === undefined ? {} : { annotations: { [FORWARDING_ANNOTATION]: forwarding } }),
          },
        },
      },
    ];
  });
}

import { CONFIGPLANE, CORE, DATAPLANE } from '../../src/cn2/names.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';

/** CN2's kinds as custom resources with open schemas, as far as plans need them: lists are atomic, as in Juniper's CRDs. */
export function cn2Definitions(side: 'central' | 'distributed'): KubernetesObject[] {
  if (side === 'distributed') return [definition(DATAPLANE, 'Vrouter', 'vrouters', 'v1alpha1')];
  return [
    definition(CONFIGPLANE, 'Kubemanager', 'kubemanagers', 'v1alpha1'),
    definition(CORE, 'Subnet', 'subnets', 'v1alpha1'),
    definition(CORE, 'VirtualNetwork', 'virtualnetworks', 'v1alpha1'),
    definition(CORE, 'VirtualNetworkRouter', 'virtualnetworkrouters', 'v1alpha1'),
  ];
}

export const DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

const ANYTHING = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** A namespaced custom resource; its fields, unless told: spec and status that take anything. */
export function definition(
  group: string,
  kind: string,
  plural: string,
  version: string,
  properties: Record<string, object> = { spec: ANYTHING, status: ANYTHING },
): KubernetesObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...('status' in properties ? { subresources: { status: {} } } : {}),
          schema: { openAPIV3Schema: { type: 'object', properties } },
        },
      ],
    },
  };
}

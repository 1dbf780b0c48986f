import * as z from 'zod';
import { cidr, credential, formed, lab, labels, merged, subnets, text } from './schema-parts.ts';
import { DNS_LABEL, IMAGE_NAME, IMAGE_TAG, OBJECT_NAME, REGISTRY } from './text-forms.ts';

/** The release and its clusters, as clusters.yaml says them. */

/** The release. */
export const release = z
  .strictObject({
    version: text('The one CN2 image tag of every cluster; compared with the manifests, never rewritten.'),
    images: z
      .record(formed(IMAGE_NAME, 'Name of an image, without registry and tag.'), formed(IMAGE_TAG, 'Its tag.'))
      .describe(
        'Tags of a hotfix, by image name: these images of the manifests carry them instead of version. Of the same release; compared with the manifests, never rewritten.',
      )
      .optional(),
    manifests: text("Folder of the vendor's example manifests, as downloaded, relative to this file."),
    registry: formed(REGISTRY, "Mirror: replaces what comes before the last '/' of each CN2 image.").optional(),
    pullSecret: credential.describe('Docker config JSON for the registry.'),
  })
  .describe('The CN2 release.');

const clusterKeys = {
  kubeconfig: credential.describe('How this tool reaches the cluster.'),
  handover: credential.describe('The kubeconfig that is handed to the other side; default: kubeconfig.').optional(),
  server: text('How the other side reaches this API: https://host:port.'),
  podSubnets: subnets('Pod networks, at most one of each family.'),
  serviceSubnets: subnets('Service networks, at most one of each family.'),
  nodeSubnets: z.array(cidr).describe('The underlay, checked for overlaps.').optional(),
  lab: lab.optional(),
};

/** The cluster that runs the controllers. */
export const central = z
  .strictObject({
    name: formed(DNS_LABEL, 'Name of the cluster that runs the CN2 controllers.'),
    kubernetesClusterName: text('Its Kubernetes cluster name; read live when absent.').optional(),
    ...clusterKeys,
  })
  .describe('The cluster that runs the CN2 controllers.');

const patch = z
  .strictObject({
    kind: text('Kind of an object of the manifests.'),
    name: text('Its name.'),
    namespace: text('Its namespace; absent for cluster-scoped kinds.').optional(),
    merge: merged('What is merged into it (RFC 7386): mappings are merged, lists replaced, null takes a field out.'),
  })
  .describe("A change of one object of this cluster's manifests; it hits exactly one.");

/** A cluster that is attached. */
export const distributed = z
  .strictObject({
    name: text("CN2's clusterName."),
    index: z
      .int()
      .describe(
        'Permanent, never reused: listenerPort 19446 + index, constantRouteTargetNumber 7699 + 100 × index. Only with both numbers may it be absent.',
      )
      .optional(),
    listenerPort: z
      .int()
      .describe('Port of its Kubemanager, where it does not follow from index. Permanent, never reused.')
      .optional(),
    constantRouteTargetNumber: z
      .int()
      .describe('Number of its Kubemanager, where it does not follow from index. Permanent, never reused.')
      .optional(),
    state: z
      .enum(['attached', 'detached'])
      .describe('Set to detached first, remove the entry afterwards. Default: attached.')
      .optional(),
    detach: z
      .strictObject({
        keep: z
          .array(formed(DNS_LABEL, 'Name of a namespace on this cluster.'))
          .describe('Namespaces of this cluster that stay, with what is in them.')
          .optional(),
        unreachable: z
          .boolean()
          .describe('The cluster is gone for good: only the central side is cleaned up, and no connection to it is tried.')
          .optional(),
      })
      .describe('How it is detached; only with state: detached.')
      .optional(),
    kubemanager: z
      .union([
        text('Name of the Kubemanager object.'),
        z.strictObject({
          name: text('Name of the Kubemanager object; default kubemanager-<name>.').optional(),
          spec: merged('Further fields of its spec, merged last (RFC 7386); none that another key renders.').optional(),
        }),
      ])
      .describe('Name of the Kubemanager object, or its name and further fields of its spec; default kubemanager-<name>.')
      .optional(),
    kubeconfigSecret: formed(OBJECT_NAME, 'Secret on the central cluster; default <name>-kubeconfig.').optional(),
    manifests: text(
      "Folder of the vendor's manifests for this cluster, of the same version; default: release.manifests, from which its Kubemanager comes in any case.",
    ).optional(),
    patches: z.array(patch).describe("Changes of objects of this cluster's manifests, in this order.").optional(),
    registry: formed(REGISTRY, 'Mirror that this cluster pulls from; default: release.registry.').optional(),
    pullSecret: credential.describe('Pull secret of this cluster; default: release.pullSecret.').optional(),
    kubemanagerNodeSelector: labels
      .describe("Nodes of the central cluster for the Kubemanager; default: the vendor's.")
      .optional(),
    ...clusterKeys,
  })
  .refine(
    ({ index, listenerPort, constantRouteTargetNumber }) =>
      index !== undefined || (listenerPort !== undefined && constantRouteTargetNumber !== undefined),
    { path: ['index'], error: 'needs index, or both listenerPort and constantRouteTargetNumber' },
  )
  .meta({
    description: 'A cluster that runs only vRouters.',
    anyOf: [{ required: ['index'] }, { required: ['listenerPort', 'constantRouteTargetNumber'] }],
  });

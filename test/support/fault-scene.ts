import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cn2Kinds } from '../../lab/cn2/control/kinds.ts';
import { placesIn, type Scene } from '../../lab/faults/scene.ts';
import { readDeclaration } from '../../src/declare/declaration.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

const GUIDE = join(import.meta.dirname, '../../examples/guide/clusters.yaml');
const K = 'kubemanager-cluster2-cluster2';
const KINDS = cn2Kinds('v1alpha1', 'v1alpha1');

/** The guide's declaration. */
export function guide(edit: (text: string) => string = (text) => text): Fleet {
  const { fleet } = readDeclaration(edit(readFileSync(GUIDE, 'utf8')), 'clusters.yaml');
  if (fleet === undefined) throw new Error('the guide cannot be read');
  return fleet;
}

/** The guide's lab for a fault on cluster2, attached: the networks and routers that the faults look at. */
export function guideScene(change: Partial<Scene> = {}): Scene {
  const fleet = guide();
  return {
    fleet,
    ...placesIn(fleet),
    nodes: (cluster) => [`guide-${cluster}-control-plane`],
    percent: 30,
    bytes: 1300,
    kinds: async () => KINDS,
    list: async (kind, namespace) =>
      liveObjects().filter((object) => object.kind === kind.kind && object.metadata.namespace === namespace),
    ...change,
  };
}

/** What the central cluster has, as far as faults change it. */
export function liveObjects(): KubernetesObject[] {
  const network = (namespace: string, name: string) => object('VirtualNetwork', namespace, name, { vn: name }, {});
  const router = (namespace: string, name: string, vn: string, imported: string) =>
    object(
      'VirtualNetworkRouter',
      namespace,
      name,
      { vnr: name },
      {
        type: 'mesh',
        virtualNetworkSelector: { matchLabels: { vn } },
        import: { virtualNetworkRouters: [{ virtualNetworkRouterSelector: { matchLabels: { vnr: imported } } }] },
      },
    );
  return [
    network('ns1', 'vn1'),
    network(`${K}-ns1`, 'vn2'),
    network('alone', 'vn3'),
    network(`${K}-alone`, 'vn4'),
    router('ns1', 'vnr1', 'vn1', 'vnr2'),
    router(`${K}-ns1`, 'vnr2', 'vn2', 'vnr1'),
  ];
}

function object(kind: string, namespace: string, name: string, labels: Record<string, string>, spec: object): KubernetesObject {
  return {
    apiVersion: 'core.contrail.juniper.net/v1alpha1',
    kind,
    metadata: {
      namespace,
      name,
      labels: {
        'app.kubernetes.io/managed-by': 'cn2-fleet',
        'back-reference.core.juniper.net/a1b2': 'Subnet_default',
        ...labels,
      },
      managedFields: [{ manager: 'cn2-fleet', operation: 'Apply' }],
    },
    spec,
  };
}

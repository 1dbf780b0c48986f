import { isOwnKey } from '../../src/cn2/names.ts';
import type { FleetNetwork } from '../../src/model/fleet.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { type RouterSpec, specOf } from '../cn2/control/core-objects.ts';
import { apiVersion, type Kind } from '../cn2/control/kinds.ts';
import { LabError } from '../kind/commands.ts';
import type { ChangeAct, CreateAct, Fault } from './fault.ts';
import { liveNetwork, liveRouter, type Scene } from './scene.ts';

/** What labels have for a value, and objects for a part of their name, that a fault has made. */
const MADE = 'cn2-fleet-fault';
const LABEL = 'lab-fault';
const CN2_KEY = /^([\w.-]+\.)?juniper\.net\//;
const BACK = 'the field gets back what it had';
const BOTH_WAYS = [
  { where: 'from A to B', verdict: 'unreachable' },
  { where: 'from B to A', verdict: 'unreachable' },
] as const;

/** Faults that are objects of an API: changed, or made. */
export const OBJECT_FAULTS: readonly Fault[] = [
  {
    name: 'import-gone',
    does: 'the router of network B imports nothing any more',
    on: 'its VirtualNetworkRouter on the central cluster',
    undone: BACK,
    says: { paths: BOTH_WAYS, causes: [{ rung: 'router', kind: 'VirtualNetworkRouter', words: 'does not import' }] },
    async acts(scene) {
      const router = await liveRouter(scene, scene.b);
      const before = specOf<RouterSpec>(router).import?.virtualNetworkRouters ?? [];
      return [change(scene, (await scene.kinds()).router, router, ['spec', 'import', 'virtualNetworkRouters'], before, [])];
    },
  },
  {
    name: 'router-label',
    does: 'the router of network B has another label than the one by which it is imported',
    on: 'its VirtualNetworkRouter on the central cluster',
    undone: BACK,
    says: { paths: BOTH_WAYS, causes: [{ rung: 'router', kind: 'VirtualNetworkRouter', words: 'has the label' }] },
    acts: async (scene) => [relabelled(scene, (await scene.kinds()).router, await liveRouter(scene, scene.b))],
  },
  {
    name: 'network-label',
    does: 'network B has another label than the one by which its router selects it',
    on: 'its VirtualNetwork on the central cluster',
    undone: BACK,
    says: { paths: BOTH_WAYS, causes: [{ rung: 'network', kind: 'VirtualNetwork', words: 'has the label' }] },
    acts: async (scene) => [relabelled(scene, (await scene.kinds()).virtualNetwork, await liveNetwork(scene, scene.b))],
  },
  {
    name: 'foreign-router',
    does: 'somebody joins two networks that are apart with routers of their own',
    on: 'two new VirtualNetworkRouters on the central cluster',
    undone: 'they are deleted',
    says: {
      paths: [{ where: 'between networks that are apart', verdict: 'unexpectedly-reachable' }],
      causes: [{ rung: 'router', kind: 'VirtualNetworkRouter', words: 'the fleet does not declare it' }],
    },
    acts: (scene) => Promise.all(scene.apart.map((network, at) => foreignRouter(scene, network, `${MADE}-${at + 1}`))),
  },
  {
    name: 'foreign-finalizer',
    does: "an admission gives the smoke test's pods a finalizer that nobody takes away",
    on: 'a MutatingAdmissionPolicy on the cluster',
    undone: 'policy and binding are deleted, the finalizer is taken off the pods that have it',
    says: { paths: [], causes: [], leftovers: 'always' },
    acts: async ({ cluster }) => [{ do: 'finalizer', cluster, finalizer: 'lab.cn2-fleet/fault' }],
  },
];

function change(
  { central }: Scene,
  kind: Kind,
  { metadata: { name, namespace = '', managedFields: owners = [] } }: KubernetesObject,
  path: readonly string[],
  before: unknown,
  to: unknown,
): ChangeAct {
  return { do: 'change', cluster: central, kind, namespace, name, path, before, to, owners };
}

/** Another value for the first label that somebody selects by. */
function relabelled(scene: Scene, kind: Kind, object: KubernetesObject): ChangeAct {
  const [key, before] = selectable(object)[0] ?? [];
  if (key === undefined) throw new LabError(`${kind.kind} ${object.metadata.namespace}/${object.metadata.name} has no label`);
  return change(scene, kind, object, ['metadata', 'labels', key], before, MADE);
}

/** Labels of people: CN2 writes those of its own domain, and back again. */
function selectable({ metadata: { labels = {} } }: KubernetesObject): [string, string][] {
  return Object.entries(labels).filter(([key]) => !isOwnKey(key) && !CN2_KEY.test(key));
}

async function foreignRouter(scene: Scene, network: FleetNetwork, name: string): Promise<CreateAct> {
  const { router } = await scene.kinds();
  const live = await liveNetwork(scene, network);
  const ours = { matchLabels: { [LABEL]: MADE } };
  return {
    do: 'create',
    cluster: scene.central,
    kind: router,
    object: {
      apiVersion: apiVersion(router),
      kind: router.kind,
      metadata: { name, namespace: live.metadata.namespace ?? '', labels: { [LABEL]: MADE } },
      spec: {
        type: 'mesh',
        virtualNetworkSelector: { matchLabels: Object.fromEntries(selectable(live)) },
        import: { virtualNetworkRouters: [{ virtualNetworkRouterSelector: ours, namespaceSelector: {} }] },
      },
    },
  };
}

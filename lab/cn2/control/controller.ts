import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { assignAddresses } from './address-assignment.ts';
import { usage } from './addresses.ts';
import type { Behavior } from './behavior.ts';
import type { KubeClient } from './client.ts';
import { type InstanceIpSpec, type SubnetSpec, specOf, stateOf, type VirtualNetworkSpec } from './core-objects.ts';
import { hold, isHeld, MANAGER, release } from './finalizers.ts';
import { type Informer, inform } from './informer.ts';
import { type Judgement, judgeNetwork, judgePeer, judgeRouter, judgeSubnet } from './judge.ts';
import type { Cn2Kinds, Kind } from './kinds.ts';
import { startLoop } from './loop.ts';
import { freeTarget, isOutOfRouting, routingInstances } from './routing-instances.ts';
import { fillIn, serverFilling } from './server-filled.ts';

/** What a controller of the emulation runs on. */
export interface ControllerContext {
  client: KubeClient;
  kinds: Cn2Kinds;
  behavior: Behavior;
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * The emulated contrail-k8s-controller: works out state, VNI and usage of every core object on the central cluster, gives
 * InstanceIPs their addresses, VirtualNetworks and VirtualNetworkRouters their RoutingInstance and RouteTarget, and holds each object
 * until it has cleaned up behind it. It alone writes these fields, so nothing is given out twice.
 */
export function runController({ client, kinds, behavior, signal, log }: ControllerContext): Promise<void> {
  const vnis = new Map<string, number>();
  const assign = assignAddresses(client, kinds);
  const route = routingInstances(client, kinds);
  const loop = startLoop('controller', () => reconcile(), signal, log);
  const watch = (kind: Kind) => inform(client, kind, undefined, () => loop.trigger(), signal);
  const networks = watch(kinds.virtualNetwork);
  const subnets = watch(kinds.subnet);
  const routers = watch(kinds.router);
  const addresses = watch(kinds.instanceIp);
  const instances = watch(kinds.routingInstance);
  const targets = watch(kinds.routeTarget);
  const peers = watch(kinds.bgpRouter);
  const held: [Kind, Informer][] = [
    [kinds.routingInstance, instances],
    [kinds.router, routers],
    [kinds.virtualNetwork, networks],
    [kinds.subnet, subnets],
  ];

  const reconcile = async () => {
    await Promise.all([networks, subnets, routers, addresses, instances, targets, peers].map(({ synced }) => synced));
    const filled = held.slice(1).flatMap(([kind, { items }]) =>
      items()
        .filter(lives)
        .map((object) => [kind, object] as const),
    );
    await Promise.all(
      filled.map(async ([kind, object]) => {
        const filling = serverFilling(object, (namespace, name) => subnets.get(namespace, name));
        if (filling !== undefined) await unlessMoved(fillIn(client, kind, object, filling));
        else await hold(client, kind, object);
      }),
    );
    const used = usedBySubnet(networks, addresses);
    await settle(client, kinds.subnet, subnets.items(), judgeSubnet, (subnet) => {
      // The network's own and the gateway's address count as used.
      const count = 2 + (used.get(`${subnet.metadata.namespace}/${subnet.metadata.name}`) ?? 0);
      return { ipCount: count, allocationUsage: usage(specOf<SubnetSpec>(subnet), count) };
    });
    await settle(
      client,
      kinds.virtualNetwork,
      networks.items(),
      (network) => judgeNetwork(network, (namespace, name) => subnets.get(namespace, name)),
      (network) => ({ virtualNetworkNetworkId: vniOf(network, networks, vnis), ipFamilies: families(network) }),
    );
    await settle(client, kinds.router, routers.items(), judgeRouter, () => ({}));
    await settle(client, kinds.bgpRouter, peers.items(), judgePeer, () => ({}));
    await assign(addresses, networks, subnets);
    await route({ networks, routers, instances, targets });
    return letGo();
  };

  /** Releases what is being deleted and cleaned up; the milliseconds until the next one is due. */
  const letGo = async (): Promise<number | undefined> => {
    let next: number | undefined;
    for (const [kind, { items }] of held) {
      for (const object of items().filter((item) => !lives(item))) {
        const isInstance = kind === kinds.routingInstance;
        if (isInstance) await freeTarget(client, kinds, object);
        else if (!isOutOfRouting(object, instances)) continue;
        const left = await release(client, kind, object, isInstance ? 0 : behavior.deletionDelay);
        if (left !== undefined) next = Math.min(next ?? left, left);
      }
    }
    return next;
  };
  return loop.ended;
}

function lives({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp === undefined;
}

/** An object may be deleted or changed while it is looked at: the watch shows what it is then. */
async function unlessMoved(write: Promise<void>): Promise<void> {
  await write.catch((error: { status?: number }) => {
    if (error.status !== 404 && error.status !== 409) throw error;
  });
}

const PENDING: Judgement = { state: 'Pending', observation: '' };

/** Writes what is due: first Pending, then the judgement, and details whenever they change. */
async function settle(
  client: KubeClient,
  kind: Kind,
  objects: KubernetesObject[],
  judge: (object: KubernetesObject) => Judgement,
  details: (object: KubernetesObject) => Record<string, unknown>,
): Promise<void> {
  await Promise.all(
    objects
      .filter((object) => object.metadata.deletionTimestamp === undefined)
      .map(async (object) => {
        // An object that works is complete: nothing of it changes any more by itself.
        const judgement: Judgement = stateOf(object) !== undefined && isHeld(object) ? judge(object) : PENDING;
        const wanted = { ...judgement, ...(judgement.state === 'Success' ? details(object) : {}) };
        const now = (object.status ?? {}) as Record<string, unknown>;
        if (Object.entries(wanted).every(([key, value]) => now[key] === value)) return;
        await unlessMoved(client.mergeStatus(kind, object.metadata.namespace, object.metadata.name, wanted, MANAGER));
      }),
  );
}

/** The VNI that a network has, asks for, or gets as the next one. */
function vniOf(network: KubernetesObject, networks: Informer, assigned: Map<string, number>): number {
  const asked = specOf<VirtualNetworkSpec>(network).virtualNetworkNetworkId;
  if (asked !== undefined) return asked;
  const uid = network.metadata.uid ?? '';
  const known =
    (network.status as { virtualNetworkNetworkId?: number } | undefined)?.virtualNetworkNetworkId ?? assigned.get(uid);
  if (known !== undefined) return known;
  const taken = networks
    .items()
    .map(({ status }) => (status as { virtualNetworkNetworkId?: number } | undefined)?.virtualNetworkNetworkId ?? 0);
  const next = Math.max(0, ...taken.filter((vni) => vni < 4096), ...assigned.values()) + 1;
  assigned.set(uid, next);
  return next;
}

/** Column IP FAMILIES: v6 stands before v4, as in CN2's output. */
function families(network: KubernetesObject): string {
  const { v4SubnetReference, v6SubnetReference } = specOf<VirtualNetworkSpec>(network);
  return [...(v6SubnetReference ? ['v6'] : []), ...(v4SubnetReference ? ['v4'] : [])].join(',');
}

function usedBySubnet(networks: Informer, addresses: Informer): Map<string, number> {
  const count = new Map<string, number>();
  for (const address of addresses.items()) {
    const { virtualNetworkReference, instanceIPFamily } = specOf<InstanceIpSpec>(address);
    const network = networks.get(virtualNetworkReference?.namespace, virtualNetworkReference?.name ?? '');
    if (!network) continue;
    const spec = specOf<VirtualNetworkSpec>(network);
    const reference = instanceIPFamily === 'v6' ? spec.v6SubnetReference : spec.v4SubnetReference;
    const key = `${reference?.namespace ?? network.metadata.namespace}/${reference?.name}`;
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  return count;
}

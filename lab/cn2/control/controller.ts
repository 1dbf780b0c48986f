import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { assignAddresses } from './address-assignment.ts';
import { usage } from './addresses.ts';
import type { KubeClient } from './client.ts';
import { type InstanceIpSpec, type SubnetSpec, specOf, stateOf, type VirtualNetworkSpec } from './core-objects.ts';
import { type Informer, inform } from './informer.ts';
import { type Judgement, judgeNetwork, judgeRouter, judgeSubnet } from './judge.ts';
import type { Cn2Kinds, Kind } from './kinds.ts';
import { startLoop } from './loop.ts';
import { routeTargets } from './route-targets.ts';

/** What a controller of the emulation runs on. */
export interface ControllerContext {
  client: KubeClient;
  kinds: Cn2Kinds;
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * The emulated contrail-k8s-controller: works out state, VNI and usage of every core object on the central cluster, gives
 * InstanceIPs their addresses and VirtualNetworkRouters their RoutingInstance and RouteTarget. It alone writes these fields,
 * so nothing is given out twice.
 */
export function runController({ client, kinds, signal, log }: ControllerContext): Promise<void> {
  const vnis = new Map<string, number>();
  const assign = assignAddresses(client, kinds);
  const targets = routeTargets(client, kinds);
  const loop = startLoop('controller', () => reconcile(), signal, log);
  const watch = (kind: Kind) => inform(client, kind, undefined, () => loop.trigger(), signal);
  const networks = watch(kinds.virtualNetwork);
  const subnets = watch(kinds.subnet);
  const routers = watch(kinds.router);
  const addresses = watch(kinds.instanceIp);
  const instances = watch(kinds.routingInstance);
  const routeTargetObjects = watch(kinds.routeTarget);

  const reconcile = async () => {
    await Promise.all([networks, subnets, routers, addresses, instances, routeTargetObjects].map(({ synced }) => synced));
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
    await assign(addresses, networks, subnets);
    await targets(routers, instances, routeTargetObjects);
  };
  return loop.ended;
}

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
        const judgement: Judgement = stateOf(object) === undefined ? { state: 'Pending', observation: '' } : judge(object);
        const wanted = { ...judgement, ...(judgement.state === 'Success' ? details(object) : {}) };
        const now = (object.status ?? {}) as Record<string, unknown>;
        if (Object.entries(wanted).every(([key, value]) => now[key] === value)) return;
        await ignoreGone(client.mergeStatus(kind, object.metadata.namespace, object.metadata.name, wanted));
      }),
  );
}

/** An object may be deleted while it is looked at. */
async function ignoreGone(write: Promise<void>): Promise<void> {
  await write.catch((error: { status?: number }) => {
    if (error.status !== 404) throw error;
  });
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

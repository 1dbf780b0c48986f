import { contains, hasHostBits, parseAddress, parseCidr } from '../../../src/declare/cidr.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import {
  nameOf,
  type Reference,
  type RouterSpec,
  type State,
  type SubnetSpec,
  specOf,
  stateOf,
  type VirtualNetworkSpec,
} from './core-objects.ts';

/** What the controller thinks of an object; observation says why it is not Success. */
export interface Judgement {
  state: State;
  observation: string;
}

const SUCCESS: Judgement = { state: 'Success', observation: '' };
const LOWEST_USER_VNI = 4096;

/** A Subnet works with a CIDR without host bits and a gateway inside it. */
export function judgeSubnet(subnet: KubernetesObject): Judgement {
  const { cidr, defaultGateway } = specOf<SubnetSpec>(subnet);
  const parsed = cidr === undefined ? undefined : parseCidr(cidr);
  if (!parsed) return failure(`invalid CIDR ${JSON.stringify(cidr ?? '')}`);
  if (hasHostBits(parsed)) return failure(`CIDR ${cidr} has host bits set`);
  if (defaultGateway === undefined || defaultGateway === '') return SUCCESS;
  const gateway = parseAddress(defaultGateway);
  if (!gateway || !contains(parsed, gateway)) return failure(`defaultGateway ${defaultGateway} is not in ${cidr}`);
  return SUCCESS;
}

/** A BGPRouter works with an address; no session to a peer is looked at. */
export function judgePeer(peer: KubernetesObject): Judgement {
  const { bgpRouterParameters } = specOf<{ bgpRouterParameters?: { address?: string } }>(peer);
  const address = bgpRouterParameters?.address ?? '';
  return parseAddress(address) === undefined ? failure(`invalid address ${JSON.stringify(address)}`) : SUCCESS;
}

/** A VirtualNetwork works when its Subnets do; `subnet` finds one by namespace and name. */
export function judgeNetwork(
  network: KubernetesObject,
  subnet: (namespace: string, name: string) => KubernetesObject | undefined,
): Judgement {
  const spec = specOf<VirtualNetworkSpec>(network);
  if (spec.fabricForwarding && spec.isProviderNetwork)
    return failure('fabricForwarding and isProviderNetwork exclude each other');
  if (spec.virtualNetworkNetworkId !== undefined && spec.virtualNetworkNetworkId < LOWEST_USER_VNI) {
    return failure(`virtualNetworkNetworkId ${spec.virtualNetworkNetworkId} is below ${LOWEST_USER_VNI}`);
  }
  const families: ['v4' | 'v6', Reference | undefined][] = [
    ['v4', spec.v4SubnetReference],
    ['v6', spec.v6SubnetReference],
  ];
  let pending: string | undefined;
  for (const [family, reference] of families) {
    if (!reference) continue;
    const namespace = reference.namespace ?? network.metadata.namespace ?? '';
    const found = subnet(namespace, reference.name ?? '');
    const called = `Subnet ${namespace}/${reference.name ?? ''}`;
    if (!found) return failure(`${called} not found`);
    if (stateOf(found) === 'Failure') return failure(`${called} is in state Failure`);
    if (parseCidr(specOf<SubnetSpec>(found).cidr ?? '')?.family !== family) return failure(`${called} is no ${family} subnet`);
    if (stateOf(found) !== 'Success') pending = `${called} is not ready`;
  }
  return pending === undefined ? SUCCESS : { state: 'Pending', observation: pending };
}

/** A VirtualNetworkRouter works with a known type; what it selects may come later. */
export function judgeRouter(router: KubernetesObject): Judgement {
  const { type } = specOf<RouterSpec>(router);
  return type === 'mesh' || type === 'hub' || type === 'spoke'
    ? SUCCESS
    : failure(`type of ${nameOf(router)} is ${JSON.stringify(type ?? '')}, not mesh, hub or spoke`);
}

function failure(observation: string): Judgement {
  return { state: 'Failure', observation };
}

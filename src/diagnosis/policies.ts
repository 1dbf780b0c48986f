import { fieldsOf } from '../cn2/json-nodes.ts';
import { SMOKE_NAMESPACE } from '../cn2/names.ts';
import { overlaps, parseCidr } from '../declare/cidr.ts';
import { DEFAULT_NETWORK } from '../expectation/expect.ts';
import type { Fleet, FleetNetwork } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import type { Endpoint, PairVerdict } from '../model/smoke.ts';
import { type PathFacts, readable } from './facts.ts';
import { type Fault, faultOf } from './fault.ts';

type Direction = 'ingress' | 'egress';

/** An end of a path, as policies see it. */
interface End {
  endpoint: Endpoint;
  namespace: string;
  /** Absent: a default pod network. */
  network?: FleetNetwork;
}

/**
 * A NetworkPolicy that selects a probe and certainly lets nothing of this path through: no rule of any policy that selects the probe could
 * take the other end. Where that cannot be told from the declaration (pods and namespaces by label, ports) nothing is blamed.
 */
export function policyFault(fleet: Fleet, pair: PairVerdict, facts: PathFacts): Fault | undefined {
  const [source, target] = [endOf(fleet, pair.source), endOf(fleet, pair.target)];
  return refusal(source, target, 'egress', pair, facts) ?? refusal(target, source, 'ingress', pair, facts);
}

/** FirewallPolicies of the namespaces of both ends, which nobody evaluates here: CN2 makes them of NetworkPolicies, and people write them. */
export function unjudgedPolicies(names: ReadonlySet<string>, { central }: PathFacts): string[] {
  return readable(central.FirewallPolicy)
    .filter(({ metadata }) => names.has(metadata.namespace ?? ''))
    .map((policy) => objectTitle(refOf(policy)));
}

/** The namespace of a probe on its own cluster. */
export function namespaceOfProbe({ network }: Endpoint): string {
  return network === DEFAULT_NETWORK ? SMOKE_NAMESPACE : (network.split('/')[0] ?? '');
}

function endOf(fleet: Fleet, endpoint: Endpoint): End {
  const network = fleet.networks.find(
    (each) => each.cluster === endpoint.cluster && `${each.namespace}/${each.name}` === endpoint.network,
  );
  return { endpoint, namespace: namespaceOfProbe(endpoint), ...(network === undefined ? {} : { network }) };
}

function refusal(own: End, other: End, direction: Direction, pair: PairVerdict, facts: PathFacts): Fault | undefined {
  const { cluster } = own.endpoint;
  const selecting = readable(facts.networkPolicies.get(cluster)).filter(
    (policy) => policy.metadata.namespace === own.namespace && selectsProbes(policy) && isFor(policy, direction),
  );
  const [first] = selecting;
  if (first === undefined || selecting.some((policy) => mayTake(policy, own, other, direction, pair))) return undefined;
  const rules = rulesOf(first, direction);
  const what =
    rules.length === 0 ? `no ${direction}` : `no ${direction} ${direction === 'ingress' ? 'from' : 'to'} ${placeOf(other)}`;
  return faultOf('policy', first, cluster, `selects the probe and allows ${what}`);
}

function placeOf({ endpoint: { cluster, network } }: End): string {
  return network === DEFAULT_NETWORK ? cluster : `network ${network} of ${cluster}`;
}

/** Probes have a label that no policy knows: only an empty selector certainly takes them. */
function selectsProbes(policy: KubernetesObject): boolean {
  const { matchLabels, matchExpressions } = fieldsOf(fieldsOf(policy['spec'])['podSelector']);
  const none = (part: unknown) => part === undefined || (Array.isArray(part) ? part.length === 0 : isEmpty(part));
  return none(matchLabels) && none(matchExpressions);
}

function isEmpty(fields: unknown): boolean {
  return Object.keys(fieldsOf(fields)).length === 0;
}

/** Without policyTypes a policy is for what comes in, and for what goes out where it says anything of that. */
function isFor(policy: KubernetesObject, direction: Direction): boolean {
  const { policyTypes, egress } = fieldsOf(policy['spec']);
  const types = Array.isArray(policyTypes) && policyTypes.length > 0 ? policyTypes : ['Ingress', ...(egress ? ['Egress'] : [])];
  return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
}

function rulesOf(policy: KubernetesObject, direction: Direction): unknown[] {
  const rules = fieldsOf(policy['spec'])[direction];
  return Array.isArray(rules) ? rules : [];
}

function mayTake(policy: KubernetesObject, own: End, other: End, direction: Direction, pair: PairVerdict): boolean {
  return rulesOf(policy, direction).some((rule) => {
    const peers = fieldsOf(rule)[direction === 'ingress' ? 'from' : 'to'];
    // Without peers a rule takes everybody.
    if (!Array.isArray(peers) || peers.length === 0) return true;
    return peers.some((peer) => mayBe(peer, own, other, pair));
  });
}

/** Whether a peer of a rule could be the other end. */
function mayBe(peer: unknown, own: End, other: End, { family }: PairVerdict): boolean {
  const { ipBlock, namespaceSelector } = fieldsOf(peer);
  if (ipBlock === undefined) {
    // Pods of the policy's own namespace, which is not that of the other end.
    const elsewhere = own.endpoint.cluster !== other.endpoint.cluster || own.namespace !== other.namespace;
    return namespaceSelector !== undefined || !elsewhere;
  }
  // What a default network, or one with SNAT, is seen as by others is an address of a node.
  const declared = other.network?.fabricSNAT === true ? undefined : other.network?.[family];
  const [block, network] = [parseCidr(String(fieldsOf(ipBlock)['cidr'])), parseCidr(declared?.cidr ?? '')];
  return block === undefined || network === undefined || overlaps(block, network);
}

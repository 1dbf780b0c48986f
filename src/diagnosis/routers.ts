import { fieldsOf } from '../cn2/json-nodes.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectName, objectTitle, refOf } from '../model/object-ref.ts';
import { selects } from '../render/selectors.ts';
import { find, type PathFacts, readable } from './facts.ts';
import { type Fault, faultOf, faultOfObject, selectorText } from './fault.ts';
import type { NeededRouter } from './needed.ts';

/** A side of a path: its network and the router that joins it, as they should be. */
export interface Side {
  network: KubernetesObject;
  router: NeededRouter;
}

/** Why two networks are not joined, though the fleet joins them: the first thing in the order in which CN2 needs them. */
export function routerFault(facts: PathFacts, central: string, sides: readonly [Side, Side]): Fault | undefined {
  const routers = facts.central.VirtualNetworkRouter;
  if (typeof routers === 'string') return undefined;
  const live = sides.map(({ router: { object } }) => find(routers, object.metadata.name, object.metadata.namespace));
  for (const [at, { router }] of sides.entries()) {
    const fault = faultOfObject('router', router.object, live[at], central);
    if (fault !== undefined) return fault;
  }
  const [own, other] = live as [KubernetesObject, KubernetesObject];
  for (const [at, side] of sides.entries()) {
    const fault = selectorFault(facts, central, side, [own, other][at]!);
    if (fault !== undefined) return fault;
  }
  if (sides[0].router === sides[1].router) return undefined;
  return importFault(facts, central, own, other) ?? importFault(facts, central, other, own);
}

function selectorFault(facts: PathFacts, central: string, { network, router }: Side, live: KubernetesObject): Fault | undefined {
  const { type, virtualNetworkSelector: selector } = fieldsOf(live['spec']);
  const wanted = fieldsOf(router.object['spec'])['type'];
  const fault = (words: string) => faultOf('router', router.object, central, words);
  if (type !== wanted) return fault(`is of type ${String(type)}, expected ${String(wanted)}`);
  const there = find(facts.central.VirtualNetwork, network.metadata.name, network.metadata.namespace);
  if (there === undefined || selects(selector, there.metadata.labels ?? {})) return undefined;
  return fault(
    `selects networks with ${selectorText(selector)}, which ${objectTitle(refOf(network))} does not have; expected ${selectorText(fieldsOf(router.object['spec'])['virtualNetworkSelector'])}`,
  );
}

function importFault(facts: PathFacts, central: string, own: KubernetesObject, other: KubernetesObject): Fault | undefined {
  if (imports(facts, own, other)) return undefined;
  return faultOf('router', own, central, `does not import ${objectTitle(refOf(other))}`);
}

/** Whether a router imports another one, by the labels that router and namespace have now. */
function imports(facts: PathFacts, own: KubernetesObject, other: KubernetesObject): boolean {
  return entriesOf(own).some((entry) => takes(facts, own, entry, other));
}

function entriesOf(router: KubernetesObject): unknown[] {
  const { virtualNetworkRouters } = fieldsOf(fieldsOf(fieldsOf(router['spec'])['import']));
  return Array.isArray(virtualNetworkRouters) ? virtualNetworkRouters : [];
}

function takes(facts: PathFacts, own: KubernetesObject, entry: unknown, other: KubernetesObject): boolean {
  const { virtualNetworkRouterSelector, namespaceSelector } = fieldsOf(entry);
  if (!selects(virtualNetworkRouterSelector, other.metadata.labels ?? {})) return false;
  // Without a selector of namespaces only the router's own is meant.
  if (namespaceSelector === undefined) return other.metadata.namespace === own.metadata.namespace;
  const namespace = find(facts.central.Namespace, other.metadata.namespace ?? '');
  return namespace !== undefined && selects(namespaceSelector, namespace.metadata.labels ?? {});
}

/**
 * Who joins two networks, though the fleet does not: a router that it does not know, or one of its own that imports more. `passes`: packets
 * were seen to pass, so that a router which nobody knows is to blame though it selects only one of the two.
 */
export function leak(
  facts: PathFacts,
  central: string,
  networks: readonly [KubernetesObject, KubernetesObject],
  { known, passes }: { known: readonly NeededRouter[]; passes: boolean },
): Fault | undefined {
  const names = new Map(known.map((router) => [objectName(router.object.metadata), router]));
  const live = readable(facts.central.VirtualNetworkRouter);
  const joining = ({ metadata: { namespace, name } }: KubernetesObject) => {
    const labels = find(facts.central.VirtualNetwork, name, namespace)?.metadata.labels ?? {};
    return live.filter(
      (router) => router.metadata.namespace === namespace && selects(fieldsOf(router['spec'])['virtualNetworkSelector'], labels),
    );
  };
  const [of, to] = networks.map(joining) as [KubernetesObject[], KubernetesObject[]];
  const isForeign = (router: KubernetesObject) => !names.has(objectName(router.metadata));
  const isLeaking = (router: KubernetesObject) => isForeign(router) && (passes || (of.includes(router) && to.includes(router)));
  // By name, so that both directions have one cause.
  const [foreign] = [...of, ...to].filter(isLeaking).sort(byName);
  if (foreign !== undefined) {
    const selected = networks
      .filter((network) => joining(network).includes(foreign))
      .map((network) => objectTitle(refOf(network)));
    return faultOf(
      'router',
      foreign,
      central,
      `selects ${[...new Set(selected)].sort().join(' and ')}, and the fleet does not declare it`,
    );
  }
  for (const [one, other] of [...pairs(of, to), ...pairs(to, of)]) {
    if (isForeign(one)) continue;
    const planned = names.get(objectName(one.metadata))!.planned;
    const wanted = planned.imports.some(
      ({ central: namespace, name }) => objectName({ namespace, name }) === objectName(other.metadata),
    );
    if (one !== other && !wanted && imports(facts, one, other))
      return faultOf('router', one, central, `imports ${objectTitle(refOf(other))}, which the fleet does not declare`);
    if (one === other)
      return faultOf(
        'router',
        one,
        central,
        `selects both networks with ${selectorText(fieldsOf(one['spec'])['virtualNetworkSelector'])}, and the fleet does not join them`,
      );
  }
  return undefined;
}

function pairs<One>(left: readonly One[], right: readonly One[]): [One, One][] {
  return left.flatMap((one) => right.map((other): [One, One] => [one, other]));
}

function byName({ metadata: a }: KubernetesObject, { metadata: b }: KubernetesObject): number {
  return objectName(a) < objectName(b) ? -1 : 1;
}

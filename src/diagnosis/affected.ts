import { centralNamespace } from '../cn2/central-view.ts';
import { METADATA_NAME_LABEL } from '../cn2/names.ts';
import { declaredPairs, endpointOf } from '../expectation/expect.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectName } from '../model/object-ref.ts';
import type { DiagnosedPath, PairVerdict } from '../model/smoke.ts';
import { openFault } from './diagnose.ts';
import type { CentralKind, PathFacts } from './facts.ts';
import { neededBy } from './needed.ts';

/** An object of a cluster that is not as declared: as it is, or undefined where it is gone. */
export interface Strayed {
  cluster: string;
  kind: string;
  namespace?: string | undefined;
  name: string;
  live: KubernetesObject | undefined;
}

/**
 * Tells the declared paths that such an object breaks if nothing else is wrong: those that need it, and find a fault when everything else is
 * as the fleet wants it. A namespace of a distributed cluster counts as its mirror, to which CN2 copies its labels.
 */
export function breakage(fleet: Fleet): (object: Strayed) => DiagnosedPath[] {
  const needed = neededBy(fleet);
  const objects = new Map<string, KubernetesObject>();
  const paths = new Map<string, PairVerdict[]>();
  for (const pair of declaredPairs(fleet).filter(({ expected }) => expected === 'reach')) {
    const routers = needed.ofPath(pair.source, pair.target)?.map(({ object }) => object) ?? [];
    const own = [...needed.ofEndpoint(pair.source), ...needed.ofEndpoint(pair.target), ...routers];
    for (const [key, object] of new Map(own.map((each) => [keyOf(each), each]))) {
      objects.set(key, wanted(object));
      const known = paths.get(key) ?? [];
      known.push({ ...pair, verdict: 'unreachable', sent: 0, received: 0 });
      paths.set(key, known);
    }
  }
  for (const object of [
    ...fleet.networks.map(endpointOf).flatMap(needed.ofEndpoint),
    ...needed.routers.map((each) => each.object),
  ])
    objects.set(keyOf(object), wanted(object));
  return ({ cluster, kind, namespace, name, live }) => {
    const mirror = kind === 'Namespace' ? centralNamespace(fleet, cluster, name) : name;
    if (kind !== 'Namespace' && cluster !== needed.central) return [];
    const key = keyOf({ kind, metadata: namespace === undefined ? { name: mirror } : { namespace, name: mirror } });
    const concerned = paths.get(key) ?? [];
    if (concerned.length === 0) return [];
    if (live === undefined) return concerned.map(pathOf);
    const others = [...objects].flatMap(([each, object]) => (each === key ? [] : [object]));
    const facts = factsOf([...others, wanted({ ...live, metadata: { ...live.metadata, name: mirror } })]);
    return concerned.filter((pair) => openFault(pair, fleet, needed, facts) !== undefined).map(pathOf);
  };
}

function pathOf({ source, target, family }: PairVerdict): DiagnosedPath {
  return { source, target, family };
}

function keyOf({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string {
  return `${kind} ${objectName(metadata)}`;
}

/** In the state in which CN2 has it when all is well: state is not declared. */
function wanted(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Namespace') return { ...object, status: { state: 'Success' } };
  const { name, labels } = object.metadata;
  return {
    ...object,
    metadata: { ...object.metadata, labels: { ...labels, [METADATA_NAME_LABEL]: name } },
    status: { phase: 'Active' },
  };
}

function factsOf(objects: readonly KubernetesObject[]): PathFacts {
  const of = (kind: CentralKind) => objects.filter((object) => object.kind === kind);
  const none = new Map();
  return {
    central: {
      Namespace: of('Namespace'),
      Subnet: of('Subnet'),
      VirtualNetwork: of('VirtualNetwork'),
      VirtualNetworkRouter: of('VirtualNetworkRouter'),
      VirtualRouter: [],
      FirewallPolicy: [],
    },
    ...{ access: none, daemonSets: none, nodes: none, networkPolicies: none },
  };
}

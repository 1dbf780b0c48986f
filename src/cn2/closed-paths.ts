import { isFields } from '../model/json-object.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import { isOfMainServer } from './main-server.ts';
import { CORE, FORWARDING_ANNOTATION, ISOLATED_LABEL, LAST_APPLIED_ANNOTATION, METADATA_NAME_LABEL } from './names.ts';

/**
 * A path of a kind at which nothing may stand that is not declared, whoever put it there: it would change who talks to whom, or what
 * runs with our rights. whole: every member below it. items: the items of a list, or that there is something at all.
 */
export interface ClosedPath {
  path: readonly string[];
  reach: 'whole' | 'items';
}

const POD = ['spec', 'template', 'spec'];
const WORKLOAD = ['containers', 'initContainers', 'volumes'].map((name) => items(...POD, name));
const SUBJECTS = [items('subjects')];
const RULES = [items('rules')];

const CLOSED: ReadonlyMap<string, readonly ClosedPath[]> = new Map([
  [`${CORE}/VirtualNetworkRouter`, [whole('spec', 'virtualNetworkSelector'), whole('spec', 'import')]],
  [
    `${CORE}/VirtualNetwork`,
    ['v4SubnetReference', 'v6SubnetReference', 'routeTargetList', 'importRouteTargetList', 'exportRouteTargetList'].map((name) =>
      items('spec', name),
    ),
  ],
  ['/Namespace', [whole('metadata', 'labels', ISOLATED_LABEL), whole('metadata', 'annotations', FORWARDING_ANNOTATION)]],
  ['apps/Deployment', WORKLOAD],
  ['apps/DaemonSet', WORKLOAD],
  ['apps/StatefulSet', WORKLOAD],
  ['rbac.authorization.k8s.io/ClusterRole', RULES],
  ['rbac.authorization.k8s.io/Role', RULES],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', SUBJECTS],
  ['rbac.authorization.k8s.io/RoleBinding', SUBJECTS],
]);

/** Keys of labels by which the fleet's routers select, by the kind that carries them. */
export type SelectedKeys = ReadonlyMap<string, ReadonlySet<string>>;

/** The closed paths of an object. A label that some router selects by is one: putting it on an object makes it a member. */
export function closedPaths(object: KubernetesObject, selected: SelectedKeys): ClosedPath[] {
  const kind = `${groupOf(object.apiVersion)}/${object.kind}`;
  const labels = [...(selected.get(kind) ?? [])].map((key) => whole('metadata', 'labels', key));
  // The rules of an aggregated role are a controller's.
  const fixed = object['aggregationRule'] === undefined ? (CLOSED.get(kind) ?? []) : [];
  // Left from a time when the API had no server-side apply; where it has none, nobody above sees it.
  const packed = isOfMainServer(groupOf(object.apiVersion)) ? [] : [whole('metadata', 'annotations', LAST_APPLIED_ANNOTATION)];
  return [...fixed, ...labels, ...packed, ...declaredLists(kind, object), ...besideRecreate(kind, object)];
}

/** What the API server has defaulted for rolling updates is refused beside Recreate, and goes only as ours. */
function besideRecreate(kind: string, { spec }: KubernetesObject): ClosedPath[] {
  const strategy = kind === 'apps/Deployment' && isFields(spec) ? spec['strategy'] : undefined;
  return isFields(strategy) && strategy['type'] === 'Recreate' ? [whole('spec', 'strategy', 'rollingUpdate')] : [];
}

/** Lists of a Subnet that may be CN2's own as long as none is declared, and are closed where one is. */
function declaredLists(kind: string, { spec }: KubernetesObject): ClosedPath[] {
  if (kind !== `${CORE}/Subnet` || !isFields(spec)) return [];
  return ['ranges', 'dnsNameservers'].filter((name) => spec[name] !== undefined).map((name) => items('spec', name));
}

/** What the routers among the objects select networks, namespaces and each other by. */
export function selectedKeys(objects: Iterable<KubernetesObject>): SelectedKeys {
  const keys = { networks: new Set<string>(), namespaces: new Set<string>(), routers: new Set<string>() };
  for (const { kind, apiVersion, spec } of objects) {
    if (kind !== 'VirtualNetworkRouter' || groupOf(apiVersion) !== CORE || !isFields(spec)) continue;
    collect(spec['virtualNetworkSelector'], keys.networks);
    const imported = isFields(spec['import']) ? spec['import']['virtualNetworkRouters'] : undefined;
    for (const entry of Array.isArray(imported) ? imported : []) {
      collect(entry?.virtualNetworkRouterSelector, keys.routers);
      collect(entry?.namespaceSelector, keys.namespaces);
    }
  }
  // Every namespace carries its own name, put there by the API server.
  keys.namespaces.delete(METADATA_NAME_LABEL);
  return new Map([
    [`${CORE}/VirtualNetwork`, keys.networks],
    ['/Namespace', keys.namespaces],
    [`${CORE}/VirtualNetworkRouter`, keys.routers],
  ]);
}

function collect(selector: unknown, keys: Set<string>): void {
  if (!isFields(selector)) return;
  if (isFields(selector['matchLabels'])) for (const key of Object.keys(selector['matchLabels'])) keys.add(key);
  const expressions = selector['matchExpressions'];
  for (const expression of Array.isArray(expressions) ? expressions : []) {
    if (typeof expression?.key === 'string') keys.add(expression.key);
  }
}

function whole(...path: string[]): ClosedPath {
  return { path, reach: 'whole' };
}

function items(...path: string[]): ClosedPath {
  return { path, reach: 'items' };
}

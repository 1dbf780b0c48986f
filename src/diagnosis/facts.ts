import type { KubernetesObject } from '../model/kubernetes.ts';

/** Kinds of the central cluster that decide whether a path is there. */
export const CENTRAL_KINDS = [
  'Namespace',
  'Subnet',
  'VirtualNetwork',
  'VirtualNetworkRouter',
  'VirtualRouter',
  'FirewallPolicy',
] as const;

export type CentralKind = (typeof CENTRAL_KINDS)[number];

/** Objects as they are, or why they could not be read. */
export type Listed = readonly KubernetesObject[] | string;

/** How a cluster can be asked. */
export interface ClusterAccess {
  /** Why it cannot be asked: no credential, a kubeconfig that cannot be used, no answer. Absent: it answers. */
  problem?: string;
  /** The address that the kubeconfig names; absent: there is no connection. */
  server?: string;
  /** uid of namespace kube-system, by which a cluster is known. Absent: it could not be read. */
  uid?: string;
}

/** The live objects that paths depend on, each by the cluster that it is on. */
export interface PathFacts {
  access: ReadonlyMap<string, ClusterAccess>;
  central: Readonly<Record<CentralKind, Listed>>;
  /** The DaemonSets of CN2's namespace. */
  daemonSets: ReadonlyMap<string, Listed>;
  nodes: ReadonlyMap<string, Listed>;
  networkPolicies: ReadonlyMap<string, Listed>;
}

/** What could be read of a kind; nothing is what could not. */
export function readable(listed: Listed | undefined): readonly KubernetesObject[] {
  return typeof listed === 'string' || listed === undefined ? [] : listed;
}

/** An object by its name; undefined where it is not there. */
export function find(listed: Listed, name: string, namespace?: string): KubernetesObject | undefined {
  return readable(listed).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
}

/** Why something on the way between these clusters could not be read, each reason once. */
export function unread(facts: PathFacts, clusters: readonly string[]): string[] {
  const listed = [
    ...Object.values(facts.central),
    ...[facts.daemonSets, facts.nodes, facts.networkPolicies].flatMap((kind) => clusters.map((name) => kind.get(name))),
  ];
  return [...new Set(listed.filter((each) => typeof each === 'string'))];
}

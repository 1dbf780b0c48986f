import type { KubernetesObject } from '../model/kubernetes.ts';

/** Kinds of the central cluster that decide whether a path is there. */
export const CENTRAL_KINDS = ['Namespace', 'Subnet', 'VirtualNetwork', 'VirtualNetworkRouter'] as const;

export type CentralKind = (typeof CENTRAL_KINDS)[number];

/** Objects as they are, or why they could not be read. */
export type Listed = readonly KubernetesObject[] | string;

/** The live objects that paths depend on. */
export interface PathFacts {
  central: Readonly<Record<CentralKind, Listed>>;
  /** By cluster: the DaemonSets of CN2's namespace. */
  daemonSets: ReadonlyMap<string, Listed>;
}

/** What could be read of a kind; nothing is what could not. */
export function readable(listed: Listed | undefined): readonly KubernetesObject[] {
  return typeof listed === 'string' || listed === undefined ? [] : listed;
}

/** An object by its name; undefined where it is not there. */
export function find(listed: Listed, name: string, namespace?: string): KubernetesObject | undefined {
  return readable(listed).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
}

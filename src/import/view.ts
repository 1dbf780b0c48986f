import { clusterPrefix } from '../cn2/names.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import type { CredentialRef } from '../model/fleet.ts';
import { isFields } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster, LiveState } from '../model/live.ts';

/** A distributed cluster as it was found. */
export interface DistributedView {
  /** CN2's clusterName. */
  name: string;
  cluster: LiveCluster;
  kubeconfig: CredentialRef;
  /** The Kubemanager on the central cluster that drives it. */
  kubemanager: KubernetesObject;
  /** What its namespaces are prefixed with on the central cluster, without the dash. */
  prefix: string;
}

/** A running fleet, as far as it was looked at: all clusters could be read, and belong together. */
export interface View {
  central: { name: string; cluster: LiveCluster; kubeconfig: CredentialRef };
  distributed: DistributedView[];
  /** Prefixes of clusters that the central one drives and that were not named: nothing of theirs is taken over. */
  unnamed: string[];
  facts: ReleaseFacts;
  live: LiveState;
}

/** Where a namespace of the central cluster belongs. */
export interface Place {
  cluster: string;
  /** As that cluster calls it. */
  namespace: string;
}

/** Whose a namespace of the central cluster is; undefined: that of a cluster which was not named. */
export function placeOf(
  { central, distributed, unnamed }: Pick<View, 'central' | 'distributed' | 'unnamed'>,
  namespace: string,
): Place | undefined {
  // One prefix may begin as another one: the longest is meant.
  const longest = [...distributed.map(({ prefix }) => prefix), ...unnamed]
    .filter((prefix) => namespace.startsWith(`${prefix}-`))
    .sort((a, b) => b.length - a.length)[0];
  if (longest !== undefined) {
    const owner = distributed.find(({ prefix }) => prefix === longest);
    return owner && { cluster: owner.name, namespace: namespace.slice(longest.length + 1) };
  }
  return { cluster: central.name, namespace };
}

/** The mapping at a member of an object, else an empty one. */
export function fieldsAt(object: object, ...path: string[]): { [key: string]: unknown } {
  const value = path.reduce<unknown>((at, key) => (isFields(at) ? at[key] : undefined), object);
  return isFields(value) ? value : {};
}

/** A text at a path of an object; '' where there is none. */
export function textAt(object: object, ...path: string[]): string {
  const value = fieldsAt(object, ...path.slice(0, -1))[path.at(-1)!];
  return typeof value === 'string' ? value : '';
}

/** What a Kubemanager prefixes the namespaces of its cluster with. */
export function prefixOf(kubemanager: KubernetesObject): string {
  return clusterPrefix(kubemanager.metadata.name, textAt(kubemanager, 'spec', 'clusterName'));
}

/** The place of a cluster in a list that begins with the central one. */
function orderOf({ central, distributed }: Pick<View, 'central' | 'distributed'>, cluster: string): number {
  return cluster === central.name ? -1 : distributed.findIndex(({ name }) => name === cluster);
}

/** Compares by cluster, then by the texts of `names`. */
export function inOrder<Item>(
  view: Pick<View, 'central' | 'distributed'>,
  items: readonly Item[],
  at: (item: Item) => Place & { name: string },
): Item[] {
  const key = (item: Item) => {
    const { namespace, name } = at(item);
    return `${namespace}/${name}`;
  };
  const clusterOf = (item: Item) => orderOf(view, at(item).cluster);
  return [...items].sort((a, b) => clusterOf(a) - clusterOf(b) || (key(a) < key(b) ? -1 : 1));
}

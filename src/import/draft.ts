import type { Fields } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';

/** An entry of a list of the declaration, with what its reader should know. */
export interface Entry {
  value: Fields;
  /** Stands above it; without '#'. */
  comment?: string;
}

/** A cluster of the declaration, its keys in the order in which they are written. */
export interface ClusterDraft {
  value: Fields;
  /** By key: what stands above its line. */
  comments: Record<string, string>;
  patches: Entry[];
}

/** A network, and the live objects that it stands for. */
export interface NetworkEntry extends Entry {
  objects: readonly KubernetesObject[];
}

/** A connection, and the live routers that it stands for. */
export interface ConnectionEntry extends Entry {
  routers: readonly KubernetesObject[];
}

/** A declaration on its way to becoming text. */
export interface FleetDraft {
  name: string;
  release: Pick<ClusterDraft, 'value' | 'comments'>;
  central: ClusterDraft;
  distributed: ClusterDraft[];
  namespaces: Entry[];
  networks: NetworkEntry[];
  connections: ConnectionEntry[];
  /** What no key says, by the cluster that it is on. */
  extra: ReadonlyMap<string, readonly KubernetesObject[]>;
  /** Lines for the top of the file. */
  notes: readonly string[];
}

/** A mapping without members that say nothing: undefined, and empty lists and mappings. */
export function compact(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0),
    ),
  );
}

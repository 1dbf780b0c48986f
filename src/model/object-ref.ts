import { type GroupKind, groupOf, type KubernetesObject } from './kubernetes.ts';

/** Which object. */
export interface ObjectRef extends GroupKind {
  /** Absent where it is clear from around it. */
  cluster?: string | undefined;
  /** Absent for cluster-scoped kinds. */
  namespace?: string | undefined;
  name: string;
}

/** An object of a document (a change, an entry of the index), which says in itself what it is. */
type Entry = { apiVersion: string } & Pick<ObjectRef, 'kind' | 'namespace' | 'name'>;

/** Which object this is; `cluster`: where it is. */
export function refOf({ apiVersion, kind, metadata: { namespace, name } }: KubernetesObject, cluster?: string): ObjectRef {
  return { cluster, group: groupOf(apiVersion), kind, namespace, name };
}

/** Which object a change or an entry is about; `cluster`: where it is. */
export function refOfEntry({ apiVersion, kind, namespace, name }: Entry, cluster?: string): ObjectRef {
  return { cluster, group: groupOf(apiVersion), kind, namespace, name };
}

/** What an object stays over API versions, as one text: unique within the fleet, or within a cluster where the ref names none. */
export function objectKey({ cluster, group, kind, namespace, name }: ObjectRef): string {
  return `${cluster === undefined ? '' : `${cluster} `}${group}/${kind}/${namespace ?? ''}/${name}`;
}

/** namespace/name, or name for what is in no namespace. */
export function objectName({ namespace, name }: Pick<ObjectRef, 'namespace' | 'name'>): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** "Subnet ns1/subnet1 on cluster1": how every message names an object; without the cluster where the ref names none. */
export function objectTitle({ cluster, kind, namespace, name }: Omit<ObjectRef, 'group'>): string {
  return `${kind} ${objectName({ namespace, name })}${cluster === undefined ? '' : ` on ${cluster}`}`;
}

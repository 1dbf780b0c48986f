/** Kubernetes objects as they travel: raw JSON, never a typed client's idea of it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  managedFields?: ManagedFieldsEntry[];
}

/** One manager's ownership record; `fieldsV1` is the tree of owned leaves (Kubernetes "FieldsV1" format). */
export interface ManagedFieldsEntry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion?: string;
  time?: string;
  subresource?: string;
  fieldsType?: 'FieldsV1';
  fieldsV1?: { [key: string]: Json };
}

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** A kind without its version: what an object stays when its API version moves. */
export interface GroupKind {
  /** '' for the core group. */
  group: string;
  kind: string;
}

/** A kind as a cluster serves it. */
export interface Resource extends GroupKind {
  version: string;
  plural: string;
  namespaced: boolean;
}

/** The group part of an apiVersion: 'apps/v1' → 'apps', 'v1' → ''. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The version part of an apiVersion: 'apps/v1' → 'v1'. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

/** Group and version joined as an apiVersion: ('apps','v1') → 'apps/v1', ('','v1') → 'v1'. */
export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

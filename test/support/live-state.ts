import type { Fleet } from '../../src/model/fleet.ts';
import { groupOf, type Json, type KubernetesObject, type Resource, versionOf } from '../../src/model/kubernetes.ts';
import type { Listing, LiveCluster, LiveState } from '../../src/model/live.ts';
import type { Desired, StageId } from '../../src/model/manifest.ts';

const CLUSTER_SCOPED = new Set(['Namespace', 'Node', 'ClusterRole', 'APIService']);

/** An object as our apply would leave it: managed, with a record that owns exactly its leaves (lists atomic). */
export function applied(object: KubernetesObject, metadata: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  const { apiVersion, kind, metadata: wanted, ...rest } = object;
  const { name: _, namespace: __, ...owned } = wanted;
  const fieldsV1 = fieldsOf({ ...(Object.keys(owned).length === 0 ? {} : { metadata: owned }), ...rest }) as {
    [key: string]: Json;
  };
  return {
    ...object,
    metadata: {
      ...wanted,
      uid: `uid-${wanted.namespace ?? ''}-${wanted.name}`,
      resourceVersion: '100',
      creationTimestamp: '2026-01-01T00:00:00Z',
      managedFields: [{ manager: 'cn2-fleet', operation: 'Apply', apiVersion, time: '2026-01-01T00:00:00Z', fieldsV1 }],
      ...metadata,
    },
    apiVersion,
    kind,
  };
}

function fieldsOf(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [`f:${key}`, fieldsOf(member)]));
}

/** A cluster that serves the kinds of these objects (and some more) and holds the objects. */
export function liveCluster(
  name: string,
  role: LiveCluster['role'],
  objects: readonly KubernetesObject[],
  kinds: readonly { apiVersion: string; kind: string }[] = [],
  part: Partial<LiveCluster> = {},
): LiveCluster {
  const types = new Map<string, { apiVersion: string; kind: string }>();
  for (const type of [{ apiVersion: 'v1', kind: 'Namespace' }, ...kinds, ...objects])
    types.set(`${groupOf(type.apiVersion)}/${type.kind}`, type);
  const resources = [...types.values()].map(resourceOf);
  const listings = resources.map((resource): Listing => {
    const items = objects.filter(({ apiVersion, kind }) => kind === resource.kind && groupOf(apiVersion) === resource.group);
    return { group: resource.group, kind: resource.kind, status: 'listed', resource, items };
  });
  return {
    name,
    role,
    status: 'known',
    uid: `uid-of-${name}`,
    resources,
    unavailableGroups: [],
    listings,
    emulated: false,
    requests: 3,
    ...part,
  };
}

export function resourceOf({ apiVersion, kind }: { apiVersion: string; kind: string }): Resource {
  return {
    group: groupOf(apiVersion),
    version: versionOf(apiVersion),
    kind,
    plural: `${kind.toLowerCase()}s`,
    namespaced: !CLUSTER_SCOPED.has(kind),
  };
}

export function namespaceObject(name: string, metadata: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: `uid-${name}`, ...metadata } };
}

/** A desired object of a fleet, with our labels. */
export function wanted(
  fleet: Pick<Fleet, 'metadata'>,
  cluster: string,
  stage: StageId,
  object: KubernetesObject,
  owner = cluster,
): Desired {
  const labels = {
    'app.kubernetes.io/managed-by': 'cn2-fleet',
    'cn2-fleet/fleet': fleet.metadata.name,
    ...object.metadata.labels,
  };
  const marked = { ...object, metadata: { ...object.metadata, labels } };
  const path = `${cluster}/${stage}/${object.kind}.${object.metadata.namespace ?? '_'}.${object.metadata.name}.yaml`;
  return { manifest: { path, cluster, stage, for: owner, declaredAt: '', object: marked, text: '', digest: '' }, object: marked };
}

export function liveState(...clusters: LiveCluster[]): LiveState {
  return { clusters };
}

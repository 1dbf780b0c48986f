import { CORE } from '../cn2/names.ts';
import type { Finding } from '../model/finding.ts';
import { isFields } from '../model/json-object.ts';
import { apiVersionOf, groupOf, type KubernetesObject, type Resource, versionOf } from '../model/kubernetes.ts';
import type { LiveCluster, LiveState } from '../model/live.ts';
import { type Desired, isExtra } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { CN2_GROUPS } from './cn2-groups.ts';
import { liveCluster, seenObject } from './live-objects.ts';
import { withLiveSpelling } from './spelling.ts';

/**
 * The desired objects as their clusters speak: in a served API version (references inside them, too), networks and addresses spelled
 * as they already are there. E22 where a kind is served in no version that the release's objects fit.
 *
 * Only core.contrail versions are mapped: which release serves which is partly derived, and discovery knows. The operator groups'
 * versions differ in their fields, so another one there means another CN2 release than the declared one. On a cluster that is `behind`,
 * on an older release that is to be upgraded, objects stay as they are written: they can be when its deployer has loaded their kinds.
 */
export function toServed(
  desired: readonly Desired[],
  live: LiveState,
  behind: ReadonlySet<string> = new Set(),
): { desired: Desired[]; findings: Finding[] } {
  const findings = new Map<string, Finding>();
  const served = desired.map((entry): Desired => {
    const cluster = liveCluster(live, entry.manifest.cluster);
    if (cluster === undefined || cluster.status === 'unknown') return entry;
    const { group, kind } = refOf(entry.object);
    const offered = cluster.resources.filter((resource) => resource.group === group && resource.kind === kind);
    const version = versionFor(entry.object, offered);
    if (version === undefined) {
      const moves = behind.has(cluster.name) && offered.length > 0 && CN2_GROUPS.has(group);
      if (moves && !isExtra(entry.manifest)) return entry;
      const finding = isExtra(entry.manifest) ? ownNotServed(entry, cluster, offered) : notServed(entry, cluster, offered);
      if (finding !== undefined) findings.set(`${cluster.name}/${group}/${kind}`, finding);
      return entry;
    }
    const misplaced = isExtra(entry.manifest) ? outOfScope(entry, cluster, offered) : undefined;
    if (misplaced !== undefined) findings.set(`${cluster.name}/${entry.manifest.path}`, misplaced);
    const mapped = mapVersions({ ...entry.object, apiVersion: apiVersionOf(group, version) }, cluster.resources);
    const present = seenObject(cluster, refOf(entry.object));
    return { ...entry, object: present === undefined ? mapped : withLiveSpelling(mapped, present) };
  });
  return { desired: served, findings: [...findings.values()] };
}

/** Undefined: none fits. */
function versionFor(object: KubernetesObject, offered: readonly Resource[]): string | undefined {
  const written = versionOf(object.apiVersion);
  if (offered.some(({ version }) => version === written)) return written;
  return groupOf(object.apiVersion) === CORE ? offered[0]?.version : undefined;
}

/** A kind that is not there at all may come with this very plan (the deployer loads the CRDs), where its group belongs to CN2. */
function notServed(entry: Desired, cluster: LiveCluster, offered: readonly Resource[]): Finding | undefined {
  const { group, kind } = refOf(entry.object);
  if (cluster.unavailableGroups.includes(group)) return undefined;
  if (offered.length === 0 && CN2_GROUPS.has(group)) return undefined;
  const versions = offered.map(({ version }) => apiVersionOf(group, version)).join(', ');
  const serves = offered.length === 0 ? `no ${kind} at all` : `${kind} as ${versions}`;
  return {
    rule: 'E22',
    severity: 'error',
    cluster: cluster.name,
    message: `${cluster.name} serves ${serves}, but the manifests of this release write it as ${entry.object.apiVersion}`,
    remedy: 'declare the CN2 release that the clusters run, with its own manifests',
  };
}

/**
 * The same for the user's own objects. Who defines their kind is not known here, and it may come at any time: until then nothing can be
 * previewed, and an apply waits for it.
 */
function ownNotServed({ object, manifest }: Desired, cluster: LiveCluster, offered: readonly Resource[]): Finding | undefined {
  const { group, kind } = refOf(object);
  if (cluster.unavailableGroups.includes(group)) return undefined;
  const versions = offered.map(({ version }) => apiVersionOf(group, version)).join(', ');
  const none = offered.length === 0;
  return {
    rule: 'manifests',
    severity: none ? 'warning' : 'error',
    cluster: cluster.name,
    message: none
      ? `${cluster.name} does not serve ${kind} of ${object.apiVersion} yet: what extra has of it is not previewed`
      : `${cluster.name} serves ${kind} as ${versions}, but extra has it as ${object.apiVersion} (${manifest.path})`,
    remedy: none
      ? 'Install what defines the kind before the apply, which waits for it as long as for a gate.'
      : 'Write the objects in a version that the cluster serves.',
  };
}

/** Whether a kind lives in a namespace only a cluster knows for sure. */
function outOfScope({ object, manifest }: Desired, cluster: LiveCluster, offered: readonly Resource[]): Finding | undefined {
  const [resource] = offered;
  const { namespace } = object.metadata;
  if (resource === undefined || resource.namespaced === (namespace !== undefined)) return undefined;
  const fault = resource.namespaced ? 'lacks metadata.namespace' : `has a namespace, and a ${object.kind} belongs to none`;
  return {
    rule: 'manifests',
    severity: 'error',
    cluster: cluster.name,
    message: `${objectTitle(refOf(object, cluster.name))} ${fault} (${manifest.path})`,
    remedy: resource.namespaced ? 'Write it: no context of kubectl supplies it here.' : 'Remove metadata.namespace.',
  };
}

/** References to other CN2 objects carry an apiVersion, too. */
function mapVersions(object: KubernetesObject, resources: readonly Resource[]): KubernetesObject {
  return { ...(mapReferences(object, resources) as KubernetesObject), apiVersion: object.apiVersion };
}

function mapReferences(value: unknown, resources: readonly Resource[]): unknown {
  if (Array.isArray(value)) return value.map((item) => mapReferences(item, resources));
  if (!isFields(value)) return value;
  const mapped = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapReferences(member, resources)]));
  const { apiVersion, kind } = mapped;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || groupOf(apiVersion) !== CORE) return mapped;
  const offered = resources.filter((resource) => resource.group === CORE && resource.kind === kind);
  if (offered.length === 0 || offered.some(({ version }) => version === versionOf(apiVersion))) return mapped;
  return { ...mapped, apiVersion: apiVersionOf(CORE, offered[0]!.version) };
}

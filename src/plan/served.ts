import { CORE } from '../cn2/names.ts';
import type { Finding } from '../model/finding.ts';
import { isFields } from '../model/json-object.ts';
import { apiVersionOf, groupOf, type KubernetesObject, type Resource, versionOf } from '../model/kubernetes.ts';
import type { LiveCluster, LiveState } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { refOf } from '../model/object-ref.ts';
import { CN2_GROUPS } from './cn2-groups.ts';
import { liveCluster, seenObject } from './live-objects.ts';
import { withLiveSpelling } from './spelling.ts';

/**
 * The desired objects as their clusters speak: in a served API version (references inside them, too), networks and addresses spelled
 * as they already are there. E22 where a kind is served in no version that the release's objects fit.
 *
 * Only core.contrail versions are mapped: which release serves which is partly derived, and discovery knows. The operator groups'
 * versions differ in their fields, so another one there means another CN2 release than the declared one.
 */
export function toServed(desired: readonly Desired[], live: LiveState): { desired: Desired[]; findings: Finding[] } {
  const findings = new Map<string, Finding>();
  const served = desired.map((entry): Desired => {
    const cluster = liveCluster(live, entry.manifest.cluster);
    if (cluster === undefined || cluster.status === 'unknown') return entry;
    const { group, kind } = refOf(entry.object);
    const offered = cluster.resources.filter((resource) => resource.group === group && resource.kind === kind);
    const version = versionFor(entry.object, offered);
    if (version === undefined) {
      const finding = notServed(entry, cluster, offered);
      if (finding !== undefined) findings.set(`${cluster.name}/${group}/${kind}`, finding);
      return entry;
    }
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

import { CONFIGPLANE, CORE, DATAPLANE } from './names.ts';

/** What differs between CN2 releases, as far as attaching a cluster needs it. */
export interface ReleaseFacts {
  /** First two numbers of the image tag. */
  release: string;
  /** API version that the release's manifests use, per group that moves. */
  versions: { configplane: 'v1alpha1' | 'v1'; dataplane: 'v1alpha1' | 'v1'; core: 'v1alpha1' | 'v2' | 'v3' | 'v4' };
  /** Both sides get their TLS certificates from a ContrailCertificateManager; the vendor ships a file for it. */
  certificates: boolean;
  /** configplane and Vrouter objects are converted by a webhook that the deployer serves. */
  conversionWebhook: boolean;
  /** Node labels that the release's selectors know. */
  nodeRoles: readonly string[];
}

const MASTER = 'node-role.kubernetes.io/master';
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
const MASTER_ONLY = [MASTER];
const EITHER_ROLE = [MASTER, CONTROL_PLANE];

/**
 * The releases whose manifests are public (Juniper's example manifests and CRDs; the core version of 22.3, 23.2 and later is
 * derived from dated texts, so the plan asks the cluster's discovery before it relies on it).
 */
export const RELEASES: readonly ReleaseFacts[] = [
  facts('22.1', 'v1alpha1', 'v1alpha1', false, MASTER_ONLY),
  facts('22.2', 'v1alpha1', 'v1alpha1', false, MASTER_ONLY),
  facts('22.3', 'v1alpha1', 'v1alpha1', false, EITHER_ROLE),
  facts('22.4', 'v1alpha1', 'v2', true, EITHER_ROLE),
  facts('23.1', 'v1alpha1', 'v3', true, EITHER_ROLE),
  facts('23.2', 'v1alpha1', 'v4', true, EITHER_ROLE),
  facts('23.3', 'v1', 'v4', true, EITHER_ROLE),
  facts('23.4', 'v1', 'v4', true, EITHER_ROLE),
];

/** The release of an image tag: '22.2.0.93' → '22.2', 'cn2.23.4.0.59' → '23.4'; undefined when it is not a CN2 tag. */
export function releaseOf(version: string): string | undefined {
  return /^(?:cn2\.)?(\d+\.\d+)(?:\.|$)/.exec(version)?.[1];
}

/**
 * Which of two image tags of CN2 is newer, number by number: negative where the first is older, 0 where they are one; undefined where
 * one of them is not a tag of CN2.
 */
export function compareTags(one: string, other: string): number | undefined {
  if (releaseOf(one) === undefined || releaseOf(other) === undefined) return undefined;
  const [a, b] = [numbersOf(one), numbersOf(other)];
  for (let place = 0; place < Math.max(a.length, b.length); place++) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(tag: string): number[] {
  return tag
    .replace(/^cn2\./, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10) || 0);
}

/** The facts of an image tag's release; undefined for a release that is not in the table (E22). */
export function releaseFacts(version: string): ReleaseFacts | undefined {
  const release = releaseOf(version);
  return RELEASES.find((facts) => facts.release === release);
}

/** The version in which a release's files write a group's kinds; undefined for groups whose version does not move with it. */
export function groupVersion(facts: ReleaseFacts, group: string): string | undefined {
  if (group === CONFIGPLANE) return facts.versions.configplane;
  if (group === DATAPLANE) return facts.versions.dataplane;
  if (group === CORE) return facts.versions.core;
  return undefined;
}

function facts(
  release: string,
  crds: 'v1alpha1' | 'v1',
  core: ReleaseFacts['versions']['core'],
  certificates: boolean,
  nodeRoles: readonly string[],
): ReleaseFacts {
  return {
    release,
    versions: { configplane: crds, dataplane: crds, core },
    certificates,
    conversionWebhook: crds === 'v1',
    nodeRoles,
  };
}

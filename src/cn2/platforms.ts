import type { ClusterFacts } from '../model/live.ts';
import { RELEASES, releaseOf } from './releases.ts';

/** A Kubernetes other than the upstream one, and what the texts of CN2 say of it. */
export interface Platform {
  name: string;
  /** The first release that runs there; undefined: no text names one. */
  since?: string;
  /** Releases whose texts exclude it. */
  excludedBy: readonly string[];
}

interface Signs {
  /** In the version of kubelets and of the API server. */
  version?: RegExp;
  /** Prefix of node labels. */
  label?: string;
  /** An API group that the cluster serves. */
  group?: string;
}

/** How each is recognized: by what it writes into versions, node labels and groups, none of which others carry. */
const PLATFORMS: readonly (Platform & Signs)[] = [
  { name: 'OpenShift', excludedBy: ['22.1'], label: 'node.openshift.io/', group: 'config.openshift.io' },
  { name: 'EKS', since: '23.1', excludedBy: [], version: /-eks-/, label: 'eks.amazonaws.com/' },
  { name: 'RKE2', since: '23.2', excludedBy: [], version: /\+rke2r\d/ },
  { name: 'K3s', excludedBy: [], version: /\+k3s\d/ },
  { name: 'GKE', excludedBy: [], version: /-gke\./, label: 'cloud.google.com/gke-' },
  { name: 'AKS', excludedBy: [], label: 'kubernetes.azure.com/' },
];

/** What a cluster is, by its own facts; undefined: nothing speaks against upstream Kubernetes. */
export function platformOf(
  facts: Pick<ClusterFacts, 'nodes' | 'serverVersion'>,
  groups: ReadonlySet<string>,
): Platform | undefined {
  const versions = [facts.serverVersion, ...facts.nodes.map(({ system }) => system?.kubeletVersion ?? '')];
  const labels = facts.nodes.flatMap((node) => Object.keys(node.labels));
  return PLATFORMS.find(
    ({ version, label, group }) =>
      (version !== undefined && versions.some((text) => version.test(text))) ||
      (label !== undefined && labels.some((key) => key.startsWith(label))) ||
      (group !== undefined && groups.has(group)),
  );
}

/** Whether a CN2 version runs on a platform: `excluded` by its texts, or `unknown` where none names it. */
export function supportOf(platform: Platform, version: string): 'supported' | 'excluded' | 'unknown' {
  const release = releaseOf(version);
  const place = (one: string | undefined) => RELEASES.findIndex((facts) => facts.release === one);
  if (place(release) < 0) return 'unknown';
  if (platform.excludedBy.includes(release!)) return 'excluded';
  if (platform.since === undefined) return 'unknown';
  return place(release) < place(platform.since) ? 'excluded' : 'supported';
}

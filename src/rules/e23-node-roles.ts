import { roleOf } from '../cn2/vendor-files.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { Finding } from '../model/finding.ts';
import type { LiveCluster } from '../model/live.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { parsedFile } from '../render/parsed-file.ts';
import type { ObjectPath } from '../render/vendor-document.ts';
import { distributedOf } from './clusters.ts';
import { clusterPlace } from './live-cluster.ts';
import { isKubemanager } from './manifest-place.ts';
import { finding, type LiveInput, type ManifestsInput, type Rule } from './rule.ts';

const MASTER = 'node-role.kubernetes.io/master';
/** Where CN2's kinds and workloads keep their node selector. */
const SELECTOR_PATHS: readonly string[][] = [
  ['spec', 'common', 'nodeSelector'],
  ['spec', 'template', 'spec', 'nodeSelector'],
];

/** Kubernetes 1.24 dropped the label `master` from control-plane nodes; 22.1 and 22.2 select nothing else. */
export const nodeRoles: Rule = {
  id: 'E23',
  sentence:
    'What must run on control-plane nodes selects a label that those nodes carry; node-role.kubernetes.io/master alone matches none on Kubernetes 1.24 and later.',
  remedy: `Label the control-plane nodes: kubectl label node <node> ${MASTER}=`,
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    return distributedOf(fleet)
      .filter(({ cluster }) => selectsMasterOnly(cluster.kubemanagerNodeSelector))
      .map(({ cluster, at }) =>
        finding(
          this,
          placeOf(source, `${at}/kubemanagerNodeSelector`),
          `the Kubemanager of ${cluster.name} runs only on nodes labelled ${MASTER}`,
          {
            severity: 'warning',
          },
        ),
      );
  },
  judgeManifests: judgeVendorFiles,
  judgeLive: judgeNodes,
};

function selectorOf(object: unknown): { path: string[]; selector: Record<string, string> } | undefined {
  for (const path of SELECTOR_PATHS) {
    let value = object;
    for (const key of path)
      value = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : undefined;
    if (value !== null && typeof value === 'object' && Object.keys(value).length > 0)
      return { path, selector: value as Record<string, string> };
  }
  return undefined;
}

function selectsMasterOnly(selector: Readonly<Record<string, string>> | undefined): boolean {
  return selector !== undefined && Object.keys(selector).join() === MASTER;
}

/** Offline no nodes are known, so this is a warning. Files of which nothing is applied as it is are not checked. */
function judgeVendorFiles({ vendorFiles }: ManifestsInput): Finding[] {
  return Object.keys(vendorFiles).flatMap((file) => {
    const { documents } = parsedFile(vendorFiles, file);
    const role = roleOf(documents.map(({ object }) => object));
    if (role === 'central' || role === 'cert-manager' || role === 'all-in-one') return [];
    return documents.flatMap(({ object, at }) => {
      const found = selectorOf(object);
      if (!found || !selectsMasterOnly(found.selector)) return [];
      const message = `${objectTitle(refOf(object))} runs only on nodes labelled ${MASTER}`;
      return [finding(nodeRoles, at(found.path as ObjectPath), message, { severity: 'warning' })];
    });
  });
}

/** Live: a selector that must match has no node. Vrouters for kinds of nodes that a cluster does not have (dpdk) may match none. */
function judgeNodes({ fleet, source, live, manifests = [] }: LiveInput): Finding[] {
  const byName = new Map(live.clusters.map((cluster) => [cluster.name, cluster]));
  const declared = fleet.distributed.flatMap((cluster, index) => {
    const selector = cluster.kubemanagerNodeSelector;
    if (!selector) return [];
    const place = source ? placeOf(source, pointer('distributed', index, 'kubemanagerNodeSelector')) : undefined;
    return [{ title: `the Kubemanager of ${cluster.name}`, cluster: byName.get(fleet.central.name), selector, place }];
  });
  const rendered = manifests.flatMap((manifest) => {
    const selector = selectorOf(manifest.object)?.selector;
    const owner = fleet.distributed.find(({ name }) => name === manifest.for);
    if (!selector || (isKubemanager(manifest) && owner?.kubemanagerNodeSelector)) return [];
    const place = clusterPlace(fleet, source, manifest.for);
    return [{ title: objectTitle(refOf(manifest.object)), cluster: byName.get(manifest.cluster), selector, place }];
  });
  return [...declared, ...rendered].flatMap(({ title, cluster, selector, place }) => {
    if (!cluster?.facts || cluster.facts.nodes.length === 0 || hasNode(cluster, selector)) return [];
    const wanted = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    const message = `${title} would not run on any node of ${cluster.name}: none is labelled ${wanted.join(', ')}`;
    return [
      finding(nodeRoles, place, message, {
        cluster: cluster.name,
        remedy: `Label the nodes: kubectl label node <node> ${wanted.join(' ')}`,
      }),
    ];
  });
}

function hasNode({ facts }: LiveCluster, selector: Readonly<Record<string, string>>): boolean {
  return facts!.nodes.some(({ labels }) => Object.entries(selector).every(([key, value]) => labels[key] === value));
}

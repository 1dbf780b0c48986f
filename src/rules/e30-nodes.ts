import { isLaterKernel, kernelSeries } from '../cn2/kernels.ts';
import { releaseOf } from '../cn2/releases.ts';
import type { Finding } from '../model/finding.ts';
import type { LiveCluster, NodeFacts } from '../model/live.ts';
import { clusterPlace, isWithoutVrouter } from './live-cluster.ts';
import { finding, type LiveInput, type Rule } from './rule.ts';

/** Labels by which nodes are given to the DPDK vRouter, which has no kernel module. */
const DPDK: readonly (readonly [key: string, value: string])[] = [
  ['agent-mode', 'dpdk'],
  ['chassis', 'dpdk-worker'],
];

/** What is known of a node before the vRouter comes; a node on which CN2 runs has answered these questions. */
export const nodesFit: Rule = {
  id: 'E30',
  sentence:
    'The nodes of a cluster that is attached run Linux on x86-64, with a kernel that is not of a later series than the CN2 release, and have an address (all warnings).',
  remedy: "Look the node's kernel (uname -r) up in the vendor's list for this release.",
  source: 'derived',
  notChecked:
    "whether the kernel is in the vendor's list, which no manifest contains; whether clocks are synchronized, addresses are static, and DNS answers on the node.",
  judgeLive(input) {
    // Nothing of CN2's own runs on an emulated fleet, its kernel module least of all.
    const emulated = input.live.clusters.some(({ role, emulated: mark }) => role === 'central' && mark);
    return input.live.clusters
      .filter((cluster) => cluster.role === 'distributed' && cluster.facts !== undefined)
      .flatMap((cluster) => judgeCluster(cluster, input, emulated));
  },
};

function judgeCluster(cluster: LiveCluster, { fleet, source }: LiveInput, emulated: boolean): Finding[] {
  const before = isWithoutVrouter(cluster);
  const nodes = (cluster.facts?.nodes ?? []).filter(({ ready }) => before || !ready);
  const place = clusterPlace(fleet, source, cluster.name);
  const said = (which: readonly NodeFacts[], text: (title: string) => string, remedy?: string) =>
    which.length === 0
      ? []
      : [
          finding(nodesFit, place, text(titleOf(which, cluster.name)), {
            cluster: cluster.name,
            severity: 'warning',
            ...(remedy === undefined ? {} : { remedy }),
          }),
        ];
  const release = releaseOf(fleet.release.version);
  return [
    ...said(
      nodes.filter(({ system }) => isOther(system?.operatingSystem, 'linux') || isOther(system?.architecture, 'amd64')),
      (title) => `${title} cannot run the vRouter: its images are for Linux on amd64`,
      'Keep CN2 off these nodes with node selectors (patches), or leave them out of the cluster.',
    ),
    ...(emulated
      ? []
      : [
          ...Map.groupBy(
            nodes.filter((node) => hasLaterKernel(node, fleet.release.version)),
            seriesOf,
          ),
        ].flatMap(([series, which]) =>
          said(
            which,
            (title) =>
              `kernel ${series} of ${title} is of a later series than CN2 ${release}, which has no vRouter module for it`,
          ),
        )),
    ...said(
      nodes.filter(({ internalIPs }) => internalIPs?.length === 0),
      (title) => `${title} has no address of type InternalIP, so nothing says where its vRouter could be reached`,
      'Start its kubelet with --node-ip.',
    ),
  ];
}

function isOther(value: string | undefined, wanted: string): boolean {
  return value !== undefined && value !== '' && value !== wanted;
}

function hasLaterKernel({ labels, system }: NodeFacts, version: string): boolean {
  if (system?.kernelVersion === undefined || DPDK.some(([key, value]) => labels[key] === value)) return false;
  return isLaterKernel(system.kernelVersion, version) === true;
}

function seriesOf({ system }: NodeFacts): string {
  return kernelSeries(system?.kernelVersion ?? '');
}

/** "node a of cluster2", "node a and 2 more of cluster2" */
function titleOf(nodes: readonly NodeFacts[], cluster: string): string {
  const more = nodes.length > 1 ? ` and ${nodes.length - 1} more` : '';
  return `node ${nodes[0]?.name}${more} of ${cluster}`;
}

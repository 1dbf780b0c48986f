import type { StageId } from '../model/manifest.ts';

/** Which side of the fleet a stage touches: C the central, D the distributed cluster. */
export type Side = 'central' | 'distributed' | 'both';

export interface StageFacts {
  id: StageId;
  side: Side;
  /**
   * attach: done cluster after cluster in order of index (CN2 attaches one at a time);
   * fleet: done once over all clusters, after every attach.
   */
  scope: 'attach' | 'fleet';
  title: string;
}

/** The table of stages. Order is data: nothing but this table and the ranks below orders an apply. */
export const STAGE_TABLE: readonly StageFacts[] = [
  { id: '00-preflight', side: 'both', scope: 'attach', title: 'central cluster healthy, live rules' },
  { id: '10-access', side: 'both', scope: 'attach', title: 'kubeconfigs handed over' },
  { id: '20-deployer', side: 'distributed', scope: 'attach', title: 'deployer' },
  { id: '30-certificates', side: 'distributed', scope: 'attach', title: 'certificates' },
  { id: '40-kubemanager', side: 'central', scope: 'attach', title: 'kubemanager' },
  { id: '50-vrouter', side: 'distributed', scope: 'attach', title: 'vRouters' },
  { id: '60-restart', side: 'distributed', scope: 'attach', title: 'pods older than CN2 restarted' },
  { id: '70-namespaces', side: 'both', scope: 'fleet', title: 'namespaces' },
  { id: '80-networks', side: 'central', scope: 'fleet', title: 'subnets and virtual networks' },
  { id: '90-routers', side: 'central', scope: 'fleet', title: 'virtual network routers' },
  { id: '95-extra', side: 'both', scope: 'fleet', title: 'objects of your own' },
];

const KIND_RANKS: Readonly<Record<string, number>> = { Namespace: 0, Subnet: 1, VirtualNetwork: 3 };
const OTHER_KINDS = 2;
const WORKLOADS = new Set([
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'Job',
  'CronJob',
]);
const LAST = 4;

/**
 * The order inside a stage, reversed by deletes: Namespaces first, VirtualNetworks after the Subnets, route tables and the like that they
 * refer to; of the user's own objects pods and what makes them last, as they use the others. The rest is as the documents have it.
 */
export function kindRank(stage: StageId, kind: string): number {
  if (stage === '95-extra') return WORKLOADS.has(kind) ? LAST : OTHER_KINDS;
  return KIND_RANKS[kind] ?? OTHER_KINDS;
}

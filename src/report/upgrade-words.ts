import type { Plan, PlanCluster, PlanUpgrade } from '../model/plan.ts';
import { excerpt } from './printable.ts';
import { counted } from './words.ts';

/** Longest tag that is shown. */
const TAG_LENGTH = 128;

/** The clusters of a plan to which another release comes. */
export function upgradedClusters(plan: Pick<Plan, 'clusters'>): (PlanCluster & { upgrade: PlanUpgrade })[] {
  return plan.clusters.filter((cluster): cluster is PlanCluster & { upgrade: PlanUpgrade } => cluster.upgrade !== undefined);
}

/** "from 22.2.0.93 to cn2.23.4.0.59: vRouters restart on 3 nodes, whose pods have no traffic until they are back" */
export function upgradeText({ from, to, nodes }: PlanUpgrade): string {
  const tags = `from ${excerpt(from, TAG_LENGTH)} to ${excerpt(to, TAG_LENGTH)}`;
  if (nodes === undefined) return `${tags}: no vRouter restarts`;
  return `${tags}: vRouters restart on ${counted(nodes, 'node')}, whose pods have no traffic until they are back`;
}

/** The release that a plan brings; undefined where it brings none, or several. */
export function upgradeTarget(plan: Pick<Plan, 'clusters'>): string | undefined {
  const targets = new Set(upgradedClusters(plan).map(({ upgrade }) => upgrade.to));
  return targets.size === 1 ? excerpt([...targets][0]!, TAG_LENGTH) : undefined;
}

import type { AppliedRecord } from '../model/applied.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { ApprovedPlan, Change } from '../model/plan.ts';
import { isSubset } from '../plan/approval.ts';
import { planConditions } from '../plan/outcome.ts';
import { serialFault } from '../plan/serial.ts';
import { isConverting } from '../plan/upgrades.ts';
import { findingConditions } from '../rules/conditions.ts';
import type { Look } from '../survey/look.ts';
import { type ApplyEnding, stopped } from './ending.ts';

/** The apply that is judged. */
interface Judged {
  fleet: Fleet;
  approved: ApprovedPlan;
  /** Found before the look. */
  findings: readonly Finding[];
}

/** Why nothing may be written after this look; undefined when the run may go on. */
export function judge({ fleet, approved, findings: before }: Judged, seen: Look): ApplyEnding | undefined {
  const findings = [...before, ...seen.findings];
  const conditions = [...findingConditions(findings), ...planConditions(seen.plan)].filter(
    (condition) => condition !== 'changes',
  );
  const stop = (reason: string) => stopped(fleet.metadata.name, findings, conditions, reason);
  if (conditions.length > 0) return stop(refusalReason(seen, findings));
  const subset = isSubset(seen.plan, approved, seen.live);
  if (subset.ok) return undefined;
  conditions.push('not-approved');
  return stop(`no longer the approved plan:\n${subset.texts.map((text) => `  ${text}`).join('\n')}`);
}

/** Why this approval's turn is over, by what was applied last and, in a job, by what the branch holds; undefined when it is its turn. */
export async function judgeTurn(
  { fleet, approved, findings }: Judged,
  record: AppliedRecord | undefined,
  newer: (() => Promise<string | undefined>) | undefined,
): Promise<ApplyEnding | undefined> {
  const fault = serialFault(approved, record) ?? (await newer?.());
  return fault === undefined ? undefined : stopped(fleet.metadata.name, findings, ['not-approved'], fault);
}

/**
 * Why nothing may be written, nor said, about a cluster whose kinds cannot be converted: neither does a run go on that has begun (`open`),
 * nor is there anything to do about its deployer. Undefined: none.
 */
export function judgeConversion({ fleet, findings }: Judged, seen: Look, open: boolean): ApplyEnding | undefined {
  const stuck = seen.live.clusters.find(
    (cluster) => isConverting(cluster) && !open && !changesOf(seen, cluster.name).some(({ stage }) => stage <= '20-deployer'),
  );
  if (stuck === undefined) return undefined;
  const problem = stuck.listings.flatMap((listing) => (listing.status === 'unreadable' ? listing.problem.message : []))[0];
  const all = [...findings, ...seen.findings];
  return stopped(fleet.metadata.name, all, ['unknown-cluster'], `nothing was written: ${problem ?? stuck.name}`);
}

function changesOf({ plan }: Look, cluster: string): readonly Change[] {
  return plan.clusters.find(({ name }) => name === cluster)?.changes ?? [];
}

function refusalReason(seen: Look, findings: readonly Finding[]): string {
  const unknown = seen.plan.clusters.filter(({ status }) => status === 'unknown').map(({ name, reason }) => reason ?? name);
  if (unknown.length > 0) return `nothing was written: ${unknown.join('; ')}`;
  const error = findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) return `nothing was written: ${error.message}`;
  return 'nothing was written: a change that cannot be made in place is refused';
}

import type { Checkout } from '../checkout/checkout.ts';
import type { ApprovedPlan, Change, Plan } from '../model/plan.ts';
import { approvedChanges } from '../plan/approval.ts';
import { parseApproved } from '../plan/approved.ts';
import { isOpen } from '../plan/serial.ts';
import type { Clock } from '../ports/clock.ts';
import { type Repository, RepositoryError } from '../ports/repository.ts';
import { PLAN_FILE } from '../render/tree.ts';
import type { LastApply } from './place-in-order.ts';

/** So long an approval may wait for its apply before what it would do counts as drift; milliseconds. */
const GRACE_MS = 24 * 60 * 60 * 1000;

/** So far a commit may be ahead of this clock; whoever commits writes the time, and one to come would never be old. */
const SKEW_MS = 5 * 60 * 1000;

const NONE: ReadonlySet<Change> = new Set();

/**
 * The changes that the committed plan approves and whose apply is still to come: its serial is open, and it was committed no longer
 * than a day ago. Where the commit's time or the last apply is not known, none: what differs is drift then. An upgrade that an apply has
 * begun may take as long as it takes, with its waits from cluster to cluster.
 */
export async function awaitingApply(
  clock: Clock,
  { files, rendered }: Checkout,
  { plan, last, repository }: { plan: Plan; last: LastApply; repository?: Repository | undefined },
): Promise<ReadonlySet<Change>> {
  const path = `${rendered}/${PLAN_FILE}`;
  const approved = parseApproved(await files.read(path));
  const changes = plan.clusters.some((cluster) => cluster.changes.length > 0);
  if (!changes || approved === undefined || 'problem' in last) return NONE;
  const upgrade = upgradeUnderWay(plan, approved, last);
  if (repository === undefined) return upgrade;
  try {
    const committed = await repository.changedAt(path);
    const age = committed === undefined ? Number.NaN : clock.now() - committed;
    if (!(age >= -SKEW_MS && age <= GRACE_MS)) return upgrade;
    return isOpen(approved, last.record) ? approvedChanges(plan, approved) : NONE;
  } catch (error) {
    if (error instanceof RepositoryError) return upgrade;
    throw error;
  }
}

/** What is left to be done for the clusters in an upgrade that the last apply has begun and not finished. */
function upgradeUnderWay(
  plan: Plan,
  approved: ApprovedPlan,
  { record }: Exclude<LastApply, { problem: unknown }>,
): ReadonlySet<Change> {
  if (record === undefined || record.finished || record.plan !== approved.digest || record.serial !== approved.serial)
    return NONE;
  const upgraded = new Set(plan.clusters.filter(({ upgrade }) => upgrade !== undefined).map(({ name }) => name));
  return new Set([...approvedChanges(plan, approved)].filter((change) => upgraded.has(change.for)));
}

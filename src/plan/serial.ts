import type { AppliedRecord } from '../model/applied.ts';
import type { ApprovedPlan, Plan } from '../model/plan.ts';
import { planDigest } from './digest.ts';

/** The last place in the order of applies: its successor must still be an exact number. */
const LAST_SERIAL = Number.MAX_SAFE_INTEGER - 1;

/**
 * So far no approval is ahead of what was applied last, whatever found nothing to do in between. Applied once, a number near the last
 * one would leave no place to any plan after it.
 */
const FARTHEST = 1_000_000;

/** Whether a value can be a place in the order of applies. */
export function isSerial(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= LAST_SERIAL;
}

/**
 * A plan with its place in the order: one more than the higher of what was approved last (`base`, the committed plan.json) and what
 * was applied last. A plan that is what `base` already approves keeps its place, so that planning again changes nothing. Undefined
 * where no place is left.
 */
export function placedInOrder(plan: Plan, base: ApprovedPlan | undefined, record: AppliedRecord | undefined): Plan | undefined {
  if (base !== undefined && isSerial(base.serial) && isOpen(base, record)) {
    const same = withSerial(plan, base.serial);
    if (same.digest === base.digest) return same;
  }
  const approved = isSerial(base?.serial) && !isBeyond(base.serial, record) ? base.serial : 0;
  const next = 1 + Math.max(approved, record?.serial ?? 0);
  return isSerial(next) ? withSerial(plan, next) : undefined;
}

function isBeyond(serial: number, record: AppliedRecord | undefined): boolean {
  return serial - (record?.serial ?? 0) > FARTHEST;
}

/** A plan in this place of the order; its digest follows. */
export function withSerial<Some extends Plan | ApprovedPlan>(plan: Some, serial: number): Some {
  const placed = { ...plan, serial };
  return { ...placed, digest: planDigest(placed) };
}

/** Whether an approval can still be applied: nothing newer was, and it did not come to its end. */
export function isOpen(approved: Pick<ApprovedPlan, 'serial' | 'digest'>, record: AppliedRecord | undefined): boolean {
  return serialFault(approved, record) === undefined;
}

/** Why an approval may not be applied (any more), as a sentence; undefined: it may, for the first time or to go on. */
export function serialFault(
  { serial, digest }: Pick<ApprovedPlan, 'serial' | 'digest'>,
  record: AppliedRecord | undefined,
): string | undefined {
  if (serial === undefined)
    return 'the approved plan has no serial: an older version of cn2-fleet made it; propose again and merge the result';
  if (!isSerial(serial))
    return `the approved plan has the serial ${serial}, which is not a serial; propose again and merge the result`;
  if (isBeyond(serial, record)) {
    return `the approved plan has the serial ${serial}, which no plan reaches after ${record?.serial ?? 'none'}: it was edited; propose again and merge the result`;
  }
  if (record === undefined || serial > record.serial) return undefined;
  const since = `plan ${record.serial}${record.commit === undefined ? '' : ` (commit ${record.commit.slice(0, 7)})`}`;
  if (serial < record.serial) {
    return `the approved plan ${serial} is older than what was applied since: ${since}, at ${record.at}; propose again for what is declared now`;
  }
  if (digest !== record.plan)
    return `another plan took the place of the approved plan ${serial}: ${since} was applied at ${record.at}; propose again`;
  if (!record.finished) return undefined;
  return `the approved plan has already been applied and proven: ${since}, at ${record.at}; what differs since then is not approved: propose again`;
}

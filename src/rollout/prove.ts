import { type HeldLock, LockLostError } from '../apply/held-lock.ts';
import { isFailed } from '../expectation/smoke-document.ts';
import type { AppliedRecord } from '../model/applied.ts';
import { present } from '../model/present.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { kindsLeft } from '../plan/kinds-in-use.ts';
import { ClusterError } from '../ports/cluster.ts';
import type { Look } from '../survey/look.ts';
import { unconnectedIn } from '../survey/session.ts';
import { type ComparedInput, comparedSmokeTest } from './compared-smoke-test.ts';
import type { ApplyEnding } from './ending.ts';
import type { Run, RunSettings } from './run.ts';

/** The smoke test, and the record of what is proven by it. */
export async function prove(
  run: Run,
  settings: RunSettings,
  lock: HeldLock,
  done: ApplyEnding,
  { open, seen, dead }: { open: string | undefined; seen: Look; dead: string | undefined },
): Promise<ApplyEnding> {
  const { ports, fleet, session, scope } = run;
  const { document } = done;
  const conditions = [...done.conditions];
  const smoke = await comparedSmokeTest(ports, {
    ...{ fleet, clusters: session.clusters, scope, secrets: session.secrets, unconnected: unconnectedIn(session) },
    ...present({ dead }),
    ...{ change: run.approved.digest, keeps: true, fails: failsOf(settings) },
  });
  if (smoke === undefined) {
    ports.reporter.progress({
      type: 'note',
      text: 'no smoke test: the declaration has no smoke section, so nothing was measured',
    });
  } else {
    document.smoke = smoke.document;
    conditions.push(...smoke.conditions);
  }
  const broken = brokenBefore(smoke?.document, conditions);
  if (broken > 0) document.reason = brokenReason(broken);
  // A narrowed run says nothing about what an earlier, wider one left unproven, and nothing about the whole fleet.
  const proves = conditions.length === 0 && broken === 0 && !ports.signal.aborted && (scope.isWhole || open === undefined);
  if (!proves) return { document, conditions };
  return { document, conditions: await recordProven(run, lock, seen, document, recordOf(run, settings.commit, scope.isWhole)) };
}

/** The record of what is proven. Where it cannot be written the report stays: all of it was done, and is checked once more next time. */
async function recordProven(
  { fleet, desired }: Run,
  lock: HeldLock,
  { live, plan }: Look,
  document: ApplyEnding['document'],
  record: AppliedRecord,
): Promise<ApplyEnding['conditions']> {
  try {
    await lock.endProven(record, kindsLeft(lock.kinds(), { fleet, desired, live, plan }));
    return [];
  } catch (error: unknown) {
    if (!(error instanceof LockLostError) && !(error instanceof ClusterError)) throw error;
    document.reason = `everything was applied and has passed, but that could not be recorded: ${error.message}; the next apply checks the gates and runs the smoke test again`;
    return [error instanceof LockLostError ? 'locked' : 'unknown-cluster'];
  }
}

/** What the Lease is to say of this run. */
export function recordOf({ ports, approved, index }: Run, commit: string | undefined, finished: boolean): AppliedRecord {
  const at = new Date(ports.clock.now()).toISOString();
  // Judged before: an approval without a place in the order comes no further than that.
  const serial = approved.serial ?? 0;
  return { serial, plan: approved.digest, index, ...present({ commit }), at, finished };
}

/** What makes the smoke test of an apply fail. */
export function failsOf({ strict }: Pick<RunSettings, 'strict'>): ComparedInput['fails'] {
  return strict === true ? 'broken' : 'regressions';
}

/** How many paths are broken that do not make the run fail, since they were so before. */
function brokenBefore(smoke: SmokeDocument | undefined, conditions: ApplyEnding['conditions']): number {
  if (smoke === undefined || conditions.includes('smoke-failed')) return 0;
  return smoke.pairs.filter(({ verdict }) => isFailed(verdict)).length;
}

function brokenReason(count: number): string {
  const paths = count === 1 ? '1 path is broken, and was' : `${count} paths are broken, and were`;
  return `${paths} before this apply, which therefore does not fail (--strict: it does); until all is as declared, the next apply checks the gates and runs the smoke test again`;
}

import { readLeaseState } from '../apply/applied.ts';
import { executePlan } from '../apply/execute-plan.ts';
import type { HeldLock } from '../apply/held-lock.ts';
import { applyLeaseName } from '../apply/lease.ts';
import { withLock } from '../apply/lock.ts';
import { shown } from '../checkout/load.ts';
import type { ApplyOptions } from '../commands/apply.ts';
import type { Ports } from '../commands/context.ts';
import { smokeTest } from '../commands/smoke-test.ts';
import type { AppliedRecord } from '../model/applied.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired } from '../model/manifest.ts';
import type { ApprovedPlan } from '../model/plan.ts';
import { isSubset } from '../plan/approval.ts';
import { expectedIsEmpty, planConditions } from '../plan/outcome.ts';
import { serialFault } from '../plan/serial.ts';
import { findingConditions } from '../rules/conditions.ts';
import { type Look, look } from '../survey/look.ts';
import type { Session } from '../survey/session.ts';
import { type ApplyResult, nothing, stopped } from './ending.ts';
import { newerOnBranch } from './newest.ts';
import { recheckWith } from './recheck.ts';

/** What a run has gathered before its first look. */
export interface Run {
  ports: Ports;
  options: ApplyOptions;
  fleet: Fleet;
  source: SourceMap;
  index: string;
  approved: ApprovedPlan;
  desired: Desired[];
  session: Session;
  findings: Finding[];
  /** That is checked out. */
  commit?: string;
}

/** Looks, and where there is something to do takes the lock and does it. */
export async function judgeAndRun(run: Run): Promise<ApplyResult> {
  const { ports, options, fleet, session } = run;
  const name = fleet.metadata.name;
  const first = await lookAgain(run);
  const refusal = judge(run, first);
  if (refusal !== undefined) return refusal;
  const central = session.clusters.get(fleet.central.name);
  if (central === undefined)
    return stopped(name, run.findings, options, ['unknown-cluster'], 'the central cluster cannot be reached');
  const { record, unproven } = await readLeaseState(central, name);
  if (expectedIsEmpty(first.plan) && unproven === undefined)
    return nothing(name, [...run.findings, ...first.findings], options, first.plan);
  // Judged again under the lock; here it saves those the lock whose turn is over.
  const over = judgeSerial(run, record) ?? (await judgeHead(run));
  if (over !== undefined) return over;
  const result = await withLock(
    {
      central,
      name: applyLeaseName(name),
      holder: ports.runId,
      ttl: options.lockTtl,
      timeout: options.lockTimeout,
      clock: ports.clock,
      reporter: ports.reporter,
      signal: ports.signal,
    },
    (lock) => underLock(run, lock),
  );
  if (result.status === 'ran') return result.value;
  if (result.status === 'locked') return stopped(name, run.findings, options, ['locked'], result.message);
  return stopped(name, run.findings, options, ['interrupted'], 'interrupted while waiting for the lock');
}

async function underLock(run: Run, lock: HeldLock): Promise<ApplyResult> {
  const { ports, options, fleet, session } = run;
  const seen = await lookAgain(run);
  const open = lock.unproven();
  const refusal = judge(run, seen);
  if (refusal !== undefined) return refusal;
  // Somebody else may have done it all while this run waited for the lock.
  if (expectedIsEmpty(seen.plan) && open === undefined)
    return nothing(fleet.metadata.name, [...run.findings, ...seen.findings], options, seen.plan);
  const late = judgeSerial(run, lock.applied()) ?? (await judgeHead(run));
  if (late !== undefined) return late;
  await options.begin?.(fleet.metadata.name);
  const done = await executePlan({
    fleet,
    plan: seen.plan,
    desired: seen.desired,
    preconditions: seen.preconditions,
    clusters: session.clusters,
    clock: ports.clock,
    reporter: ports.reporter,
    signal: ports.signal,
    lease: lock,
    record: recordOf(run, false),
    gateTimeout: options.gateTimeout * 1000,
    unproven: open !== undefined,
    ...(options.only.length === 0 ? {} : { only: [...options.only] }),
    recheck: recheckWith(() => lookAgain(run)),
  });
  const document: ApplyResult['document'] = {
    schemaVersion: 1,
    fleet: fleet.metadata.name,
    outcome: done.outcome,
    ...(done.reason === undefined ? {} : { reason: done.reason }),
    ...(seen.plan.emulated === true ? { emulated: true } : {}),
    steps: done.steps,
    findings: shown([...run.findings, ...seen.findings], options),
  };
  if (done.outcome !== 'done' && !(done.outcome === 'nothing' && open !== undefined))
    return { document, conditions: done.conditions };
  return prove(run, lock, { document, conditions: done.conditions }, open);
}

/** The smoke test, and the record of what is proven by it. */
async function prove(run: Run, lock: HeldLock, done: ApplyResult, open: string | undefined): Promise<ApplyResult> {
  const { ports, options, fleet, session } = run;
  const { document } = done;
  const conditions = [...done.conditions];
  const smoke = await smokeTest(ports, { fleet, clusters: session.clusters, only: options.only });
  if (smoke === undefined) {
    ports.reporter.progress({
      type: 'note',
      text: 'no smoke test: the declaration has no smoke section, so nothing was measured',
    });
  } else {
    document.smoke = smoke.document;
    conditions.push(...smoke.conditions);
  }
  // A narrowed run says nothing about what an earlier, wider one left unproven, and nothing about the whole fleet.
  const whole = options.only.length === 0;
  const proves = conditions.length === 0 && !ports.signal.aborted && (whole || open === undefined);
  if (proves) await lock.markProven(recordOf(run, whole));
  return { document, conditions };
}

function recordOf({ ports, approved, index, commit }: Run, finished: boolean): AppliedRecord {
  const at = new Date(ports.clock.now()).toISOString();
  // Judged before: an approval without a place in the order comes no further than that.
  const serial = approved.serial ?? 0;
  return { serial, plan: approved.digest, index, ...(commit === undefined ? {} : { commit }), at, finished };
}

async function lookAgain(run: Run): Promise<Look> {
  const { fleet, source, index, desired, session, options } = run;
  return look({ fleet, source, index, desired, session, only: options.only, concurrency: options.concurrency });
}

/** Why nothing may be written after this look; undefined when the run may go on. */
function judge(run: Run, seen: Look): ApplyResult | undefined {
  const { fleet, approved, options } = run;
  const findings = [...run.findings, ...seen.findings];
  const conditions = [...findingConditions(findings), ...planConditions(seen.plan)].filter(
    (condition) => condition !== 'changes',
  );
  const stop = (reason: string) => stopped(fleet.metadata.name, findings, options, conditions, reason);
  if (conditions.length > 0) return stop(refusalReason(seen, findings));
  const subset = isSubset(seen.plan, approved, seen.live);
  if (subset.ok) return undefined;
  conditions.push('not-approved');
  return stop(`no longer the approved plan:\n${subset.texts.map((text) => `  ${text}`).join('\n')}`);
}

/** Why this approval's turn is over; undefined when it is the one to be applied. */
function judgeSerial({ fleet, findings, options, approved }: Run, record: AppliedRecord | undefined): ApplyResult | undefined {
  const fault = serialFault(approved, record);
  return fault === undefined ? undefined : stopped(fleet.metadata.name, findings, options, ['not-approved'], fault);
}

/** In a job: why the commit is not the newest word on the fleet. */
async function judgeHead({ fleet, findings, options }: Run): Promise<ApplyResult | undefined> {
  const { job, repository } = options;
  if (job === undefined || repository === undefined) return undefined;
  const newer = await newerOnBranch(job, repository, options);
  return newer === undefined ? undefined : stopped(fleet.metadata.name, findings, options, ['not-approved'], newer);
}

function refusalReason(seen: Look, findings: readonly Finding[]): string {
  const unknown = seen.plan.clusters.filter(({ status }) => status === 'unknown').map(({ name, reason }) => reason ?? name);
  if (unknown.length > 0) return `nothing was written: ${unknown.join('; ')}`;
  const error = findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) return `nothing was written: ${error.message}`;
  return 'nothing was written: a change that cannot be made in place is refused';
}

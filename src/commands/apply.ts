import { executePlan } from '../apply/execute-plan.ts';
import type { HeldLock } from '../apply/held-lock.ts';
import { applyLeaseName } from '../apply/lease.ts';
import { withLock } from '../apply/lock.ts';
import { readUnproven } from '../apply/unproven.ts';
import type { ApplyDocument } from '../model/apply.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired } from '../model/manifest.ts';
import type { Condition, Outcome } from '../model/outcome.ts';
import type { ApprovedPlan } from '../model/plan.ts';
import { isSubset } from '../plan/approval.ts';
import { expectedIsEmpty, planConditions } from '../plan/outcome.ts';
import type { Progress } from '../ports/reporter.ts';
import { redact } from '../report/redact.ts';
import { readApproved } from './approved.ts';
import { loadCommitted } from './committed.ts';
import { findingConditions } from './conditions.ts';
import type { Options, Ports } from './context.ts';
import { gather } from './gather.ts';
import { hasErrors, shown } from './load.ts';
import { type Look, look } from './look.ts';
import { recheckWith } from './recheck.ts';
import type { Session } from './session.ts';
import type { LockOptions } from './smoke.ts';
import { smokeTest } from './smoke-test.ts';

export interface ApplyOptions extends Options, LockOptions {
  /** The approved plan, relative to the declaration's folder. */
  plan: string;
  /** Seconds a gate may take. */
  gateTimeout: number;
  /** Called under the lock when it is sure that the run goes on, before the first write; what it throws stops the run. */
  begin?: (fleet: string) => Promise<void>;
}

export type ApplyResult = Outcome<ApplyDocument & { findings: Finding[] }>;

/** What a run has gathered before its first look. */
interface Run {
  ports: Ports;
  options: ApplyOptions;
  fleet: Fleet;
  index: string;
  approved: ApprovedPlan;
  desired: Desired[];
  session: Session;
  findings: Finding[];
}

/**
 * `apply`: the committed files as approved. Plans again under the lock, goes on while that is a subset of what was approved,
 * carries it out stage by stage, then runs the smoke test. Whatever is wrong before the first write leaves every cluster as it was.
 */
export async function applyCommand(ports: Ports, options: ApplyOptions): Promise<ApplyResult> {
  const { tree, vendorFiles, findings, proposalPending } = await loadCommitted(ports, options);
  if (tree === undefined || hasErrors(findings))
    return stopped('', findings, options, findingConditions(findings), 'rendered/ is not what was approved');
  const { fleet } = tree;
  const name = fleet.metadata.name;
  const approval = readApproved(await ports.files.read(options.plan), tree.indexDigest, `${options.shownFolder}${options.plan}`);
  if (approval.status === 'refused') return stopped(name, findings, options, [approval.condition], approval.reason);
  if (proposalPending) {
    ports.reporter.progress({
      type: 'note',
      text: `proposal pending: ${options.shownFile} is newer than what was rendered; what was approved is applied`,
    });
  }
  await using gathered = await gather(ports, options, { fleet, manifests: tree.manifests, vendorFiles });
  const { session, desired, secrets } = gathered;
  findings.push(...gathered.findings);
  if (desired === undefined || hasErrors(findings)) {
    return stopped(name, findings, options, findingConditions(findings), 'credentials are missing or cannot be used');
  }
  const reporter = { progress: (event: Progress) => ports.reporter.progress(redact(event, secrets)) };
  const run: Run = {
    ports: { ...ports, reporter },
    options,
    fleet,
    index: tree.indexDigest,
    approved: approval.plan,
    desired,
    session,
    findings,
  };
  return redact(await judgeAndRun(run), secrets);
}

async function judgeAndRun(run: Run): Promise<ApplyResult> {
  const { ports, options, fleet, session } = run;
  const first = await lookAgain(run);
  const refusal = judge(run, first);
  if (refusal !== undefined) return refusal;
  const central = session.clusters.get(fleet.central.name);
  if (central === undefined)
    return stopped(fleet.metadata.name, run.findings, options, ['unknown-cluster'], 'the central cluster cannot be reached');
  const open = await readUnproven(central, fleet.metadata.name);
  if (expectedIsEmpty(first.plan) && open === undefined) return nothing(run, first);
  const result = await withLock(
    {
      central,
      name: applyLeaseName(fleet.metadata.name),
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
  if (result.status === 'locked') return stopped(fleet.metadata.name, run.findings, options, ['locked'], result.message);
  return stopped(fleet.metadata.name, run.findings, options, ['interrupted'], 'interrupted while waiting for the lock');
}

async function underLock(run: Run, lock: HeldLock): Promise<ApplyResult> {
  const { ports, options, fleet, session } = run;
  const seen = await lookAgain(run);
  const refusal = judge(run, seen);
  if (refusal !== undefined) return refusal;
  await options.begin?.(fleet.metadata.name);
  const open = lock.unproven();
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
  // A narrowed run says nothing about what an earlier, wider one left unproven.
  const proves = conditions.length === 0 && !ports.signal.aborted && (options.only.length === 0 || open === undefined);
  if (proves) await lock.markProven();
  return { document, conditions };
}

async function lookAgain(run: Run): Promise<Look> {
  const { fleet, index, desired, session, options } = run;
  return look({ fleet, index, desired, session, only: options.only, concurrency: options.concurrency });
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

function refusalReason(seen: Look, findings: readonly Finding[]): string {
  const unknown = seen.plan.clusters.filter(({ status }) => status === 'unknown').map(({ name, reason }) => reason ?? name);
  if (unknown.length > 0) return `nothing was written: ${unknown.join('; ')}`;
  const error = findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) return `nothing was written: ${error.message}`;
  return 'nothing was written: a change that cannot be made in place is refused';
}

function nothing(run: Run, seen: Look): ApplyResult {
  return {
    document: {
      schemaVersion: 1,
      fleet: run.fleet.metadata.name,
      outcome: 'nothing',
      ...(seen.plan.emulated === true ? { emulated: true } : {}),
      steps: [],
      findings: shown([...run.findings, ...seen.findings], run.options),
    },
    conditions: [],
  };
}

function stopped(
  fleet: string,
  findings: readonly Finding[],
  options: Options,
  conditions: Condition[],
  reason: string,
): ApplyResult {
  return {
    document: { schemaVersion: 1, fleet, outcome: 'stopped', reason, steps: [], findings: shown(findings, options) },
    conditions,
  };
}

import { readLeaseState } from '../apply/applied.ts';
import { executePlan, type PlannedAgain } from '../apply/execute-plan.ts';
import type { HeldLock } from '../apply/held-lock.ts';
import { applyLeaseName } from '../apply/lease.ts';
import { withLock } from '../apply/lock.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired } from '../model/manifest.ts';
import type { ApprovedPlan } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { type Scope, scopeOf } from '../model/scope.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { inScope } from '../plan/comparison.ts';
import { type KindsInUse, kindsOfExtra, NO_KINDS } from '../plan/kinds-in-use.ts';
import { expectedIsEmpty } from '../plan/outcome.ts';
import { type Look, look } from '../survey/look.ts';
import type { Session } from '../survey/session.ts';
import { type ApplyEnding, nothing, stopped } from './ending.ts';
import { fleetLock, type LockOptions } from './fleet-lock.ts';
import { judge, judgeConversion, judgeTurn } from './judge.ts';
import { measured } from './measured.ts';
import { failsOf, prove, recordOf } from './prove.ts';
import { recheckWith } from './recheck.ts';
import { releaseProbes } from './release-probes.ts';
import type { RunPorts } from './run-ports.ts';

/** What a run has gathered before its first look. */
export interface Run {
  ports: RunPorts;
  fleet: Fleet;
  source: SourceMap;
  /** The files of which a fresh render was made. */
  vendorFiles: Readonly<Record<string, string>>;
  scope: Scope;
  index: string;
  approved: ApprovedPlan;
  desired: Desired[];
  session: Session;
  findings: Finding[];
}

/** How a run is carried out, and of which commit. */
export interface RunSettings extends LockOptions {
  /** That is checked out. */
  commit?: string;
  /** Clusters that are read at the same time. */
  concurrency: number;
  /** Seconds a gate may take. */
  gateTimeout: number;
  /** The smoke test fails for every path that is broken. Absent: not for one that was so before. */
  strict?: boolean;
  /** In a job: why the commit is not the newest word on the fleet; gives undefined where it is. */
  newer?: () => Promise<string | undefined>;
  /** Called under the lock when it is sure that the run goes on, before the first write; what it throws stops the run. */
  begin?: (fleet: string) => Promise<void>;
}

/** Looks, and where there is something to do takes the lock and does it. */
export async function judgeAndRun(run: Run, settings: RunSettings): Promise<ApplyEnding> {
  const { ports, fleet, session, findings } = run;
  const name = fleet.metadata.name;
  const central = session.clusters.get(fleet.central.name);
  const state = central === undefined ? undefined : readLeaseState(central, name);
  // Why it cannot be read is said after what the look says of the same cluster.
  const inUse = state?.then(
    ({ kinds }) => kinds ?? NO_KINDS,
    () => NO_KINDS,
  );
  const first = await lookAgain(run, settings, inUse ?? NO_KINDS);
  const refusal = judge(run, first);
  if (refusal !== undefined) return refusal;
  if (central === undefined || state === undefined)
    return stopped(name, findings, ['unknown-cluster'], 'the central cluster cannot be reached');
  const { record, unproven } = await state;
  const hidden = judgeConversion(run, first, unproven !== undefined);
  if (hidden !== undefined) return hidden;
  if (expectedIsEmpty(first.plan) && unproven === undefined) return nothing(name, [...findings, ...first.findings], first.plan);
  // Judged again under the lock; here it saves those the lock whose turn is over.
  const over = await judgeTurn(run, record, settings.newer);
  if (over !== undefined) return over;
  const lockInput = fleetLock(ports, central, applyLeaseName(name), settings);
  const result = await withLock(lockInput, (lock, dead) => underLock(run, settings, lock, dead));
  if (result.status === 'ran') return result.value;
  if (result.status === 'locked') return stopped(name, findings, ['locked'], result.message);
  return stopped(name, findings, ['interrupted'], 'interrupted while waiting for the lock');
}

/** `dead`: who had the lock before and stopped renewing it. */
async function underLock(run: Run, settings: RunSettings, lock: HeldLock, dead: string | undefined): Promise<ApplyEnding> {
  const { ports, fleet, session, scope } = run;
  const inUse = lock.kinds();
  const seen = await lookAgain(run, settings, inUse);
  const open = lock.unproven();
  const refusal = judge(run, seen) ?? judgeConversion(run, seen, open !== undefined);
  if (refusal !== undefined) return refusal;
  // Somebody else may have done it all while this run waited for the lock.
  if (expectedIsEmpty(seen.plan) && open === undefined)
    return nothing(fleet.metadata.name, [...run.findings, ...seen.findings], seen.plan);
  const late = await judgeTurn(run, lock.applied(), settings.newer);
  if (late !== undefined) return late;
  await settings.begin?.(fleet.metadata.name);
  await releaseProbes(fleet, seen.plan, { clusters: session.clusters, reporter: ports.reporter });
  let smoke: SmokeDocument | undefined;
  const done = await executePlan({
    fleet,
    plan: seen.plan,
    desired: seen.desired,
    preconditions: seen.preconditions,
    leaving: seen.leaving,
    clusters: session.clusters,
    clock: ports.clock,
    reporter: ports.reporter,
    signal: ports.signal,
    lease: lock,
    record: recordOf(run, settings.commit, false),
    kinds: kindsOfExtra(inScope(run.desired, scope).map(({ manifest }) => manifest)),
    gateTimeout: settings.gateTimeout * 1000,
    unproven: open !== undefined,
    scope,
    recheck: recheckWith(() => lookAgain(run, settings, inUse)),
    planAgain: (cluster) => planAgain(run, settings, inUse, cluster),
    measure: async (ahead) => {
      const found = await measured(run, failsOf(settings), ahead);
      smoke = found?.smoke;
      return found;
    },
  });
  const document: ApplyEnding['document'] = {
    schemaVersion: 1,
    fleet: fleet.metadata.name,
    outcome: done.outcome,
    ...present({ reason: done.reason, emulated: seen.plan.emulated === true ? true : undefined }),
    steps: done.steps,
    findings: [...run.findings, ...seen.findings],
    ...present({ smoke }),
  };
  if (done.outcome !== 'done' && !(done.outcome === 'nothing' && open !== undefined))
    return { document, conditions: done.conditions };
  return prove(run, settings, lock, { document, conditions: done.conditions }, { open, seen, dead });
}

/** A cluster as it is after its kinds have moved: its plan, or why that is not what was approved. */
async function planAgain(run: Run, settings: RunSettings, inUse: KindsInUse, cluster: string): Promise<PlannedAgain> {
  const narrowed = { ...run, scope: scopeOf(run.fleet, [cluster]) };
  const seen = await lookAgain(narrowed, settings, inUse);
  const refusal = judge(narrowed, seen) ?? judgeConversion(narrowed, seen, false);
  if (refusal === undefined) return seen;
  return { refused: refusal.document.reason ?? `${cluster} is not as approved`, conditions: refusal.conditions };
}

async function lookAgain(run: Run, { concurrency }: RunSettings, inUse: KindsInUse | Promise<KindsInUse>): Promise<Look> {
  const { fleet, source, vendorFiles, index, desired, session, scope, ports } = run;
  return look(
    {
      ...{ fleet, source, vendorFiles, index, desired, session, scope, inUse },
      now: ports.clock.now(),
      secrets: 'required',
      converted: 'left-out',
    },
    concurrency,
  );
}

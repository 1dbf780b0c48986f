import { goneGate } from '../cn2/gate-gone.ts';
import { attachGate, fleetGate } from '../cn2/gates.ts';
import { successGate } from '../cn2/gates-fleet.ts';
import type { AppliedRecord } from '../model/applied.ts';
import type { ApplyOutcome, ApplyStep } from '../model/apply.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Desired, Manifest, StageId } from '../model/manifest.ts';
import type { Condition } from '../model/outcome.ts';
import type { Plan, Precondition } from '../model/plan.ts';
import { present } from '../model/present.ts';
import type { Scope } from '../model/scope.ts';
import type { Leaving } from '../plan/detach.ts';
import type { KindsInUse } from '../plan/kinds-in-use.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';
import { carryOut, type RecheckChange } from './carry-out.ts';
import type { HeldLock } from './held-lock.ts';
import { Journal } from './journal.ts';
import { inLanes } from './lanes.ts';
import { passGate } from './pass-gate.ts';
import { reportLeft } from './report-left.ts';
import { type ResourceLookup, resourceLookup } from './resources.ts';
import { checkpoint, type RunContext } from './run-context.ts';
import { isOpen, runDetach } from './run-detach.ts';
import { type DeleteRun, type Sequence, type StageRun, sequenceOf, type Task } from './sequence.ts';
import { endingOf } from './stop.ts';

/** Requests in flight: as many as a connection keeps sockets. */
const LANES = 16;

export interface ExecuteInput {
  fleet: Fleet;
  /** The re-plan made under the lock, found to be a subset of the approved one. */
  plan: Plan;
  desired: readonly Desired[];
  preconditions: readonly Precondition[];
  /** Objects of detaches that were being deleted when the plan was made. Absent: none. */
  leaving?: readonly Leaving[];
  clusters: ReadonlyMap<string, Cluster>;
  /** Default: by discovery. */
  resources?: ResourceLookup;
  clock: Clock;
  reporter: Reporter;
  signal: AbortSignal;
  lease: HeldLock;
  /** Milliseconds; per gate. */
  gateTimeout: number;
  /** What the Lease records of this run before its first write: from then on no older approval is applied. */
  record?: AppliedRecord;
  /** Kinds of the user's own objects that this run may make: recorded on the Lease before its first write. */
  kinds?: KindsInUse;
  /** An earlier run was begun and not proven: all gates are checked. */
  unproven: boolean;
  /** Narrows the run to what is there for some clusters; absent: all of the fleet. */
  scope?: Scope;
  recheck?: RecheckChange;
}

export interface ExecutionResult {
  outcome: ApplyOutcome;
  steps: ApplyStep[];
  conditions: Condition[];
  /** Why it did not come to its end. */
  reason?: string;
}

/**
 * Carries a plan out in the one order, each gate before the next stage, and decides nothing: a change that no longer fits the
 * live object stops the run. Marks the Lease unproven before the first write; the caller takes the mark away when the smoke
 * test has passed too. Throws only for bugs.
 */
export async function executePlan(input: ExecuteInput): Promise<ExecutionResult> {
  const journal = new Journal(input.clock, input.reporter);
  const context: RunContext = {
    ...input,
    resources: input.resources ?? resourceLookup(input.clusters),
    journal,
    activeNamespaces: new Set(),
    signal: AbortSignal.any([input.signal, input.lease.lost]),
    written: new Map(),
  };
  const part = new FleetPart(input);
  const sequence = sequenceOf(part.fleet, input.plan, input.desired, input.preconditions);
  const { leaving = [] } = input;
  const tasks = [...sequence.runs.flatMap((run) => run.groups.flat()), ...sequence.deletes.flatMap((run) => run.tasks)];
  const detaches = sequence.detaches.filter((run) => isOpen(run, leaving));
  if (tasks.length === 0 && detaches.length === 0 && !input.unproven) return { outcome: 'nothing', steps: [], conditions: [] };
  try {
    checkpoint(context);
    await runStages(context, input, part, sequence, tasks);
    if (sequence.deletes.length > 0) await markBegun(context, input);
    for (const run of sequence.deletes) await runDeletes(context, run, input.recheck);
    if (detaches.length > 0)
      await passGate(context, attachGate(part.fleet, '00-preflight', part.fleet.central.name, part.manifests));
    for (const run of detaches) {
      const { fleet, plan, recheck } = input;
      await runDetach(context, run, { fleet, plan, leaving, recheck, begin: () => markBegun(context, input) });
      await reportLeft(context, fleet, run.for);
    }
    return { outcome: 'done', steps: journal.steps, conditions: [] };
  } catch (error: unknown) {
    const wrote = journal.steps.some((step) => !step.object.startsWith('gate') && step.result !== 'failed');
    const ending = endingOf(error, wrote);
    const interrupted = input.signal.aborted && !ending.conditions.includes('interrupted');
    return {
      ...ending,
      conditions: [...(interrupted ? ['interrupted' as const] : []), ...ending.conditions],
      steps: journal.steps,
    };
  }
}

/** The part of the fleet that the run is about. */
class FleetPart {
  readonly fleet: Fleet;
  readonly manifests: Manifest[];

  constructor({ fleet, desired, scope }: ExecuteInput) {
    const inside = (owner: string) => scope === undefined || scope.has(owner);
    const distributed = fleet.distributed.filter(({ name }) => inside(name));
    const namespaces = fleet.namespaces.filter((namespace) => inside(namespace.cluster));
    this.fleet = { ...fleet, distributed, namespaces };
    this.manifests = desired
      .filter(({ manifest }) => inside(manifest.for))
      .map(({ manifest, object }) => ({ ...manifest, object }));
  }
}

async function runStages(
  context: RunContext,
  input: ExecuteInput,
  part: FleetPart,
  sequence: Sequence,
  tasks: readonly Task[],
): Promise<void> {
  const writes = tasks.filter((task) => task.change.action !== 'delete');
  let preflight = false;
  for (const run of sequence.runs) {
    const needed = input.unproven || isNeeded(run, writes);
    if (!needed) continue;
    if (!preflight && run.stage !== '00-preflight') {
      await passGate(context, attachGate(part.fleet, '00-preflight', part.fleet.central.name, part.manifests));
    }
    preflight = true;
    if (run.groups.length > 0) await markBegun(context, input);
    await runGroups(context, input, part, run);
    const gate =
      run.for === undefined
        ? fleetGate(part.fleet, run.stage, part.manifests, context.written)
        : attachGate(part.fleet, run.stage, run.for, part.manifests);
    await passGate(context, gate);
  }
}

async function markBegun({ lease }: RunContext, { plan, record, kinds }: ExecuteInput): Promise<void> {
  await lease.markUnproven(record?.plan ?? plan.digest, record, kinds);
}

/** A stage matters when it has something to do, or when something later that builds on it has. */
function isNeeded(run: StageRun, writes: readonly Task[]): boolean {
  return writes.some(({ change }) => change.stage >= run.stage && (run.for === undefined || change.for === run.for));
}

async function runGroups(context: RunContext, input: ExecuteInput, part: FleetPart, run: StageRun): Promise<void> {
  let before: string | undefined;
  for (const group of run.groups) {
    const kind = group[0]?.change.kind;
    // A VirtualNetwork whose Subnet is still Pending might end in Failure, which is final.
    if (before === 'Subnet' && kind === 'VirtualNetwork') await passSubnets(context, part, run.stage);
    await inLanes(group, LANES, (task) => carryOut(context, task, input.recheck));
    before = kind;
  }
}

async function passSubnets(context: RunContext, part: FleetPart, stage: StageId): Promise<void> {
  const subnets = part.manifests.filter((manifest) => manifest.stage === stage && manifest.object.kind === 'Subnet');
  await passGate(context, successGate(part.fleet, stage, subnets, context.written), 'gate Subnet');
}

async function runDeletes(context: RunContext, run: DeleteRun, recheck: RecheckChange | undefined): Promise<void> {
  await inLanes(run.tasks, LANES, (task) => carryOut(context, task, recheck));
  const leaving = run.tasks.flatMap(({ cluster, change, precondition }) =>
    precondition === undefined
      ? []
      : [
          {
            cluster,
            group: groupOf(change.apiVersion),
            kind: change.kind,
            name: change.name,
            uid: precondition.uid,
            ...present({ namespace: change.namespace }),
          },
        ],
  );
  await passGate(context, goneGate(run.stage, run.for, leaving), 'gate gone');
}

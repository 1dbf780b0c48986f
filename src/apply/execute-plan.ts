import type { WorkAhead } from '../expectation/so-far.ts';
import type { AppliedRecord } from '../model/applied.ts';
import type { ApplyOutcome, ApplyStep } from '../model/apply.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired, Manifest } from '../model/manifest.ts';
import type { Condition } from '../model/outcome.ts';
import type { Plan, Precondition } from '../model/plan.ts';
import type { Scope } from '../model/scope.ts';
import type { Leaving } from '../plan/detach.ts';
import type { KindsInUse } from '../plan/kinds-in-use.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { RecheckChange } from './carry-out.ts';
import type { HeldLock } from './held-lock.ts';
import { Journal } from './journal.ts';
import { reportLeft } from './report-left.ts';
import { type ResourceLookup, resourceLookup } from './resources.ts';
import { checkpoint, type RunContext } from './run-context.ts';
import { isOpen, runDetach } from './run-detach.ts';
import { sequenceOf } from './sequence.ts';
import { Stages } from './stages.ts';
import { endingOf } from './stop.ts';
import { runWaves } from './waves.ts';

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
  /** Plans one cluster again, whose kinds have moved to other API versions under this run. Default: what was planned first is carried out. */
  planAgain?: (cluster: string) => Promise<PlannedAgain>;
  /**
   * Measures with packets whether what is done so far works, between two clusters of an upgrade; undefined where the fleet declares no
   * smoke test. Default: nothing is measured.
   */
  measure?: (ahead: WorkAhead) => Promise<Measured | undefined>;
}

/** What a fresh look at one cluster gives, or why nothing may be done there any more. */
export type PlannedAgain =
  | Pick<ExecuteInput, 'plan' | 'desired' | 'preconditions'>
  | { refused: string; conditions: Condition[] };

/** No condition: all that was measured is as declared. */
export interface Measured {
  conditions: Condition[];
  /** What was found, as a sentence without full stop. */
  text: string;
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
    const stages = new Stages(context, input, part);
    await runWaves(stages, sequence);
    for (const run of sequence.runs.filter(({ for: owner }) => owner === undefined)) await stages.run(run, sequence);
    for (const run of sequence.deletes) await stages.delete(run);
    if (detaches.length > 0) await stages.gate({ stage: '00-preflight', for: part.fleet.central.name });
    for (const run of detaches) {
      const { fleet, plan, recheck } = input;
      await runDetach(context, run, { fleet, plan, leaving, recheck, begin: () => stages.begin() });
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

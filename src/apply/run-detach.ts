import { DETACH_STEPS, type DetachStep, detachStep } from '../cn2/detach-steps.ts';
import type { Gate } from '../cn2/gate.ts';
import { goneGate, type LeavingObject } from '../cn2/gate-gone.ts';
import { kubemanagerGoneGate, mirrorsGoneGate, virtualRoutersGoneGate, vroutersGoneGate } from '../cn2/gates-detach.ts';
import { isGoneForGood } from '../model/detached.ts';
import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Change, Plan } from '../model/plan.ts';
import { present } from '../model/present.ts';
import type { Leaving } from '../plan/detach.ts';
import { unusedGate } from '../plan/unused-gate.ts';
import { carryOut, type RecheckChange } from './carry-out.ts';
import { inLanes, WRITE_LANES } from './lanes.ts';
import { passGate, passOrLeave } from './pass-gate.ts';
import type { RunContext } from './run-context.ts';
import type { DetachRun, Task } from './sequence.ts';

/** How long CN2 is given to take away what it made itself. Whether it does at all is not known, so the detach goes on after that. */
const LINGER_MS = 60_000;

export interface DetachInput {
  fleet: Fleet;
  plan: Plan;
  /** What was being deleted already when the plan was made. */
  leaving: readonly Leaving[];
  recheck: RecheckChange | undefined;
  /** Called before the first delete. */
  begin(): Promise<void>;
}

/** Whether anything of a detach is still to be done or waited for. */
export function isOpen({ steps, for: name }: DetachRun, leaving: readonly Leaving[]): boolean {
  return steps.size > 0 || leaving.some(({ change }) => change.for === name);
}

/**
 * Detaches one cluster, each step when the one before it has shown its effect. A step that has nothing to do any more is waited for all
 * the same while a later one has: a run that was killed resumes where it was.
 */
export async function runDetach(context: RunContext, run: DetachRun, input: DetachInput): Promise<void> {
  const { fleet, recheck } = input;
  const cluster = fleet.distributed.find(({ name }) => name === run.for)!;
  const leaving = input.leaving.filter(({ change }) => change.for === run.for);
  const left = new Set<DetachStep>([...run.steps.keys(), ...leaving.map(({ change }) => detachStep(change))]);
  const last = Math.max(...[...left].map((step) => DETACH_STEPS.indexOf(step)));
  for (const step of DETACH_STEPS.slice(0, last + 1)) {
    await before(context, step, cluster, input, run);
    const going = leaving.filter(({ change }) => detachStep(change) === step);
    if (going.length > 0) await passGone(context, going.map(leavingObject));
    for (const group of run.steps.get(step) ?? []) {
      await input.begin();
      await inLanes(group, WRITE_LANES, (task) => carryOut(context, task, recheck));
      await passGone(context, group.flatMap(ofTask));
    }
    await after(context, step, cluster, fleet);
  }
}

/** The last look before something goes that others need. */
async function before(
  context: RunContext,
  step: DetachStep,
  cluster: DistributedCluster,
  { fleet, plan }: DetachInput,
  { steps }: DetachRun,
): Promise<void> {
  const takesNetworks = (['routers', 'networks', 'namespaces', 'vrouters'] as const).some((each) => steps.has(each));
  if (step !== 'routers' || !takesNetworks || isGoneForGood(cluster)) return;
  await passGate(context, unusedGate(fleet, cluster, plan), 'gate unused');
}

/** What a step must have led to, beside its objects being gone. */
async function after(context: RunContext, step: DetachStep, cluster: DistributedCluster, fleet: Fleet): Promise<void> {
  const linger = async (gate: Gate, what: string) =>
    await passOrLeave(context, gate, what, Math.min(LINGER_MS, context.gateTimeout));
  if (step === 'vrouters' && !isGoneForGood(cluster)) {
    await passGate(context, vroutersGoneGate(cluster), 'gate vRouters gone');
    await linger(virtualRoutersGoneGate(fleet, cluster), 'gate VirtualRouters gone');
  }
  if (step === 'kubemanager') {
    await passGate(context, kubemanagerGoneGate(fleet, cluster), 'gate kubemanager gone');
    await linger(mirrorsGoneGate(fleet, cluster), 'gate namespaces gone');
  }
}

async function passGone(context: RunContext, objects: readonly { change: Change; object: LeavingObject }[]): Promise<void> {
  const [first] = objects;
  if (first === undefined) return;
  const { stage, for: owner } = first.change;
  await passGate(
    context,
    goneGate(
      stage,
      owner,
      objects.map(({ object }) => object),
    ),
    'gate gone',
  );
}

function ofTask({ cluster, change, precondition }: Task): { change: Change; object: LeavingObject }[] {
  return precondition === undefined ? [] : [{ change, object: objectOf(cluster, change, precondition.uid) }];
}

function leavingObject({ cluster, change }: Leaving): { change: Change; object: LeavingObject } {
  return { change, object: objectOf(cluster, change, change.uid ?? '') };
}

function objectOf(cluster: string, change: Change, uid: string): LeavingObject {
  const { apiVersion, kind, name, namespace } = change;
  return { cluster, group: groupOf(apiVersion), kind, name, uid, ...present({ namespace }) };
}

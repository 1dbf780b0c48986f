import { type DetachStep, detachPlace, detachStep } from '../cn2/detach-steps.ts';
import { STAGE_TABLE, type StageFacts } from '../cn2/stages.ts';
import { detachedCluster } from '../model/detached.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired, StageId } from '../model/manifest.ts';
import { objectKey, objectTitle, refOf, refOfEntry } from '../model/object-ref.ts';
import type { Change, Plan, Precondition } from '../model/plan.ts';
import { inOrder, isOfDetach, ownersInOrder } from '../plan/order.ts';
import { type Wave, wavesOf } from '../plan/waves.ts';

/** A change, its cluster, and what is needed to carry it out. */
export interface Task {
  /** Where it is applied. */
  cluster: string;
  change: Change;
  /** Absent for deletes and restarts. */
  desired?: Desired;
  /** Absent for creates and restarts. */
  precondition?: Precondition;
}

/** One stage of one cluster, attached or upgraded, or of the whole fleet (`for` absent). */
export interface StageRun {
  stage: StageId;
  for?: string;
  /** Carried out one group after another; the tasks of a group are of one kind and do not need each other. */
  groups: Task[][];
}

/** Deletes of one stage that do not need each other. */
export interface DeleteRun {
  stage: StageId;
  for: string;
  tasks: Task[];
}

/** The detach of one cluster: its deletes step by step, those of a group do not need each other. */
export interface DetachRun {
  for: string;
  /** Those that have something to delete. */
  steps: ReadonlyMap<DetachStep, Task[][]>;
}

export interface Sequence {
  /** The distributed clusters in the order of their runs. */
  waves: Wave[];
  runs: StageRun[];
  /** After all runs. */
  deletes: DeleteRun[];
  /** At last, one for each detached cluster, also with nothing to do. */
  detaches: DetachRun[];
}

/**
 * The plan's changes, in the plan's order, as what is carried out between two gates. Every stage is there, also with nothing to do:
 * whether its gate is checked is decided later. Throws for a change that has no place in the order or lacks what it needs: the plan
 * and the rendered files do not match.
 */
export function sequenceOf(
  fleet: Fleet,
  plan: Plan,
  desired: readonly Desired[],
  preconditions: readonly Precondition[],
): Sequence {
  const waves = wavesOf(fleet, plan);
  const upgraded = new Set(waves.flatMap(({ type, clusters }) => (type === 'upgrade' ? clusters : [])));
  const tasks = inOrder(fleet, tasksOf(plan, desired, preconditions), desired);
  const early = tasks.filter(({ change }) => isReplaced(change, upgraded));
  const writes = [...early, ...tasks.filter((task) => task.change.action !== 'delete')];
  const runs = emptyRuns(waves).map((run): StageRun => {
    const own = writes.filter(({ change }) => change.stage === run.stage && (run.for === undefined || change.for === run.for));
    return { ...run, groups: neighbours(own, ({ change }) => `${change.action === 'delete'} ${change.kind}`) };
  });
  const placed = new Set(runs.flatMap((run) => run.groups.flat()));
  const lost = writes.find((task) => !placed.has(task));
  if (lost !== undefined) throw new Error(`${titleOf(lost)} has no place in the order: stage ${lost.change.stage}`);
  const isDetach = ({ change }: Task) => isOfDetach(fleet, change);
  return {
    waves,
    runs,
    deletes: deletesOf(tasks.filter((task) => !early.includes(task) && !isDetach(task))),
    detaches: detachesOf(fleet, tasks.filter(isDetach)),
  };
}

/**
 * A Vrouter that the new release calls otherwise: its vRouters leave the nodes before those of the new one come to them, for there is
 * one vhost0 on a node. Every other delete waits until all is done.
 */
function isReplaced({ action, stage, kind, for: owner }: Change, upgraded: ReadonlySet<string>): boolean {
  return action === 'delete' && stage === '50-vrouter' && kind === 'Vrouter' && upgraded.has(owner);
}

function detachesOf(fleet: Fleet, tasks: readonly Task[]): DetachRun[] {
  return ownersInOrder(fleet)
    .filter((name) => detachedCluster(fleet, name) !== undefined)
    .map((name) => {
      const own = tasks.filter(({ change }) => change.for === name);
      const groups = neighbours(own, ({ change }) => detachPlace(change).join(' '));
      return { for: name, steps: Map.groupBy(groups, ([first]) => detachStep(first!.change)) };
    });
}

/** 00 to 60 per distributed cluster, then 70, 80, 90 over the fleet. */
function emptyRuns(waves: readonly Wave[]): Pick<StageRun, 'stage' | 'for'>[] {
  const of = (scope: StageFacts['scope']) => STAGE_TABLE.filter((stage) => stage.scope === scope).map(({ id }) => id);
  return [
    ...waves.flatMap(({ clusters }) => clusters).flatMap((name) => of('attach').map((stage) => ({ stage, for: name }))),
    ...of('fleet').map((stage) => ({ stage })),
  ];
}

function deletesOf(tasks: readonly Task[]): DeleteRun[] {
  const deletes = tasks.filter(({ change }) => change.action === 'delete');
  return neighbours(deletes, ({ change }) => `${change.stage} ${change.for} ${change.kind}`).map((run) => {
    const { stage, for: owner } = run[0]!.change;
    return { stage, for: owner, tasks: run };
  });
}

/** Neighbours with the same key become one group. */
function neighbours(tasks: readonly Task[], key: (task: Task) => string): Task[][] {
  const groups: Task[][] = [];
  for (const task of tasks) {
    const last = groups.at(-1);
    if (last !== undefined && key(last[0]!) === key(task)) last.push(task);
    else groups.push([task]);
  }
  return groups;
}

/** Kind, place and cluster of a task, for messages. */
function titleOf({ change, cluster }: Task): string {
  return objectTitle(refOfEntry(change, cluster));
}

function tasksOf(plan: Plan, desired: readonly Desired[], preconditions: readonly Precondition[]): Task[] {
  const wanted = new Map(desired.map((entry) => [objectKey(refOf(entry.manifest.object, entry.manifest.cluster)), entry]));
  const known = new Map(preconditions.map((entry) => [objectKey(entry), entry]));
  return plan.clusters.flatMap((cluster) =>
    cluster.changes.map((change) => {
      const key = objectKey(refOfEntry(change, cluster.name));
      const task: Task = { cluster: cluster.name, change };
      const found = { desired: wanted.get(key), precondition: known.get(key) };
      if (change.action === 'replace') throw new Error(`${titleOf(task)} would have to be replaced, which is refused`);
      if (needsDesired(change) && found.desired === undefined)
        throw new Error(`${titleOf(task)} is not among the rendered objects`);
      if (needsPrecondition(change) && found.precondition === undefined) {
        throw new Error(`${titleOf(task)} has no precondition`);
      }
      if (needsDesired(change) && found.desired !== undefined) task.desired = found.desired;
      if (needsPrecondition(change) && found.precondition !== undefined) task.precondition = found.precondition;
      return task;
    }),
  );
}

function needsDesired({ action }: Change): boolean {
  return action === 'create' || action === 'update' || action === 'adopt';
}

function needsPrecondition({ action }: Change): boolean {
  return action === 'update' || action === 'adopt' || action === 'delete';
}

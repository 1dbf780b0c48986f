import { STAGE_TABLE } from '../cn2/stages.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired, StageId } from '../model/manifest.ts';
import { objectKey, objectTitle, refOf, refOfEntry } from '../model/object-ref.ts';
import type { Change, Plan, Precondition } from '../model/plan.ts';

/** A change, where it is made, and what is needed to make it. */
export interface Task {
  /** Where it is applied. */
  cluster: string;
  change: Change;
  /** Absent for deletes and restarts. */
  desired?: Desired;
  /** Absent for creates and restarts. */
  precondition?: Precondition;
}

/** One stage of one cluster's attach, or of the whole fleet (`for` absent). */
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

export interface Sequence {
  runs: StageRun[];
  /** After all runs. */
  deletes: DeleteRun[];
}

/** Inside a stage: Namespaces, then document order; Subnets before the VirtualNetworks that refer to them. */
function rank(kind: string): number {
  if (kind === 'Namespace') return 0;
  return kind === 'Subnet' ? 1 : 2;
}

/**
 * The one order of an apply: 00 to 60 per distributed cluster in order of index, then 70, 80, 90 over the fleet, then deletes
 * with stages and objects reversed. Every stage is there, also with nothing to do: whether its gate is checked is decided later.
 * Throws for a change that has no place in the order or lacks what it needs: the plan and the rendered files do not match.
 */
export function sequenceOf(
  fleet: Fleet,
  plan: Plan,
  desired: readonly Desired[],
  preconditions: readonly Precondition[],
): Sequence {
  const tasks = tasksOf(plan, desired, preconditions);
  const position = new Map(desired.map(({ manifest }, index) => [manifest, index]));
  const documentOrder = (task: Task) => (task.desired === undefined ? -1 : (position.get(task.desired.manifest) ?? -1));
  const clusters = [...fleet.distributed].sort((a, b) => a.index - b.index).map((cluster) => cluster.name);
  const writes = tasks.filter((task) => task.change.action !== 'delete');

  const runs: StageRun[] = [];
  for (const name of clusters) {
    for (const { id } of STAGE_TABLE.filter((stage) => stage.scope === 'attach')) {
      const own = writes.filter((task) => task.change.stage === id && task.change.for === name);
      runs.push({ stage: id, for: name, groups: groupsOf(own, documentOrder) });
    }
  }
  for (const { id } of STAGE_TABLE.filter((stage) => stage.scope === 'fleet')) {
    const own = writes.filter((task) => task.change.stage === id);
    runs.push({ stage: id, groups: groupsOf(own, documentOrder) });
  }
  const placed = new Set(runs.flatMap((run) => run.groups.flat()));
  const lost = writes.find((task) => !placed.has(task));
  if (lost !== undefined) throw new Error(`${titleOf(lost)} has no place in the order: stage ${lost.change.stage}`);
  return { runs, deletes: deletesOf(tasks, clusters) };
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

/** Neighbours of one kind on one cluster become one group. */
function groupsOf(tasks: readonly Task[], documentOrder: (task: Task) => number): Task[][] {
  const sorted = [...tasks].sort((a, b) => rank(a.change.kind) - rank(b.change.kind) || documentOrder(a) - documentOrder(b));
  const groups: Task[][] = [];
  for (const task of sorted) {
    const last = groups.at(-1);
    if (last?.[0]?.change.kind === task.change.kind) last.push(task);
    else groups.push([task]);
  }
  return groups;
}

/** Stages reversed, clusters reversed, inside a stage kinds in reverse of their order (VirtualNetworks before Subnets). */
function deletesOf(tasks: readonly Task[], clusters: readonly string[]): DeleteRun[] {
  const deletes = tasks.filter((task) => task.change.action === 'delete');
  const runs: DeleteRun[] = [];
  for (const { id } of STAGE_TABLE.toReversed()) {
    const owners = [...new Set(deletes.filter((task) => task.change.stage === id).map((task) => task.change.for))];
    owners.sort((a, b) => clusters.indexOf(b) - clusters.indexOf(a));
    for (const owner of owners) {
      const own = deletes.filter((task) => task.change.stage === id && task.change.for === owner);
      for (const group of groupsOf(own.toReversed(), () => 0).toReversed()) runs.push({ stage: id, for: owner, tasks: group });
    }
  }
  return runs;
}

import type { Gate } from '../cn2/gate.ts';
import { seenAs } from '../cn2/gate.ts';
import { judgeNamed, namespaceActive } from '../cn2/health.ts';
import { groupOf, type KubernetesObject, type Resource, versionOf } from '../model/kubernetes.ts';
import { objectName, objectTitle, refOfEntry } from '../model/object-ref.ts';
import type { Change, Precondition } from '../model/plan.ts';
import { ClusterError } from '../ports/cluster.ts';
import type { OpenStep } from './journal.ts';
import { restartPods } from './restart-pods.ts';
import { checkpoint, pass, type RunContext, writeContext } from './run-context.ts';
import type { Task } from './sequence.ts';
import { GateError } from './stop.ts';
import { createOnly, deleteExactly, updateExactly } from './write.ts';
import { LeavingError } from './write-context.ts';

const POLL_MS = 500;

/** Whether an approved change still holds for its object as it is now; undefined: it does not. */
export type RecheckChange = (cluster: string, change: Change) => Promise<Precondition | undefined>;

/** Does one change, as a step of the journal. Throws what stops the run; the step then says why. */
export async function carryOut(context: RunContext, task: Task, recheck: RecheckChange | undefined): Promise<void> {
  checkpoint(context);
  const { action, kind, stage } = task.change;
  const text = `${action} ${objectTitle(refOfEntry(task.change))}`;
  const step = context.journal.begin(task.cluster, stage, `${kind}/${objectName(task.change)}`, text);
  try {
    const done = await perform(context, task, step, recheck);
    step.end(done.result, done.reason);
  } catch (error: unknown) {
    step.fail(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function perform(
  context: RunContext,
  task: Task,
  step: OpenStep,
  recheck: RecheckChange | undefined,
): Promise<{ result: string; reason?: string }> {
  const { change, cluster, desired, precondition } = task;
  if (change.action === 'restart') {
    const count = await restartPods(context, cluster, step);
    return { result: 'restarted', reason: `${count} ${count === 1 ? 'pod' : 'pods'}` };
  }
  const again = recheck === undefined ? undefined : () => recheck(cluster, change);
  if (change.action === 'delete' && precondition !== undefined) {
    const resource = await served(context, task, change.apiVersion, step);
    return { result: await deleteExactly(writeContext(context, cluster), resource, precondition, again) };
  }
  if (desired === undefined) throw new Error(`${objectTitle(refOfEntry(change, cluster))}: nothing to apply`);
  const { object } = desired;
  if (precondition === undefined) return { result: await create(context, task, object, step) };
  const resource = await served(context, task, object.apiVersion, step);
  const force = change.fields.some((field) => field.conflictsWith !== undefined);
  const result = await updateExactly(writeContext(context, cluster), resource, object, precondition, { force, recheck: again });
  return { result: change.action === 'adopt' && result === 'updated' ? 'adopted' : result };
}

/** What a predicted create needs (kind, namespace) is made by CN2 at its own pace: it is waited for, then created. */
async function create(context: RunContext, task: Task, object: KubernetesObject, step: OpenStep): Promise<string> {
  const deadline = context.clock.ticks() + context.gateTimeout;
  for (;;) {
    const resource = await served(context, task, object.apiVersion, step);
    if (task.change.predicted) await namespaceThere(context, task, object, step);
    try {
      return await createOnly(writeContext(context, task.cluster), resource, object);
    } catch (error: unknown) {
      if (error instanceof LeavingError) {
        if (context.clock.ticks() >= deadline)
          throw new GateError(`${error.message} (waited ${Math.round(context.gateTimeout / 1000)} s)`, false);
        await rest(context, step, error.message);
        continue;
      }
      // A kind or namespace that has only just appeared is not known to every part of the API server at once.
      const early = error instanceof ClusterError && error.cause === 'not-found' && task.change.predicted;
      if (!early || context.clock.ticks() >= deadline) throw error;
      await rest(context, step, error.message);
    }
  }
}

async function rest(context: RunContext, step: OpenStep, why: string): Promise<void> {
  step.waiting(why);
  await context.clock.sleep(POLL_MS, context.signal);
  checkpoint(context);
}

/** The kind in the wanted version, waited for when the plan could not preview it. */
async function served(context: RunContext, task: Task, apiVersion: string, step: OpenStep): Promise<Resource> {
  const { cluster, change } = task;
  const deadline = context.clock.ticks() + (change.predicted ? context.gateTimeout : 0);
  for (;;) {
    checkpoint(context);
    const resource = await context.resources(cluster, groupOf(apiVersion), change.kind, versionOf(apiVersion));
    if (resource !== undefined) return resource;
    const missing = `${cluster} does not serve ${change.kind} in ${apiVersion}`;
    if (context.clock.ticks() >= deadline) throw new GateError(missing, false);
    step.waiting(`${missing} yet`);
    await context.clock.sleep(POLL_MS, context.signal);
  }
}

async function namespaceThere(context: RunContext, task: Task, object: KubernetesObject, step: OpenStep): Promise<void> {
  const name = object.metadata.namespace;
  if (name === undefined || context.activeNamespaces.has(`${task.cluster}/${name}`)) return;
  const gate: Gate = {
    stage: task.change.stage,
    cluster: task.change.for,
    watch: { namespace: { cluster: task.cluster, group: '', kind: 'Namespace', name } },
    judge: (seen) =>
      judgeNamed(seenAs(seen, 'namespace'), { kind: 'Namespace', name }, (namespace) => namespaceActive(namespace)),
  };
  await pass(context, gate, step);
  context.activeNamespaces.add(`${task.cluster}/${name}`);
}

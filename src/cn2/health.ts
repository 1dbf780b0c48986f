import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectName, objectTitle, refOf } from '../model/object-ref.ts';
import { fieldsOf } from './json-nodes.ts';

/** waiting: not yet; failed: waiting will not help. */
export interface Judgement {
  state: 'passed' | 'waiting' | 'failed';
  /** What is missing or wrong, as a sentence without a full stop. Empty when passed. */
  detail: string;
}

export const PASSED: Judgement = { state: 'passed', detail: '' };

/** Not yet, because … */
export function waiting(detail: string): Judgement {
  return { state: 'waiting', detail };
}

/** Never, because … */
export function failed(detail: string): Judgement {
  return { state: 'failed', detail };
}

const SHOWN = 3;

/** All of several judgements: one failure fails, else one that waits waits. The detail names the first three that matter. */
export function all(judgements: readonly Judgement[]): Judgement {
  for (const state of ['failed', 'waiting'] as const) {
    const details = judgements.filter((judgement) => judgement.state === state).map((judgement) => judgement.detail);
    if (details.length === 0) continue;
    const more = details.length > SHOWN ? `; and ${details.length - SHOWN} more` : '';
    return { state, detail: details.slice(0, SHOWN).join('; ') + more };
  }
  return PASSED;
}

function titleOf(object: KubernetesObject): string {
  return objectTitle(refOf(object));
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

interface ConditionEntry {
  status: string;
  text: string;
}

function condition(object: KubernetesObject, type: string): ConditionEntry | undefined {
  const conditions = fieldsOf(object['status'])['conditions'];
  if (!Array.isArray(conditions)) return undefined;
  const found = conditions.map((entry) => fieldsOf(entry)).find((entry) => entry['type'] === type);
  if (found === undefined) return undefined;
  const text = [found['reason'], found['message']].filter((part) => typeof part === 'string' && part !== '').join(': ');
  return { status: String(found['status']), text };
}

/** The controller has seen the object's newest generation: before that, status speaks of an older one. */
function isCurrent(object: KubernetesObject): boolean {
  const observed = fieldsOf(object['status'])['observedGeneration'];
  return typeof observed === 'number' && observed >= (object.metadata.generation ?? 0);
}

/** A condition that must be True. */
export function hasCondition(object: KubernetesObject, type: string): Judgement {
  const entry = condition(object, type);
  if (entry?.status === 'True') return PASSED;
  return waiting(`${titleOf(object)} is not ${type}${entry === undefined || entry.text === '' ? '' : ` (${entry.text})`}`);
}

/** Deployment: Available, seen by its controller in its newest generation, and no replica of an older one left to wait for. */
export function deploymentAvailable(deployment: KubernetesObject): Judgement {
  if (!isCurrent(deployment)) return waiting(`${titleOf(deployment)}: its newest generation has not been observed yet`);
  const available = hasCondition(deployment, 'Available');
  if (available.state !== 'passed') return available;
  const wanted = fieldsOf(deployment['spec'])['replicas'] ?? 1;
  const updated = fieldsOf(deployment['status'])['updatedReplicas'];
  if (typeof updated === 'number' && updated < count(wanted)) {
    return waiting(`${titleOf(deployment)}: ${updated} of ${count(wanted)} replicas updated`);
  }
  return PASSED;
}

/** DaemonSet: ready = desired in its newest generation; 0 of 0 counts (a node pool without nodes). */
export function daemonSetReady(daemonSet: KubernetesObject): Judgement {
  if (!isCurrent(daemonSet)) return waiting(`${titleOf(daemonSet)}: its newest generation has not been observed yet`);
  const status = fieldsOf(daemonSet['status']);
  const desired = count(status['desiredNumberScheduled']);
  const ready = count(status['numberReady']);
  const updated = typeof status['updatedNumberScheduled'] === 'number' ? count(status['updatedNumberScheduled']) : desired;
  if (ready < desired) return waiting(`${titleOf(daemonSet)}: ${ready} of ${desired} pods ready`);
  if (updated < desired) return waiting(`${titleOf(daemonSet)}: ${updated} of ${desired} pods updated`);
  return PASSED;
}

/** StatefulSet: all replicas ready in its newest generation. */
export function statefulSetReady(statefulSet: KubernetesObject): Judgement {
  if (!isCurrent(statefulSet)) return waiting(`${titleOf(statefulSet)}: its newest generation has not been observed yet`);
  const wanted = fieldsOf(statefulSet['spec'])['replicas'] ?? 1;
  const ready = count(fieldsOf(statefulSet['status'])['readyReplicas']);
  return ready >= count(wanted) ? PASSED : waiting(`${titleOf(statefulSet)}: ${ready} of ${count(wanted)} replicas ready`);
}

/** Namespace: Active and not being deleted; with these labels where given. */
export function namespaceActive(namespace: KubernetesObject, labels: Record<string, string> = {}): Judgement {
  const phase = fieldsOf(namespace['status'])['phase'];
  if (namespace.metadata.deletionTimestamp !== undefined || phase !== 'Active') {
    return waiting(
      `${titleOf(namespace)} is ${namespace.metadata.deletionTimestamp === undefined ? String(phase) : 'Terminating'}`,
    );
  }
  const missing = Object.entries(labels).find(([key, value]) => namespace.metadata.labels?.[key] !== value);
  return missing === undefined ? PASSED : waiting(`${titleOf(namespace)} lacks the label ${missing[0]}=${missing[1]} so far`);
}

/** CN2's own kinds (VirtualNetwork, Subnet, VirtualNetworkRouter, VirtualRouter): state Success; Failure is final and says why. */
export function coreStateSuccess(object: KubernetesObject): Judgement {
  const status = fieldsOf(object['status']);
  const state = status['state'];
  const observation =
    typeof status['observation'] === 'string' && status['observation'] !== '' ? `: ${status['observation']}` : '';
  if (object.metadata.deletionTimestamp !== undefined) return waiting(`${titleOf(object)} is being deleted`);
  if (state === 'Success') return PASSED;
  if (state === 'Failure') return failed(`${titleOf(object)} is in state Failure${observation}`);
  return waiting(`${titleOf(object)} is in state ${typeof state === 'string' && state !== '' ? state : 'Pending'}${observation}`);
}

/** The named object among those seen, judged; absent counts as waiting. */
export function judgeNamed(
  objects: readonly KubernetesObject[],
  wanted: { kind: string; namespace?: string; name: string },
  judge: (object: KubernetesObject) => Judgement,
): Judgement {
  const object = namesOf(objects).get(objectName(wanted));
  return object === undefined ? waiting(`${objectTitle(wanted)} does not exist yet`) : judge(object);
}

/** One table per list: a gate over thousands of objects asks for each of them, at every event of any. */
const NAMES = new WeakMap<readonly KubernetesObject[], ReadonlyMap<string, KubernetesObject>>();

function namesOf(objects: readonly KubernetesObject[]): ReadonlyMap<string, KubernetesObject> {
  let names = NAMES.get(objects);
  if (names === undefined) {
    names = new Map(objects.map((object) => [objectName(object.metadata), object]));
    NAMES.set(objects, names);
  }
  return names;
}

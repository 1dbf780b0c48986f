import { fieldsOf } from '../cn2/json-nodes.ts';
import { isOwnKey, NETWORK_LABEL } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import type { Diagnosis, Rung } from '../model/smoke.ts';

/** Something that is not as it should be, for whatever paths depend on it. */
export type Fault = Omit<Diagnosis, 'paths'>;

const LONGEST = 200;

/** A fault of an object on a cluster. */
export function faultOf(rung: Rung, object: KubernetesObject, cluster: string, words: string): Fault {
  const { kind, metadata } = object;
  const { namespace, name } = metadata;
  const place = namespace === undefined ? '' : ` -n ${namespace}`;
  return {
    rung,
    cause: `${objectTitle(refOf(object, cluster))} ${words}`,
    object: { cluster, kind, ...(namespace === undefined ? {} : { namespace }), name },
    command: `kubectl get ${kind.toLowerCase()} ${name}${place} -o yaml`,
  };
}

/** What is wrong with the object itself: not there, on its way out, without a label that is needed, not successful. */
export function faultOfObject(
  rung: Rung,
  wanted: KubernetesObject,
  live: KubernetesObject | undefined,
  cluster: string,
): Fault | undefined {
  const fault = (words: string) => faultOf(rung, wanted, cluster, words);
  if (live === undefined) return fault('does not exist');
  if (live.metadata.deletionTimestamp !== undefined) return fault('is being deleted');
  const lacking = Object.entries(wanted.metadata.labels ?? {}).find(
    ([key, value]) => counts(key) && live.metadata.labels?.[key] !== value,
  );
  if (lacking !== undefined) {
    const [key, value] = lacking;
    const has = live.metadata.labels?.[key];
    return fault(`${has === undefined ? `has no label ${key}` : `has the label ${key}=${has}`}, expected ${key}=${value}`);
  }
  const status = fieldsOf(live['status']);
  if (wanted.kind === 'Namespace')
    return status['phase'] === 'Active' ? undefined : fault(`is ${textOf(status['phase'])}, expected Active`);
  if (status['state'] === 'Success') return undefined;
  const observation = status['observation'] === undefined ? '' : `: ${textOf(status['observation'])}`;
  return fault(status['state'] === undefined ? 'was not processed yet' : `is in state ${textOf(status['state'])}${observation}`);
}

/** Labels by which objects are selected; those that only mark what is ours are not. */
function counts(key: string): boolean {
  return key === NETWORK_LABEL || !isOwnKey(key);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST) : 'without a state';
}

/** A label selector for people: vn=vn1, or vn in (a, b). */
export function selectorText(selector: unknown): string {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  const labels = Object.entries(fieldsOf(matchLabels)).map(([key, value]) => `${key}=${String(value)}`);
  const expressions = (Array.isArray(matchExpressions) ? matchExpressions : []).map((expression: unknown) => {
    const { key, operator, values } = fieldsOf(expression);
    return `${String(key)} ${String(operator)}${Array.isArray(values) ? ` (${values.join(', ')})` : ''}`;
  });
  const all = [...labels, ...expressions];
  return all.length === 0 ? 'everything' : all.join(' and ').slice(0, LONGEST);
}

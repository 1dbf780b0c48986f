import { CORE } from '../cn2/names.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import { groupOf, type KubernetesObject, type ObjectMeta } from '../model/kubernetes.ts';

/** Of metadata what only an API server writes (Kubernetes, ObjectMeta). */
const SERVER_FILLED = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
]);
/** What `kubectl apply` keeps beside an object. */
const KUBECTL_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
/** CN2 writes these labels on its core objects (observed). */
const BACK_REFERENCE = 'back-reference.core.juniper.net/';

/**
 * An object as its owner means it: what `kubectl get -o yaml` prints of a live one, without what a server has filled in. So an object that
 * was made by hand becomes declared by saving it to a file. The object itself is not changed.
 */
export function withoutServerFields(object: KubernetesObject): KubernetesObject {
  const { status: _status, metadata, ...rest } = object;
  const kept = Object.entries(metadata).filter(([key, value]) => !SERVER_FILLED.has(key) && value !== null && value !== '');
  const meta = Object.fromEntries(kept) as unknown as ObjectMeta & Fields;
  const core = groupOf(object.apiVersion) === CORE;
  without(meta, 'annotations', (key) => key === KUBECTL_ANNOTATION);
  if (core) without(meta, 'labels', (key) => key.startsWith(BACK_REFERENCE));
  const { apiVersion, kind, ...fields } = rest;
  const spec = fields['spec'];
  if (core && isFields(spec)) {
    const { fqName: _fqName, ...others } = spec;
    return { apiVersion, kind, metadata: meta, ...fields, spec: withPlainReferences(others) };
  }
  return { apiVersion, kind, metadata: meta, ...fields };
}

/** Fields of CN2's core API that refer to another object: `parent`, `…Reference`, `…References` (core API v4, ResourceReference). */
const REFERENCE = /^parent$|References?$/;
/** What its server adds to a reference: of the object as it is just now. */
const RESOLVED: ReadonlySet<string> = new Set(['fqName', 'resourceVersion', 'uid']);

/** References as their owner writes them. `attributes` stay where they say something: a sequence or a session is the owner's. */
function withPlainReferences(fields: Fields): Fields {
  return mapped(fields, false);
}

function mapped(fields: Fields, isReference: boolean): Fields {
  const kept = Object.entries(fields).filter(([key, value]) => !isReference || !(RESOLVED.has(key) || isNothing(key, value)));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      const below = (each: unknown) => (isFields(each) ? mapped(each, REFERENCE.test(key)) : each);
      return [key, Array.isArray(value) ? value.map(below) : below(value)];
    }),
  );
}

function isNothing(key: string, value: unknown): boolean {
  return key === 'attributes' && (value === null || (isFields(value) && Object.keys(value).length === 0));
}

function without(metadata: ObjectMeta & Fields, field: 'annotations' | 'labels', drop: (key: string) => boolean): void {
  const map = metadata[field];
  if (map === undefined) return;
  const kept = Object.entries(map).filter(([key]) => !drop(key));
  if (kept.length > 0) metadata[field] = Object.fromEntries(kept);
  else delete metadata[field];
}

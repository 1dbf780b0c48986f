import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LAST_APPLIED_ANNOTATION } from '../cn2/names.ts';
import { canonicalJson } from '../declare/digest.ts';
import { isDeeper, isFields, ownMember } from '../model/json-object.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import { isSecret } from './secret-merge.ts';

/** Characters that the annotation may have: half of what Kubernetes allows for all annotations of an object together. */
const LONGEST = 131_072;
/** Bytes of all annotations of an object, keys and values (262,144 are allowed). */
const ALL_ANNOTATIONS = 245_760;
/** Bytes of JSON that are taken out of an annotation: what we have written is far smaller, and others may write there. */
const LARGEST = 4_194_304;
/** Levels of what is kept: far more than any kind has, and few enough to be walked through. */
const DEEPEST = 500;

/**
 * The text of the annotation for an object as it is applied: JSON, deflated, base64. `beside`: annotations that it shares the object
 * with. Undefined: it would be too large or too deep. Throws for a Secret: its content is in no second place.
 */
export function packed(object: KubernetesObject, beside: Readonly<Record<string, string>> = {}): string | undefined {
  if (isSecret(object)) throw new Error('a Secret has no annotation with what was applied last');
  if (isDeeper(object, DEEPEST)) return undefined;
  const text = deflateRawSync(Buffer.from(canonicalJson(content(object)), 'utf8'), { level: 9 }).toString('base64');
  const annotations = { ...beside, ...object.metadata.annotations, [LAST_APPLIED_ANNOTATION]: text };
  const bytes = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return text.length > LONGEST || bytes > ALL_ANNOTATIONS ? undefined : text;
}

/**
 * What was applied to an object last, by its annotation. Undefined: nothing says so; what cannot be read, or speaks of another object
 * (somebody copied it), says nothing.
 */
export function lastApplied(live: KubernetesObject): KubernetesObject | undefined {
  const text = ownMember(live.metadata.annotations ?? {}, LAST_APPLIED_ANNOTATION);
  if (typeof text !== 'string' || text.length > LONGEST || isSecret(live)) return undefined;
  try {
    const json = inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: LARGEST }).toString('utf8');
    const object: unknown = JSON.parse(json);
    return isFields(object) &&
      isFields(object['metadata']) &&
      isOf(object as KubernetesObject, live) &&
      !isDeeper(object, DEEPEST)
      ? (object as KubernetesObject)
      : undefined;
  } catch {
    return undefined;
  }
}

function isOf(applied: KubernetesObject, live: KubernetesObject): boolean {
  return (
    typeof applied.apiVersion === 'string' &&
    groupOf(applied.apiVersion) === groupOf(live.apiVersion) &&
    applied.kind === live.kind &&
    applied.metadata.name === live.metadata.name &&
    applied.metadata.namespace === live.metadata.namespace
  );
}

/** Without what binds one write to one state of the object. */
export function content({ metadata, ...rest }: KubernetesObject): KubernetesObject {
  const { uid: _, resourceVersion: __, managedFields: ___, ...kept } = metadata;
  return { ...rest, metadata: kept } as KubernetesObject;
}

/** An object without the annotation; no annotations at all where it was the only one. */
export function withoutLastApplied<Some extends KubernetesObject>(object: Some): Some {
  const { annotations, ...metadata } = object.metadata;
  if (annotations === undefined || !Object.hasOwn(annotations, LAST_APPLIED_ANNOTATION)) return object;
  const kept = Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED_ANNOTATION);
  return { ...object, metadata: { ...metadata, ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }) } };
}

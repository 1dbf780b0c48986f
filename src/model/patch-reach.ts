import type { Patch } from './fleet.ts';
import { isFields } from './json-object.ts';
import type { KubernetesObject } from './kubernetes.ts';

/** Whether a patch is of an object: kind, name and namespace are the same. */
export function isPatchOf({ kind, name, namespace }: Patch, object: Pick<KubernetesObject, 'kind' | 'metadata'>): boolean {
  return kind === object.kind && name === object.metadata.name && namespace === object.metadata.namespace;
}

/**
 * Whether a merge patch says itself what is at a path, with null too. What it says counts, not whether that differs from what was
 * there: a patch may keep what would be filled in otherwise.
 */
export function saysMember(merge: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  return isFields(merge) && Object.hasOwn(merge, key) && saysMember(merge[key], rest);
}

/** Position of the last patch that says what is at a path of an object; -1 where none does. */
export function lastPatchOf(patches: readonly Patch[], object: KubernetesObject, path: readonly string[]): number {
  return patches.findLastIndex((patch) => isPatchOf(patch, object) && saysMember(patch.merge, path));
}

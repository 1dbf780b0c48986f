import type { KubernetesObject } from '../model/kubernetes.ts';
import type { FieldChange } from '../model/plan.ts';

const PATH = '/apiVersion';

/** An object that is there in another API version than it is to be written in: the same object, and not one that goes and one that comes. */
export function versionChange(live: KubernetesObject, desired: KubernetesObject): FieldChange[] {
  return live.apiVersion === desired.apiVersion ? [] : [{ path: PATH, before: live.apiVersion, after: desired.apiVersion }];
}

/**
 * Whether the fields are those of a move to another API version. What converting makes of the other fields shows when the cluster serves
 * it: such a change covers them, for it can become only what was rendered, and takes over only from those that it names.
 */
export function movesVersion(fields: readonly FieldChange[]): boolean {
  return fields.some(({ path }) => path === PATH);
}

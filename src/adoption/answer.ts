import type { Edit } from '../edit/edits.ts';
import type { DriftChange } from '../model/drift.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';
import type { FieldChange } from '../model/plan.ts';

/** A drifted object, with what it was rendered from. */
export interface Subject {
  cluster: string;
  change: DriftChange;
  manifest: Manifest;
  fleet: Fleet;
  /** The data of the declaration, as it is written. */
  declared: unknown;
}

/** Why something is not adopted, and what to do instead. */
export interface Reason {
  reason: string;
  remedy: string;
}

/** An edit of the declaration, or of one of the user's own manifests. */
export interface FileEdit {
  /** Relative to the declaration's folder; absent: the declaration. */
  file?: string;
  edit: Edit;
}

/** What is to be edited for a drift, and what of it cannot be. */
export interface Answer {
  edits: FileEdit[];
  refused: (Reason & { field?: string })[];
}

/** The answers to the fields of a change. */
export function fieldByField(
  fields: readonly FieldChange[],
  answer: (field: FieldChange, segments: readonly string[]) => Edit[] | Reason,
): Answer {
  const found: Answer = { edits: [], refused: [] };
  for (const field of fields) {
    // Another owner alone: its value is as approved.
    if (field.before === undefined && field.after === undefined) continue;
    // Its value is not known here: no output holds it, so no file may.
    const hidden = JSON.stringify(field.before ?? null).includes(HIDDEN);
    const given = hidden ? SECRET : answer(field, partsOf(field.path));
    if (Array.isArray(given)) found.edits.push(...given.map((edit) => ({ edit })));
    else found.refused.push({ field: field.path, ...given });
  }
  return found;
}

/** The members on the way to a field, as far as they are members: an item of a list ends it. */
function partsOf(path: string): string[] {
  return path
    .replace(/\[.*$/, '')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What is at some members of an object. */
export function memberAt(object: KubernetesObject | Record<string, unknown>, parts: readonly string[]): unknown {
  return parts.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? value[part as never] : undefined,
    object,
  );
}

/** Stands for a secret in every document. */
const HIDDEN = '(secret)';
const UNDO = 'Apply brings back what was approved.';

export const NO_KEY: Reason = { reason: 'no key of the declaration says this field', remedy: UNDO };
export const OWN_MARK: Reason = { reason: 'is a mark by which the fleet knows its objects', remedy: 'Apply writes it again.' };
export const IMAGE: Reason = {
  reason: 'an image belongs to the release, which is never adopted',
  remedy: `Declare it under release.images, or as another release. ${UNDO}`,
};
export const OWN_CONTAINER: Reason = {
  reason: 'is a container of its own, whose image is of no release: a container is never adopted',
  remedy: `To keep it, run it in a manifest of your own (extra). ${UNDO}`,
};
export const CONTAINERS: Reason = {
  reason: 'which containers there are belongs to the release, which is never adopted',
  remedy: UNDO,
};
export const CLEAR_SECRET: Reason = {
  reason: 'looks like a secret in clear, which no file may hold',
  remedy: `Put it into a Secret and refer to that. ${UNDO}`,
};
export const NUMBER: Reason = {
  reason: 'is permanent, and never adopted',
  remedy: `${UNDO} Where the cluster has always had it, say listenerPort and constantRouteTargetNumber.`,
};
export const SECRET: Reason = {
  reason: 'a secret value is never adopted',
  remedy: `Change the credential that the declaration refers to. ${UNDO}`,
};
export const DERIVED: Reason = {
  reason: 'follows from other entries of the declaration',
  remedy: `Change the networks, namespaces or connections that it follows from. ${UNDO}`,
};
export const ACCESS: Reason = {
  reason: 'is what the cluster is attached with',
  remedy: `Change the key of the cluster that says it. ${UNDO}`,
};
export const UNDECLARED: Reason = {
  reason: 'has no entry in the declaration',
  remedy: 'Declare it (import --merge writes the entry), or take the labels of the fleet off it. Apply deletes it.',
};
export const AWAITING: Reason = {
  reason: 'is approved and not applied yet',
  remedy: 'Run apply: adopting it would take the approval back.',
};
export const RESTART: Reason = { reason: 'pods are not declared', remedy: 'Apply restarts them.' };
export const MOVED_ON: Reason = {
  reason: 'the declaration says something else of it by now',
  remedy: 'Merge the pending proposal, or undo the change of the declaration, and run drift --adopt again.',
};
export const NEEDED: Reason = {
  reason: 'is gone, and a cluster or namespace needs it as long as it is declared',
  remedy: 'Apply creates it again.',
};
export const SHARED_FILE: Reason = {
  reason: 'is in a file that other clusters get too',
  remedy: `Give the cluster a file of its own, and run drift --adopt again. ${UNDO}`,
};
export const FILE_STAYS: Reason = {
  reason: 'is gone, and its file is there',
  remedy: 'Apply creates it again. To give it up, remove it from its file.',
};

import { ClusterError } from './cluster.ts';

/**
 * The resourceVersion of an apply that may only create: it can never be current, so the server answers a conflict where something of
 * that name is there already (measured on Kubernetes 1.36).
 */
export const CREATE_ONLY = '1';

/** Whether a write was refused for its preconditions: the object has changed, or something of that name has appeared. */
export function isConflict(error: unknown): boolean {
  return error instanceof ClusterError && error.cause === 'conflict';
}

/** Whether another object has taken the name: its uid is another one, which the server calls an immutable field (422). */
function isReplaced(error: unknown): boolean {
  return error instanceof ClusterError && error.cause === 'invalid' && error.message.includes('metadata.uid');
}

/** Whether what an apply was meant for is not there any more as it was: changed, or replaced by another object of the same name. */
export function hasMoved(error: unknown): boolean {
  return isConflict(error) || isReplaced(error);
}

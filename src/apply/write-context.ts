import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { HeldLock } from './held-lock.ts';
import { repeatLost } from './repeat.ts';

const ATTEMPTS = 4;

export interface WriteContext {
  cluster: Cluster;
  lease: HeldLock;
  clock: Clock;
  signal: AbortSignal;
  /** Called with each object as the server answered its write. */
  wrote(object: KubernetesObject): void;
}

/** The object has moved away from what was approved; the message says how and who moved it. */
export class MovedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MovedError';
  }
}

/**
 * It is being deleted; the message says since when, and by what it is held. What was to be created there may wait for the name to become
 * free; anything else is no longer what was approved.
 */
export class LeavingError extends MovedError {
  override readonly name = 'LeavingError';
}

/**
 * Sends a write after the fencing check; repeats it when the server did not judge it or its answer was lost. Throws the
 * ClusterError of the last attempt, LockLostError.
 */
export async function persist<Answer>(context: WriteContext, send: () => Promise<Answer>): Promise<Answer> {
  const { clock, signal, lease } = context;
  const fenced = () => {
    lease.assertHeld();
    return send();
  };
  return await repeatLost(fenced, { clock, signal, again: (attempts) => attempts < ATTEMPTS });
}

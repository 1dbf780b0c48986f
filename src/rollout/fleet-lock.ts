import type { LockInput } from '../apply/lock.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';

export interface LockOptions {
  /** Seconds after which a lock that is not renewed counts as abandoned. */
  lockTtl: number;
  /** Seconds to wait for the lock. */
  lockTimeout: number;
}

/** Who takes a lock, by which clock, and what may end the wait. */
export interface Holder {
  clock: Clock;
  reporter: Reporter;
  /** Aborts on the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** A name that no other run has: marks what the run creates. */
  runId: string;
}

/** The lock of this name on the central cluster of a fleet, for this run. */
export function fleetLock(
  { clock, reporter, signal, runId }: Holder,
  central: Cluster,
  name: string,
  { lockTtl, lockTimeout }: LockOptions,
): LockInput {
  return { central, name, holder: runId, ttl: lockTtl, timeout: lockTimeout, clock, reporter, signal };
}

import { CONTRAIL_NAMESPACE, FIELD_MANAGER } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError, type Target } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';
import { HeldLock, LockLostError } from './held-lock.ts';
import { LEASE_RESOURCE, type LeaseSpec, leaseSpec, microTime } from './lease.ts';
import { repeatLost } from './repeat.ts';

const POLL_MS = 1000;
const TAKE_ATTEMPTS = 4;

export interface LockInput {
  /** The central cluster: the lock lives in its namespace contrail. */
  central: Cluster;
  /** Name of the Lease: applyLeaseName or smokeLeaseName. */
  name: string;
  /** Who holds it, for people and for telling runs apart: unique per run. */
  holder: string;
  /** Seconds after which a holder that no longer renews has lost it. */
  ttl: number;
  /** Seconds to wait for another holder. */
  timeout: number;
  clock: Clock;
  reporter: Reporter;
  signal: AbortSignal;
}

export type LockResult =
  /** `takenFrom`: the run that had it and stopped renewing; absent: it was free. */
  | { status: 'held'; lock: HeldLock; takenFrom?: string }
  /** Another run has it; `message` names it. */
  | { status: 'locked'; holder: string; message: string }
  | { status: 'stopped' };

/**
 * Takes the Lease, waiting for another holder up to `timeout`. A Lease is taken over only when it has not changed for its
 * own duration by the local clock that nobody sets, counted from when this process saw it change last: no clock of another machine is trusted.
 * Throws ClusterError when the central cluster cannot be read or written (also when namespace contrail is missing).
 */
export async function acquireLock(input: LockInput): Promise<LockResult> {
  const { clock, signal } = input;
  const deadline = clock.ticks() + input.timeout * 1000;
  let seen: { key: string; at: number } | undefined;
  let announced = false;
  while (!signal.aborted) {
    const lease = await input.central.get(leaseTarget(input.name));
    const spec = lease === undefined ? {} : leaseSpec(lease);
    const key = `${lease?.metadata.uid}/${lease?.metadata.resourceVersion}`;
    if (seen?.key !== key) seen = { key, at: clock.ticks() };
    const other = spec.holderIdentity ?? '';
    const expired = clock.ticks() - seen.at >= (spec.leaseDurationSeconds ?? input.ttl) * 1000;
    if (other === '' || other === input.holder || expired) {
      const takenFrom = other === '' || other === input.holder ? undefined : other;
      const taken = await take(input, lease);
      if (taken !== undefined) return { status: 'held', lock: taken, ...present({ takenFrom }) };
      continue;
    }
    if (clock.ticks() >= deadline) {
      return { status: 'locked', holder: other, message: lockedMessage(input, other, spec) };
    }
    if (!announced) input.reporter.progress({ type: 'note', text: `waiting for the lock that ${other} holds` });
    announced = true;
    await clock.sleep(Math.min(POLL_MS, Math.max(1, deadline - clock.ticks())), signal);
  }
  return { status: 'stopped' };
}

/**
 * Runs `body` under the lock, told who had it and is dead, and gives the lock back at its end, whatever that is. `lock.lost` aborts when the lock is lost
 * in the meantime; a body that still writes is refused by lock.assertHeld(), and where it lets that LockLostError through, the answer
 * is `locked`.
 */
export async function withLock<Value>(
  input: LockInput,
  body: (lock: HeldLock, takenFrom: string | undefined) => Promise<Value>,
): Promise<{ status: 'ran'; value: Value } | Exclude<LockResult, { status: 'held' }>> {
  const result = await acquireLock(input);
  if (result.status !== 'held') return result;
  try {
    return { status: 'ran', value: await body(result.lock, result.takenFrom) };
  } catch (error: unknown) {
    if (!(error instanceof LockLostError)) throw error;
    return { status: 'locked', holder: result.lock.lostTo, message: error.message };
  } finally {
    await result.lock.release();
  }
}

function lockedMessage(input: LockInput, other: string, spec: LeaseSpec): string {
  const since = spec.acquireTime === undefined ? '' : ` since ${spec.acquireTime}`;
  return `lease ${CONTRAIL_NAMESPACE}/${input.name} on ${input.central.name} is held by ${other}${since}; waited ${input.timeout} s`;
}

function leaseTarget(name: string): Target {
  return { resource: LEASE_RESOURCE, namespace: CONTRAIL_NAMESPACE, name };
}

/**
 * Clears the Lease of a run that is known to have ended without giving it back; one that somebody else has by now stays theirs.
 * True: it was cleared. Throws ClusterError.
 */
export async function clearLockOf(central: Cluster, name: string, holder: string): Promise<boolean> {
  const lease = await central.get(leaseTarget(name));
  if (lease === undefined || leaseSpec(lease).holderIdentity !== holder) return false;
  try {
    const spec = { ...leaseSpec(lease), holderIdentity: '' };
    await central.update(LEASE_RESOURCE, { ...lease, spec }, { fieldManager: FIELD_MANAGER });
    return true;
  } catch (error: unknown) {
    if (error instanceof ClusterError && error.cause === 'conflict') return false;
    throw error;
  }
}

/** Writes ourselves into the Lease; undefined when another one was quicker. */
async function take(input: LockInput, lease: KubernetesObject | undefined): Promise<HeldLock | undefined> {
  const { clock, central, name, holder, ttl, signal } = input;
  const now = clock.now();
  const before = lease === undefined ? undefined : leaseSpec(lease);
  const spec: LeaseSpec = {
    holderIdentity: holder,
    leaseDurationSeconds: ttl,
    acquireTime: microTime(now),
    renewTime: microTime(now),
    leaseTransitions: before === undefined ? 0 : (before.leaseTransitions ?? 0) + 1,
  };
  try {
    let sent = clock.ticks();
    const send = () => {
      sent = clock.ticks();
      return lease === undefined
        ? central.create(LEASE_RESOURCE, newLease(name, spec), { fieldManager: FIELD_MANAGER })
        : central.update(LEASE_RESOURCE, { ...lease, spec }, { fieldManager: FIELD_MANAGER });
    };
    // Where the answer was lost the second attempt is a conflict, and the next look finds this run as the holder.
    const written = await repeatLost(send, { clock, signal, again: (attempts) => attempts < TAKE_ATTEMPTS });
    return new HeldLock({ central, clock, lease: written, holder, ttl, renewedAt: sent });
  } catch (error: unknown) {
    if (!(error instanceof ClusterError)) throw error;
    // Taken by somebody, or deleted, since it was read.
    if (error.cause === 'conflict' || (error.cause === 'not-found' && lease !== undefined)) return undefined;
    throw error.cause === 'not-found' ? namespaceMissing(central, error) : error;
  }
}

/** A Lease cannot be created in a namespace that does not exist. */
function namespaceMissing({ name: cluster }: Cluster, { status, reason, cause, fieldConflicts }: ClusterError): ClusterError {
  return new ClusterError(
    `${cluster}: namespace ${CONTRAIL_NAMESPACE} not found, where the lock of the fleet lives: install CN2 on the central cluster first`,
    {
      cluster,
      cause,
      fieldConflicts,
      ...present({ status, reason }),
    },
  );
}

function newLease(name: string, spec: LeaseSpec): KubernetesObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: CONTRAIL_NAMESPACE },
    spec,
  };
}

import { CONTRAIL_NAMESPACE, FIELD_MANAGER, UNPROVEN_ANNOTATION } from '../cn2/names.ts';
import type { AppliedRecord } from '../model/applied.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { type KindsInUse, NO_KINDS, unionOf } from '../plan/kinds-in-use.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { appliedRecord, recordedKinds } from './applied.ts';
import { LEASE_RESOURCE, leaseSpec, microTime } from './lease.ts';
import { inUse, isAnnotated, recorded, withAnnotations } from './lease-annotations.ts';
import { repeatLost } from './repeat.ts';

/** The lock was lost: nothing may be written any more. */
export class LockLostError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LockLostError';
  }
}

export interface HeldLockInput {
  central: Cluster;
  clock: Clock;
  /** The Lease as the server answered it when it was taken. */
  lease: KubernetesObject;
  holder: string;
  /** Seconds. */
  ttl: number;
  /** When the request that took it was sent, by the clock's ticks. */
  renewedAt: number;
}

const RELEASE_ATTEMPTS = 4;

/**
 * A Lease that this run holds. It renews itself at a third of its time to live. The local lease is valid for one time to live
 * from when the last successful renewal was *sent*, so it ends here before it ends for others.
 */
export class HeldLock {
  readonly holder: string;
  readonly #central: Cluster;
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #stop = new AbortController();
  readonly #lost = new AbortController();
  readonly #renewing: Promise<void>;
  #lease: KubernetesObject;
  #renewedAt: number;
  #lostTo = '';
  /** Given back in the write that recorded the end of an apply. */
  #ended = false;
  /** Requests on the Lease go one after another: each needs the resourceVersion that the one before it made. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(input: HeldLockInput) {
    this.holder = input.holder;
    this.#central = input.central;
    this.#clock = input.clock;
    this.#ttlMs = input.ttl * 1000;
    this.#lease = input.lease;
    this.#renewedAt = input.renewedAt;
    this.#renewing = this.#keepRenewing();
  }

  /** Aborts when the lock is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Who has it now; empty while it is held, and when it ran out without anybody taking it. */
  get lostTo(): string {
    return this.#lostTo;
  }

  /** Whether this run may still write. */
  isHeld(): boolean {
    return !this.#ended && !this.#lost.signal.aborted && this.#clock.ticks() - this.#renewedAt < this.#ttlMs;
  }

  /** Fencing: called before each write. Throws LockLostError when the lease has run out or another run has it. */
  assertHeld(): void {
    if (this.isHeld()) return;
    this.#lose('');
    throw new LockLostError(this.lostReason());
  }

  /** Why the lock was lost, as a sentence. */
  lostReason(): string {
    const lease = `lease ${CONTRAIL_NAMESPACE}/${this.#lease.metadata.name} on ${this.#central.name}`;
    return this.#lostTo === ''
      ? `${lease} could not be renewed for ${this.#ttlMs / 1000} s`
      : `${lease} was taken over by ${this.#lostTo}`;
  }

  /** Digest of the plan whose gates and smoke test have not all passed yet; undefined: everything applied is proven. */
  unproven(): string | undefined {
    return this.#lease.metadata.annotations?.[UNPROVEN_ANNOTATION];
  }

  /** The last apply that the Lease records. Throws ClusterError for a record that cannot be read. */
  applied(): AppliedRecord | undefined {
    return appliedRecord(this.#lease, this.#central.name);
  }

  /** Kinds of the user's own objects that the Lease records. Throws ClusterError for a record that cannot be read. */
  kinds(): KindsInUse {
    return recordedKinds(this.#lease, this.#central.name);
  }

  /**
   * Before the first write: a later run then checks all gates and runs the smoke test even if nothing is left to apply, no
   * older approval is applied any more (`record`), and `kinds` are looked at, with those that were in use before.
   */
  async markUnproven(digest: string, record?: AppliedRecord, kinds: KindsInUse = NO_KINDS): Promise<void> {
    await this.#annotate({ [UNPROVEN_ANNOTATION]: digest, ...recorded(record), ...inUse(unionOf(this.kinds(), kinds)) });
  }

  /**
   * After gates and smoke test: the record of what is proven, and the lock back, in one write. So nobody waits for a run that was killed
   * between the two. `kinds`: those that may still be in use; absent: as recorded. Nothing may be written after it. Throws LockLostError, and the ClusterError of the last attempt.
   */
  async endProven(record?: AppliedRecord, kinds?: KindsInUse): Promise<void> {
    this.assertHeld();
    this.#stop.abort();
    await this.#renewing;
    const wanted = { [UNPROVEN_ANNOTATION]: undefined, ...recorded(record), ...(kinds === undefined ? {} : inUse(kinds)) };
    try {
      await this.#insist((lease) => {
        const marked = withAnnotations(lease, wanted);
        return { ...marked, spec: { ...leaseSpec(marked), holderIdentity: '' } };
      });
    } catch (error: unknown) {
      // The answer of the write that did it may have been lost: then the Lease says so, whoever has it by now.
      if (!(error instanceof LockLostError) || !isAnnotated(await this.#read(), wanted)) throw error;
    }
    this.#ended = true;
  }

  /** Gives the lock back if it is still ours. Does not throw: a lock that cannot be given back runs out by itself. */
  async release(): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    if (!this.isHeld()) return;
    const give = () => this.#write((lease) => ({ ...lease, spec: { ...leaseSpec(lease), holderIdentity: '' } }));
    const again = (attempts: number) => attempts < RELEASE_ATTEMPTS && this.isHeld();
    await repeatLost(give, { clock: this.#clock, again }).catch(() => undefined);
  }

  /** Sets annotations, or takes away those without a value; what is so already costs no request. */
  async #annotate(wanted: Readonly<Record<string, string | undefined>>): Promise<void> {
    if (isAnnotated(this.#lease, wanted)) return;
    this.assertHeld();
    await this.#insist((lease) => withAnnotations(lease, wanted));
  }

  /** A write that the end of a run depends on: repeated for as long as the lock is ours. */
  async #insist(change: (lease: KubernetesObject) => KubernetesObject): Promise<void> {
    await repeatLost(() => this.#write(change), { clock: this.#clock, again: () => this.isHeld() });
  }

  async #keepRenewing(): Promise<void> {
    let pause = this.#ttlMs / 3;
    while (!this.#stop.signal.aborted && !this.#lost.signal.aborted) {
      await this.#clock.sleep(pause, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      if (!this.isHeld()) return this.#lose('');
      try {
        await this.#write((lease) => lease);
        pause = this.#ttlMs / 3;
      } catch {
        // Whatever the reason: try again soon; the time to live decides.
        pause = this.#ttlMs / 12;
      }
    }
  }

  #lose(to: string): void {
    if (to !== '') this.#lostTo = to;
    if (!this.#lost.signal.aborted) this.#lost.abort();
  }

  /** Writes the Lease with a fresh renewTime. On a conflict it is read again: still ours, or lost. */
  #write(change: (lease: KubernetesObject) => KubernetesObject): Promise<void> {
    const next = this.#queue.then(async () => {
      for (;;) {
        const sent = this.#clock.ticks();
        const changed = change(this.#lease);
        try {
          this.#lease = await this.#central.update(
            LEASE_RESOURCE,
            { ...changed, spec: { ...leaseSpec(changed), renewTime: microTime(this.#clock.now()) } },
            { fieldManager: FIELD_MANAGER },
          );
          this.#renewedAt = sent;
          return;
        } catch (error: unknown) {
          if (!(error instanceof ClusterError) || (error.cause !== 'conflict' && error.cause !== 'not-found')) throw error;
          await this.#readAgain();
        }
      }
    });
    this.#queue = next.catch(() => undefined);
    return next;
  }

  #read(): Promise<KubernetesObject | undefined> {
    const { name } = this.#lease.metadata;
    return this.#central.get({ resource: LEASE_RESOURCE, namespace: CONTRAIL_NAMESPACE, name });
  }

  async #readAgain(): Promise<void> {
    const live = await this.#read();
    const holder = live === undefined ? undefined : leaseSpec(live).holderIdentity;
    if (live === undefined || holder !== this.holder) {
      this.#lose(live === undefined ? 'nobody (the Lease was deleted)' : holder || 'nobody (it was cleared)');
      throw new LockLostError(this.lostReason());
    }
    this.#lease = live;
  }
}

import type { Gate } from '../cn2/gate.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import { type HeldLock, LockLostError } from './held-lock.ts';
import type { Journal, OpenStep } from './journal.ts';
import { connectionTo, type ResourceLookup } from './resources.ts';
import { GateError, InterruptedError } from './stop.ts';
import { waitForGate } from './wait-for-gate.ts';
import type { WriteContext } from './write-context.ts';

/** What every step of a run needs. */
export interface RunContext {
  fleet: Fleet;
  clusters: ReadonlyMap<string, Cluster>;
  resources: ResourceLookup;
  clock: Clock;
  lease: HeldLock;
  journal: Journal;
  /** Raised by the user or by the loss of the lock. */
  signal: AbortSignal;
  /** Milliseconds. */
  gateTimeout: number;
  /** uid → resourceVersion of what this run has written: a status at that version speaks of the object as it was before. */
  written: Map<string, string>;
  /** cluster/namespace of those that this run has seen Active: each is waited for once, however many objects go into it. */
  activeNamespaces: Set<string>;
}

/** Between two requests: the point at which a run may stop. Throws InterruptedError or LockLostError. */
export function checkpoint(context: RunContext): void {
  if (context.lease.lost.aborted) throw new LockLostError(context.lease.lostReason());
  if (context.signal.aborted) throw new InterruptedError();
}

/** Waits for a gate inside a step. Throws GateError with the object and its state, or what stopped the run. */
export async function pass(context: RunContext, gate: Gate, step: OpenStep, timeout = context.gateTimeout): Promise<void> {
  checkpoint(context);
  const result = await waitForGate({
    ...context,
    gate,
    timeout,
    waiting: (detail) => step.waiting(detail),
    warning: (text) => context.journal.warn(`gate ${gate.stage} of ${gate.cluster}: ${text}`),
  });
  if (result.state === 'passed') return;
  if (result.state === 'stopped') checkpoint(context);
  const after = result.state === 'timeout' ? ` (waited ${Math.round(timeout / 1000)} s)` : '';
  const message = `gate ${gate.stage} of ${gate.cluster}: ${result.detail}${after}`;
  throw new GateError(message, gate.stage === '00-preflight');
}

/** What a write on one cluster needs of the run. */
export function writeContext(context: RunContext, cluster: string): WriteContext {
  const { lease, clock, signal, written } = context;
  const wrote = ({ metadata: { uid, resourceVersion } }: KubernetesObject) => {
    if (uid !== undefined && resourceVersion !== undefined) written.set(uid, resourceVersion);
  };
  return { cluster: connectionTo(context.clusters, cluster), lease, clock, signal, wrote };
}

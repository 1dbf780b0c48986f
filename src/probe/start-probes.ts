import pMap from 'p-map';
import { SMOKE_LABEL } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Addresses } from './addresses.ts';
import { createObject } from './create-object.ts';
import type { Ledger } from './ledger.ts';
import { PODS } from './marks.ts';
import { judgePod, type PodState } from './pod-state.ts';
import type { Probe } from './probes.ts';

/** Longest wait for pods to run and get their addresses, in milliseconds. An image that cannot be pulled ends it at once. */
const PATIENCE = 120_000;
const CONCURRENCY = 16;

/** A pod to be started, and the probe it belongs to (a neighbour belongs to its probe). */
export interface PodToStart {
  probe: Probe;
  object: KubernetesObject;
}

export type Started = { state: 'ready'; addresses: Addresses } | { state: 'failed'; reason: string };

export interface StartInput {
  cluster: Cluster;
  pods: readonly PodToStart[];
  /** The value of the label that all of them carry. */
  label: string;
  ledger: Ledger;
  clock: Clock;
  signal: AbortSignal;
}

/** Starts the pods of one cluster in parallel and waits, by watch, until each is ready or has failed. Keyed by pod name; never throws. */
export async function startPods(input: StartInput): Promise<Map<string, Started>> {
  const { pods } = input;
  const results = new Map<string, Started>();
  const settle = (name: string, started: Started) => {
    if (!results.has(name)) results.set(name, started);
  };
  await pMap(
    pods,
    async ({ object }) => {
      try {
        await createObject(input, PODS, object);
      } catch (error) {
        settle(object.metadata.name, { state: 'failed', reason: messageOf(error) });
      }
    },
    { concurrency: CONCURRENCY },
  );
  const waiting = pods.filter(({ object }) => !results.has(object.metadata.name));
  if (waiting.length > 0) await waitForPods(input, waiting, settle);
  return results;
}

async function waitForPods(
  { cluster, label, clock, signal }: StartInput,
  pods: readonly PodToStart[],
  settle: (name: string, started: Started) => void,
): Promise<void> {
  const open = new Map(pods.map(({ probe, object }) => [object.metadata.name, probe]));
  const details = new Map<string, string>();
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  let why = `not ready within ${PATIENCE / 1000} s`;
  const timer = clock.sleep(PATIENCE, stop.signal).then(abort);
  try {
    for await (const event of cluster.watch(PODS, { labelSelector: `${SMOKE_LABEL}=${label}`, signal: stop.signal })) {
      const name = event.object.metadata.name;
      const probe = open.get(name);
      if (probe === undefined) continue;
      const state: PodState =
        event.type === 'DELETED' ? { state: 'failed', reason: 'the probe was deleted' } : judgePod(event.object, probe);
      if (state.state === 'starting') {
        details.set(name, state.detail);
        continue;
      }
      open.delete(name);
      settle(name, state);
      if (open.size === 0) break;
    }
  } catch (error) {
    why = messageOf(error);
  } finally {
    stop.abort();
    signal.removeEventListener('abort', abort);
    await timer;
  }
  if (signal.aborted) why = 'interrupted';
  for (const name of open.keys()) {
    const detail = details.get(name);
    settle(name, { state: 'failed', reason: detail === undefined ? why : `${why}: ${detail}` });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

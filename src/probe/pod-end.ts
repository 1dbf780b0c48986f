import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Clock } from '../ports/clock.ts';
import { type Addresses, addressesOf } from './addresses.ts';
import { PODS } from './marks.ts';
import { judgePod } from './pod-state.ts';
import { CONTAINER } from './probe-pod.ts';
import type { Probe } from './probes.ts';
import type { Place } from './shell.ts';

export interface EndOptions {
  probe: Probe;
  clock: Clock;
  /** Milliseconds. */
  patience: number;
  signal: AbortSignal;
}

export type Ended = { exitCode: number; addresses: Addresses } | { reason: string };

/** Waits, by watch, until the command of a pod has ended; why it has not, where it did not begin or went on for too long. */
export async function untilEnded(
  { cluster, namespace, pod: name }: Place,
  { probe, clock, patience, signal }: EndOptions,
): Promise<Ended> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const timer = clock.sleep(patience, stop.signal).then(abort);
  let detail = '';
  try {
    for await (const { type, object } of cluster.watch(PODS, { namespace, name, signal: stop.signal })) {
      if (type === 'DELETED') return { reason: 'the pod that measures was deleted' };
      const ended = endOf(object, probe);
      if (ended === undefined) continue;
      if (!('detail' in ended)) return ended;
      detail = `: ${ended.detail}`;
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    stop.abort();
    signal.removeEventListener('abort', abort);
    await timer;
  }
  return { reason: signal.aborted ? 'interrupted' : `the pod that measures did not end within ${patience / 1000} s${detail}` };
}

function endOf(pod: KubernetesObject, probe: Probe): Ended | { detail: string } | undefined {
  const { containerStatuses = [] } = (pod['status'] ?? {}) as {
    containerStatuses?: { name?: string; state?: { running?: object; terminated?: { exitCode?: number; reason?: string } } }[];
  };
  const state = containerStatuses.find((status) => status.name === CONTAINER)?.state;
  const { exitCode, reason } = state?.terminated ?? {};
  // What could not be started has an exit code of its own, and no log.
  if (exitCode !== undefined && reason !== 'StartError' && reason !== 'ContainerCannotRun')
    return { exitCode, addresses: addressesOf(pod, probe) };
  const judged = judgePod(pod, probe);
  if (judged.state === 'failed') return { reason: judged.reason };
  return judged.state === 'starting' ? { detail: judged.detail } : undefined;
}

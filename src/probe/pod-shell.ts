import type { KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster, ExecResult } from '../ports/cluster.ts';
import type { Ledger } from './ledger.ts';
import { MOST_BYTES, readOutput } from './log-output.ts';
import { PODS } from './marks.ts';
import { untilEnded } from './pod-end.ts';
import { CONTAINER } from './probe-pod.ts';
import { LONGEST_WAIT, prober } from './prober.ts';
import type { Probe } from './probes.ts';
import { incomplete, type Place, type Shell, type ShellCommand } from './shell.ts';

/** Beyond what the command itself takes: scheduling, routes, start. Milliseconds. */
const START = 30_000;
/** A log may be whole a moment after its container has ended. Milliseconds between two looks. */
const LOOKS = 5;
const PAUSE = 250;

/** A probe as it was made, by which pods like it are made. */
export interface Model {
  probe: Probe;
  object: KubernetesObject;
}

export interface PodShellInput {
  /** By the name of the probe's pod. */
  models: ReadonlyMap<string, Model>;
  ledger: Ledger;
  clock: Clock;
}

/**
 * Without exec: each command is the argument of a pod of its own, like the probe and beside it, and its output is that pod's log. What is
 * run for a probe later waits for the same addresses as the first time unless it names its own.
 */
export function podShell({ models, ledger, clock }: PodShellInput): Shell {
  const awaitedBy = new Map<string, readonly string[]>();
  let made = 0;
  return {
    inPlace: () => false,
    async run(place, what, signal) {
      const model = models.get(place.pod);
      if (model === undefined) return incomplete('the probe was not started');
      const awaited = what.awaited ?? awaitedBy.get(place.pod) ?? [];
      awaitedBy.set(place.pod, awaited);
      made += 1;
      const name = `${place.pod}-l${made}`;
      try {
        const node = await nodeOf(place);
        const object = prober(model.object, { name, command: what.command, awaited, node });
        const { metadata } = await ledger.create(place.cluster, PODS, object);
        const patience = what.deadline + START + (awaited.length === 0 ? 0 : LONGEST_WAIT);
        const ended = await untilEnded({ ...place, pod: name }, { probe: model.probe, clock, patience, signal });
        if ('reason' in ended) return incomplete(ended.reason);
        const output = await outputOf({ ...place, pod: name }, what, ended.exitCode, clock);
        await remove(place.cluster, { namespace: place.namespace, name, ...present({ uid: metadata.uid }) });
        return output;
      } catch (error) {
        return incomplete(error);
      }
    },
  };
}

/** Where the probe runs; undefined where it is gone, which does not keep another pod from measuring. */
async function nodeOf({ cluster, namespace, pod }: Place): Promise<string | undefined> {
  const live = await cluster.get({ resource: PODS, namespace, name: pod });
  return (live?.['spec'] as { nodeName?: string } | undefined)?.nodeName;
}

async function outputOf(place: Place, { sentinel }: ShellCommand, exitCode: number, clock: Clock): Promise<ExecResult> {
  const { cluster, namespace, pod } = place;
  for (let look = 1; ; look++) {
    const log = await cluster.log({ namespace, pod, container: CONTAINER, limitBytes: MOST_BYTES });
    const output = readOutput(log, exitCode, sentinel);
    if (output.status === 'complete' || exitCode !== 0 || look === LOOKS) return output;
    await clock.sleep(PAUSE);
  }
}

/** At once, so that not many pile up; what this does not find the clean-up of the run does. */
async function remove(
  cluster: Cluster,
  { namespace, name, uid }: { namespace: string; name: string; uid?: string },
): Promise<void> {
  await cluster.delete({ resource: PODS, namespace, name }, present({ uid })).catch(() => undefined);
}

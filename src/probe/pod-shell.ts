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

/** A probe, and a pod as one of this run would be. */
export interface Model {
  probe: Probe;
  object: KubernetesObject;
}

export interface PodShellInput {
  /** By the name of the probe's pod. */
  models: ReadonlyMap<string, Model>;
  ledger: Ledger;
  clock: Clock;
  /** What names of its pods begin with. */
  prefix: string;
}

/**
 * Without exec: each command is the argument of a pod of its own, like the probe and beside it, and its output is that pod's log. Also where
 * probes are kept these pods are not.
 */
export function podShell({ models, ledger, clock, prefix }: PodShellInput): Shell {
  let made = 0;
  return {
    inPlace: () => false,
    async run(place, what, signal) {
      const model = models.get(place.pod);
      if (model === undefined) return incomplete('the probe was not started');
      const { awaited = [], command, deadline } = what;
      const { cluster, namespace } = place;
      made += 1;
      const name = `${prefix}-l${made}`;
      try {
        const node = model.probe.node ?? (await nodeOf(place));
        const { metadata } = await ledger.create(cluster, PODS, prober(model.object, { name, command, awaited, node }));
        const patience = deadline + START + (awaited.length === 0 ? 0 : LONGEST_WAIT);
        const pod = { cluster, namespace, pod: name };
        const ended = await untilEnded(pod, { probe: model.probe, clock, patience, signal });
        if ('reason' in ended) return incomplete(ended.reason);
        const output = await outputOf(pod, what, ended.exitCode, clock);
        await remove(cluster, { namespace, name, ...present({ uid: metadata.uid }) });
        return { ...output, from: ended.addresses };
      } catch (error) {
        return incomplete(error);
      }
    },
  };
}

/** Where the probe runs; undefined where that is not to be seen, which does not keep another pod from measuring. */
async function nodeOf({ cluster, namespace, pod }: Place): Promise<string | undefined> {
  try {
    const live = await cluster.get({ resource: PODS, namespace, name: pod });
    return (live?.['spec'] as { nodeName?: string } | undefined)?.nodeName;
  } catch {
    return undefined;
  }
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

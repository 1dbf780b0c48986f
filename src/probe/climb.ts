import type { KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { EchoMeans } from '../model/smoke.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { ClusterProbes } from './cluster-probes.ts';
import { type KeptProbe, keptProbes, podToKeep } from './kept-probes.ts';
import type { LiveProbe, ReadyProbe } from './paths.ts';
import { isKeeping, labelOf, optionsOf } from './pod-options.ts';
import { type PodOptions, probePod } from './probe-pod.ts';
import type { Probe } from './probes.ts';
import { type Started, startPods } from './start-probes.ts';

/** What a cluster says that does not let a pod have what it pings by. */
const FORBIDDEN: Record<EchoMeans, RegExp> = {
  'ping-socket': /sysctl/i,
  'raw-socket': /sysctl|NET_RAW|capabilit|runAsNonRoot|runAsUser|PodSecurity/i,
  tcp: /(?!)/,
};

/** With a connection. */
export type Connected = ClusterProbes & { cluster: Cluster };

/** Starts the probes, with other means to ping where the first are forbidden. */
export async function climb(
  input: Connected,
  probes: readonly Probe[],
): Promise<{ live: LiveProbe[]; echo: EchoMeans; reason?: string }> {
  const ladder: EchoMeans[] = ['ping-socket', ...(input.fleet.smoke?.netRaw === true ? (['raw-socket'] as const) : []), 'tcp'];
  const live: LiveProbe[] = [];
  let open = [...probes];
  let used: EchoMeans = 'ping-socket';
  let why: string | undefined;
  for (const [at, echo] of ladder.entries()) {
    used = echo;
    // A name is used once: the pod that was refused may still be there.
    const named = at === 0 ? open : open.map((probe) => ({ ...probe, pod: `${probe.pod}${echo[0]}` }));
    const tried = await start(input, named, echo);
    const isForbidden = (each: LiveProbe) => each.state === 'failed' && FORBIDDEN[echo].test(each.reason);
    const forbidden = tried.find(isForbidden);
    live.push(...tried.filter((each) => !isForbidden(each)));
    if (forbidden?.state !== 'failed') break;
    why = forbidden.reason;
    const again = new Set(tried.filter(isForbidden).map(({ probe }) => probe.endpoint));
    open = open.filter(({ endpoint }) => again.has(endpoint));
  }
  return { live, echo: used, ...present({ reason: why }) };
}

async function start(input: Connected, probes: readonly Probe[], echo: EchoMeans): Promise<LiveProbe[]> {
  const { cluster, fleet, ledger } = input;
  const wanted = probes.map((probe) => ({ probe, options: optionsOf(input, probe, echo) }));
  const kept = isKeeping(fleet) ? await existing(input, wanted) : [];
  const has = new Set(kept.map(({ probe }) => probe.endpoint));
  const pods = wanted
    .filter(({ probe }) => !has.has(probe.endpoint))
    .map(({ probe, options }) => ({ probe, object: podOf(input, probe, options) }));
  const started = await startPods({ ...input, pods, label: labelOf(input) });
  const madeOf = (probe: Probe) => {
    const { options } = wanted.find((each) => each.probe.endpoint === probe.endpoint)!;
    return { options, ...present({ routeless: input.routeless?.get(probe.endpoint) }) };
  };
  const fresh = pods.map(({ probe }) => liveProbe(probe, cluster, started.get(probe.pod), madeOf(probe)));
  if (isKeeping(fleet))
    for (const { probe, state } of fresh) if (state === 'ready') ledger.keep({ name: probe.pod, namespace: probe.namespace });
  return [
    ...kept.map(({ probe, addresses }): LiveProbe => ({ probe, state: 'ready', cluster, addresses, ...madeOf(probe) })),
    ...fresh,
  ];
}

async function existing({ cluster, fleet, reporter }: Connected, wanted: Parameters<typeof keptProbes>[2]): Promise<KeptProbe[]> {
  try {
    return await keptProbes(cluster, fleet.metadata.name, wanted);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    reporter.progress({ type: 'warning', text: `${cluster.name}: could not look for kept probes: ${text}` });
    return [];
  }
}

function podOf({ fleet, clock }: ClusterProbes, probe: Probe, options: PodOptions): KubernetesObject {
  return isKeeping(fleet) ? podToKeep(probe, options) : probePod(probe, probe.pod, { ...options, now: clock.now() });
}

function liveProbe(
  probe: Probe,
  cluster: Cluster,
  own: Started | undefined,
  made: Pick<ReadyProbe, 'options' | 'routeless'>,
): LiveProbe {
  if (own === undefined) return failed(probe, 'the probe was not started');
  if (own.state === 'failed') return failed(probe, own.reason);
  return { probe, state: 'ready', cluster, addresses: own.addresses, ...made };
}

/** A probe that does not run. */
export function failed(probe: Probe, reason: string): LiveProbe {
  return { probe, state: 'failed', reason };
}

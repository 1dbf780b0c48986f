import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { EchoMeans, Endpoint } from '../model/smoke.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { ClusterProbes } from './cluster-probes.ts';
import { type KeptProbe, keptProbes, podToKeep, removeUnused } from './kept-probes.ts';
import { keptLabel } from './marks.ts';
import type { LiveProbe } from './paths.ts';
import { type PodOptions, probePod } from './probe-pod.ts';
import type { Probe } from './probes.ts';
import { pullSecretName } from './pull-secrets.ts';
import { routesFor } from './routes.ts';
import { type Started, startPods } from './start-probes.ts';

/** What a cluster says that does not let a pod have what it pings by. */
const FORBIDDEN: Record<EchoMeans, RegExp> = {
  'ping-socket': /sysctl/i,
  'raw-socket': /sysctl|NET_RAW|capabilit|runAsNonRoot|runAsUser|PodSecurity/i,
  tcp: /(?!)/,
};

/** A cluster that answers. */
export interface Connected extends ClusterProbes {
  cluster: Cluster;
  /** Endpoints whose probes can have no routes, with the reason. */
  routeless: ReadonlyMap<Endpoint, string>;
}

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
  if (isKeeping(input.fleet)) await letGo(input, live);
  return { live, echo: used, ...present({ reason: why }) };
}

async function start(input: Connected, probes: readonly Probe[], echo: EchoMeans): Promise<LiveProbe[]> {
  const { fleet, ledger, routeless } = input;
  const wanted = probes.map((probe) => {
    const options = optionsOf(input, probe, echo);
    return { probe, options: routeless.has(probe.endpoint) ? { ...options, routes: [] } : options };
  });
  const kept = isKeeping(fleet) ? await existing(input, wanted) : [];
  const has = new Set(kept.map(({ probe }) => probe.endpoint));
  const pods = wanted
    .filter(({ probe }) => !has.has(probe.endpoint))
    .map(({ probe, options }) => ({ probe, object: podOf(input, probe, options) }));
  const started = await startPods({ ...input, pods, label: labelOf(input) });
  const optionsFor = new Map(wanted.map(({ probe, options }) => [probe.endpoint, options]));
  const live = (probe: Probe, state: Started | undefined): LiveProbe =>
    liveProbe(input, probe, optionsFor.get(probe.endpoint)!, state);
  const fresh = pods.map(({ probe }) => live(probe, started.get(probe.pod)));
  if (isKeeping(fleet))
    for (const { probe, state } of fresh)
      if (state === 'ready') ledger.keep(input.cluster, { name: probe.pod, namespace: probe.namespace });
  return [...kept.map(({ probe, addresses }) => live(probe, { state: 'ready', addresses })), ...fresh];
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

/** Removes the kept pods that this test does not use, once all that it uses are known. */
async function letGo({ cluster, fleet, reporter }: Connected, live: readonly LiveProbe[]): Promise<void> {
  const used = new Set(live.flatMap(({ state, probe }) => (state === 'ready' ? [`${probe.namespace}/${probe.pod}`] : [])));
  try {
    await removeUnused(cluster, fleet.metadata.name, used);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    reporter.progress({ type: 'warning', text: `${cluster.name}: could not look for kept probes: ${text}` });
  }
}

function podOf({ fleet, clock }: ClusterProbes, probe: Probe, options: PodOptions): KubernetesObject {
  return isKeeping(fleet) ? podToKeep(probe, options) : probePod(probe, probe.pod, { ...options, now: clock.now() });
}

/** Whether probes stay after the test. */
export function isKeeping(fleet: Fleet): boolean {
  return fleet.smoke?.keepProbes === true;
}

/** The value of the label of a cluster's probes. */
export function labelOf({ fleet, run }: ClusterProbes): string {
  return isKeeping(fleet) ? keptLabel(fleet.metadata.name) : run;
}

/** What a probe's pod is made of. */
export function optionsOf(input: ClusterProbes, probe: Probe, echo: EchoMeans): PodOptions {
  const network = probe.network && typeof input.networks !== 'string' ? input.networks.get(probe.network.centralName) : undefined;
  const label = labelOf(input);
  return {
    image: input.image,
    run: label,
    ...(input.pullSecret === undefined ? {} : { pullSecret: pullSecretName(label) }),
    routes: network?.ready ? routesFor(input.fleet, probe, network.gateways) : [],
    echo,
  };
}

function liveProbe(
  { cluster, run, clock, routeless }: Connected,
  probe: Probe,
  options: PodOptions,
  own: Started | undefined,
): LiveProbe {
  if (own === undefined) return failed(probe, 'the probe was not started');
  if (own.state === 'failed') return failed(probe, own.reason);
  const object = probePod(probe, probe.pod, { ...options, run, now: clock.now() });
  return {
    probe,
    state: 'ready',
    cluster,
    addresses: own.addresses,
    object,
    ...present({ routeless: routeless.get(probe.endpoint) }),
  };
}

/** A probe that does not run. */
export function failed(probe: Probe, reason: string): LiveProbe {
  return { probe, state: 'failed', reason };
}

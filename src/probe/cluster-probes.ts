import { endpointKey } from '../expectation/expect.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { EchoMeans } from '../model/smoke.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';
import { type KeptProbe, keptProbes, podToKeep } from './kept-probes.ts';
import type { Ledger } from './ledger.ts';
import type { LiveNetwork } from './live-networks.ts';
import { keptLabel } from './marks.ts';
import type { LiveProbe, Neighbours } from './paths.ts';
import { type PodOptions, probePod } from './probe-pod.ts';
import type { Probe } from './probes.ts';
import { makePullSecrets, pullSecretName } from './pull-secrets.ts';
import { routesFor } from './routes.ts';
import { type Started, startPods } from './start-probes.ts';

export interface ClusterProbes {
  fleet: Fleet;
  /** Undefined when there is no connection. */
  cluster: Cluster | undefined;
  name: string;
  probes: readonly Probe[];
  /** Those whom nobody is to reach: that their network carries packets only a neighbour can prove. */
  lonely: ReadonlySet<Probe>;
  /** By central name, or why they could not be read. */
  networks: Map<string, LiveNetwork> | string;
  /** Nodes that can have no probe now, with the reason. */
  nodeFaults: ReadonlyMap<string, string>;
  image: string;
  pullSecret?: string;
  run: string;
  ledger: Ledger;
  clock: Clock;
  reporter: Reporter;
  signal: AbortSignal;
}

/** The probes of one cluster, and by what they ping. */
export interface StartedCluster {
  probes: LiveProbe[];
  /** Of the lonely ones. */
  neighbours: Neighbours;
  echo: EchoMeans;
  /** Why they do not ping by a ping socket. */
  reason?: string;
}

/** What a cluster says that does not let a pod have what it pings by. */
const FORBIDDEN: Record<EchoMeans, RegExp> = {
  'ping-socket': /sysctl/i,
  'raw-socket': /sysctl|NET_RAW|capabilit|runAsNonRoot|runAsUser|PodSecurity/i,
  tcp: /(?!)/,
};

/** Brings up the probes of one cluster: pull secrets, pods. Each probe comes back ready or with the reason why not. */
export async function startCluster(input: ClusterProbes): Promise<StartedCluster> {
  const { cluster } = input;
  const without = (reason: string): StartedCluster => ({
    probes: input.probes.map((probe) => failed(probe, reason)),
    neighbours: new Map(),
    echo: 'ping-socket',
  });
  if (cluster === undefined) return without(`no connection to ${input.name}`);
  const report = reporterOf(input);
  report('running', 'starting');
  const hopeless = new Map<Probe, string>();
  for (const probe of input.probes) {
    const reason = whyNotReady(probe, input);
    if (reason !== undefined) hopeless.set(probe, reason);
  }
  const possible = input.probes.filter((probe) => !hopeless.has(probe));
  for (const [namespace, reason] of await makePullSecrets({ ...input, cluster, run: labelOf(input) }, possible)) {
    for (const probe of possible.filter((each) => each.namespace === namespace)) hopeless.set(probe, reason);
  }
  const able = possible.filter((probe) => !hopeless.has(probe));
  const [{ live, echo, reason }, neighbours] = await Promise.all([
    climb({ ...input, cluster }, able),
    startNeighbours(
      input,
      able.filter((probe) => input.lonely.has(probe)),
    ),
  ]);
  const started = new Map(live.map((each) => [each.probe.endpoint, each]));
  const all = input.probes.map(
    (probe) => started.get(probe.endpoint) ?? failed(probe, hopeless.get(probe) ?? 'the probe was not started'),
  );
  const broken = all.find((probe) => probe.state === 'failed');
  report(broken ? 'failed' : 'done', broken?.state === 'failed' ? broken.reason : undefined);
  return { probes: all, neighbours, echo, ...present({ reason }) };
}

/**
 * Starts neighbours for probes of one cluster: a second pod in each one's virtual network, which proves that the network carries packets. Never
 * throws.
 */
export async function startNeighbours(input: ClusterProbes, probes: readonly Probe[]): Promise<Neighbours> {
  const { cluster, run, clock } = input;
  if (cluster === undefined || probes.length === 0) return new Map();
  const pods = probes.map((probe) => {
    const name = `${probe.pod}-n`;
    const options = { ...optionsOf(input, probe, 'ping-socket'), routes: [], run, now: clock.now() };
    return { probe, object: probePod(probe, name, options) };
  });
  const started = await startPods({ ...input, cluster, pods, label: run });
  return new Map(
    pods.map(({ probe, object }) => {
      const near = started.get(object.metadata.name);
      const found = near?.state === 'ready' ? near.addresses : { reason: near?.reason ?? 'there is no neighbour' };
      return [endpointKey(probe.endpoint), found] as const;
    }),
  );
}

type Connected = ClusterProbes & { cluster: Cluster };

/** Starts the probes, with other means to ping where the first are forbidden. */
async function climb(
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
  const fresh = pods.map(({ probe }) => liveProbe(probe, cluster, started.get(probe.pod)));
  if (isKeeping(fleet))
    for (const { probe, state } of fresh) if (state === 'ready') ledger.keep({ name: probe.pod, namespace: probe.namespace });
  return [...kept.map(({ probe, addresses }): LiveProbe => ({ probe, state: 'ready', cluster, addresses })), ...fresh];
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

function isKeeping(fleet: Fleet): boolean {
  return fleet.smoke?.keepProbes === true;
}

function labelOf({ fleet, run }: ClusterProbes): string {
  return isKeeping(fleet) ? keptLabel(fleet.metadata.name) : run;
}

function whyNotReady(probe: Probe, { networks, nodeFaults }: ClusterProbes): string | undefined {
  const fault = probe.node === undefined ? undefined : nodeFaults.get(probe.node);
  if (fault !== undefined || probe.network === undefined) return fault;
  if (typeof networks === 'string') return networks;
  const network = networks.get(probe.network.centralName);
  return network?.ready === false ? network.reason : undefined;
}

function optionsOf(input: ClusterProbes, probe: Probe, echo: EchoMeans): PodOptions {
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

function liveProbe(probe: Probe, cluster: Cluster, own: Started | undefined): LiveProbe {
  if (own === undefined) return failed(probe, 'the probe was not started');
  if (own.state === 'failed') return failed(probe, own.reason);
  return { probe, state: 'ready', cluster, addresses: own.addresses };
}

function failed(probe: Probe, reason: string): LiveProbe {
  return { probe, state: 'failed', reason };
}

function reporterOf({ reporter, name, probes }: ClusterProbes): (state: 'running' | 'done' | 'failed', detail?: string) => void {
  return (state, detail) =>
    reporter.progress({
      type: 'step',
      key: `smoke probes ${name}`,
      cluster: name,
      stage: 'smoke',
      text: `probes in ${probes.length} networks`,
      state,
      ...present({ detail }),
    });
}

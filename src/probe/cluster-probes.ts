import type { Fleet } from '../model/fleet.ts';
import { present } from '../model/present.ts';
import type { Expected } from '../model/smoke.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { Addresses } from './addresses.ts';
import { createObject } from './create-object.ts';
import type { Ledger } from './ledger.ts';
import type { LiveNetwork } from './live-networks.ts';
import { SECRETS, smokeMetadata } from './marks.ts';
import type { LiveProbe } from './measure.ts';
import type { Permits } from './permits.ts';
import { type PodOptions, probePod } from './probe-pod.ts';
import type { Probe } from './probes.ts';
import { routelessProbes, worksWithoutRoutes } from './routeless.ts';
import { routesFor } from './routes.ts';
import { type PodToStart, type Started, startPods } from './start-probes.ts';

export interface ClusterProbes {
  fleet: Fleet;
  expected: Expected;
  /** Undefined when there is no connection. */
  cluster: Cluster | undefined;
  name: string;
  probes: readonly Probe[];
  /** By central name, or why they could not be read. */
  networks: Map<string, LiveNetwork> | string;
  image: string;
  pullSecret?: string;
  permits: Permits;
  run: string;
  ledger: Ledger;
  clock: Clock;
  reporter: Reporter;
  signal: AbortSignal;
}

type Ready = Extract<LiveProbe, { state: 'ready' }>;
type Failed = Extract<LiveProbe, { state: 'failed' }>;

/** Brings up the probes of one cluster: pull secrets, pods. Each probe comes back ready or with the reason why not. */
export async function startCluster(input: ClusterProbes): Promise<LiveProbe[]> {
  const { cluster } = input;
  if (cluster === undefined) return input.probes.map((probe) => failed(probe, `no connection to ${input.name}`));
  const report = reporterOf(input);
  report('running', 'starting');
  const hopeless = new Map<Probe, string>();
  for (const probe of input.probes) {
    const reason = input.permits.refused.get(probe.namespace) ?? whyNotReady(probe, input.networks);
    if (reason !== undefined) hopeless.set(probe, reason);
  }
  const routed = input.probes
    .filter((probe) => !hopeless.has(probe))
    .map((probe) => ({ probe, options: podOptions(probe, input) }));
  const routeless = await routelessProbes(cluster, routed, input);
  for (const [probe, reason] of routeless) if (!worksWithoutRoutes(probe, input.expected)) hopeless.set(probe, reason);
  const possible = input.probes.filter((probe) => !hopeless.has(probe));
  for (const [namespace, reason] of await makePullSecrets(input, cluster, possible)) {
    for (const probe of possible.filter((each) => each.namespace === namespace)) hopeless.set(probe, reason);
  }
  const pods = possible.filter((probe) => !hopeless.has(probe)).flatMap((probe) => podsOf(probe, input, routeless.has(probe)));
  const started = await startPods({ ...input, cluster, pods });
  const live = input.probes.map((probe): LiveProbe => {
    const reason = hopeless.get(probe);
    if (reason !== undefined) return failed(probe, reason);
    const object = pods.find((pod) => pod.object.metadata.name === probe.pod)!.object;
    return liveProbe(probe, cluster, started, { object, ...present({ routeless: routeless.get(probe) }) });
  });
  const broken = live.find((probe): probe is Failed => probe.state === 'failed');
  report(broken ? 'failed' : 'done', broken?.reason);
  return live;
}

function whyNotReady(probe: Probe, networks: ClusterProbes['networks']): string | undefined {
  if (probe.network === undefined) return undefined;
  if (typeof networks === 'string') return networks;
  const network = networks.get(probe.network.centralName);
  return network?.ready === false ? network.reason : undefined;
}

function podOptions(probe: Probe, input: ClusterProbes): PodOptions {
  const network = probe.network && typeof input.networks !== 'string' ? input.networks.get(probe.network.centralName) : undefined;
  return {
    image: input.image,
    run: input.run,
    now: input.clock.now(),
    ...(input.pullSecret === undefined ? {} : { pullSecret: secretName(input.run) }),
    routes: network?.ready ? routesFor(input.fleet, probe, network.gateways) : [],
  };
}

function podsOf(probe: Probe, input: ClusterProbes, routeless: boolean): PodToStart[] {
  const options = podOptions(probe, input);
  const own = { probe, object: probePod(probe, probe.pod, routeless ? { ...options, routes: [] } : options) };
  if (probe.neighbour === undefined) return [own];
  return [own, { probe, object: probePod(probe, probe.neighbour, { ...options, routes: [] }) }];
}

function liveProbe(
  probe: Probe,
  cluster: Cluster,
  started: ReadonlyMap<string, Started>,
  made: Pick<Ready, 'object' | 'routeless'>,
): LiveProbe {
  const own = started.get(probe.pod);
  if (own === undefined) return failed(probe, 'the probe was not started');
  if (own.state === 'failed') return failed(probe, own.reason);
  const near = probe.neighbour === undefined ? undefined : started.get(probe.neighbour);
  const neighbour: Addresses | { reason: string } =
    near?.state === 'ready' ? near.addresses : { reason: near?.reason ?? 'there is no neighbour' };
  return { probe, state: 'ready', cluster, ...made, addresses: own.addresses, neighbour };
}

function failed(probe: Probe, reason: string): Failed {
  return { probe, state: 'failed', reason };
}

/** Namespaces in which the pull secret could not be created, with the reason. */
async function makePullSecrets(input: ClusterProbes, cluster: Cluster, probes: readonly Probe[]): Promise<Map<string, string>> {
  const problems = new Map<string, string>();
  const config = input.pullSecret;
  if (config === undefined) return problems;
  for (const namespace of new Set(probes.map((probe) => probe.namespace))) {
    const reason = await attempt(() =>
      createObject({ ...input, cluster }, SECRETS, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: smokeMetadata(secretName(input.run), namespace, input.run, input.clock.now()),
        type: 'kubernetes.io/dockerconfigjson',
        stringData: { '.dockerconfigjson': config },
      }),
    );
    if (reason !== undefined) problems.set(namespace, `the pull secret of the probe could not be created: ${reason}`);
  }
  return problems;
}

function secretName(run: string): string {
  return `cn2-fleet-smoke-${run}`;
}

/** Undefined when it worked, else why not. */
async function attempt(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
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

import { endpointKey } from '../expectation/expect.ts';
import type { Fleet } from '../model/fleet.ts';
import { present } from '../model/present.ts';
import type { EchoMeans, Expected } from '../model/smoke.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';
import { climb, failed, isKeeping, labelOf, optionsOf } from './echo-ladder.ts';
import type { Ledger } from './ledger.ts';
import type { LiveNetwork } from './live-networks.ts';
import type { LiveProbe, Neighbours } from './paths.ts';
import type { Permits } from './permits.ts';
import { probePod } from './probe-pod.ts';
import type { Probe } from './probes.ts';
import { makePullSecrets } from './pull-secrets.ts';
import { routelessProbes, worksWithoutRoutes } from './routeless.ts';
import { startPods } from './start-probes.ts';

export interface ClusterProbes {
  fleet: Fleet;
  expected: Expected;
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
  permits: Permits;
  run: string;
  /** Tells the tests of one run apart. */
  stamp: string;
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
    const reason = input.permits.refused.get(probe.namespace) ?? whyNotReady(probe, input);
    if (reason !== undefined) hopeless.set(probe, reason);
  }
  const routed = input.probes
    .filter((probe) => !hopeless.has(probe))
    .map((probe) => ({ probe, options: optionsOf(input, probe, 'ping-socket') }));
  const routeless = await routelessProbes(cluster, routed, input);
  for (const [probe, reason] of routeless) if (!worksWithoutRoutes(probe, input.expected)) hopeless.set(probe, reason);
  const possible = input.probes.filter((probe) => !hopeless.has(probe));
  for (const [namespace, reason] of await makePullSecrets({ ...input, cluster, run: labelOf(input) }, possible)) {
    for (const probe of possible.filter((each) => each.namespace === namespace)) hopeless.set(probe, reason);
  }
  const able = possible.filter((probe) => !hopeless.has(probe));
  const [{ live, echo, reason }, neighbours] = await Promise.all([
    climb({ ...input, cluster, routeless: new Map([...routeless].map(([{ endpoint }, why]) => [endpoint, why])) }, able),
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
    // A kept probe has the name of an earlier test, whose neighbour may not be gone yet.
    const name = `${probe.pod}-n${isKeeping(input.fleet) ? input.stamp : ''}`;
    // It only answers: what pinging takes is not needed, and may be forbidden.
    const options = { ...optionsOf(input, probe, 'tcp'), routes: [], run, now: clock.now() };
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

function whyNotReady(probe: Probe, { networks, nodeFaults }: ClusterProbes): string | undefined {
  const fault = probe.node === undefined ? undefined : nodeFaults.get(probe.node);
  if (fault !== undefined || probe.network === undefined) return fault;
  if (typeof networks === 'string') return networks;
  const network = networks.get(probe.network.centralName);
  return network?.ready === false ? network.reason : undefined;
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

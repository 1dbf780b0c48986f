import { resourceLookup } from '../apply/resources.ts';
import { endpointKey, pairKey } from '../expectation/expect.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Plan } from '../model/plan.ts';
import type { Continuity } from '../model/rehearse.ts';
import type { Cluster } from '../ports/cluster.ts';
import { startCluster } from '../probe/cluster-probes.ts';
import { Ledger } from '../probe/ledger.ts';
import { liveNetworks } from '../probe/live-networks.ts';
import { runLabel } from '../probe/marks.ts';
import type { LiveProbe } from '../probe/paths.ts';
import { UNASKED } from '../probe/permits.ts';
import { type Probe, probesFor } from '../probe/probes.ts';
import { probeImages } from '../rollout/probe-images.ts';
import type { RunPorts } from '../rollout/run-ports.ts';
import { openClusters } from '../survey/session.ts';
import type { SurveyPorts } from '../survey/survey-ports.ts';
import { lastingPairs, type Scoped, startPings } from './constant-pings.ts';
import { observed } from './continuity.ts';
import { INTERVAL_SECONDS } from './ping-script.ts';
import { plannedFor } from './planned.ts';

/** Until routes of new pods are known everywhere, and a ping counts. Milliseconds. */
const SETTLING = 4_000;

/** A change that is about to be applied. */
export interface Watched {
  before: Scoped;
  after: Scoped;
}

/** Paths along which a ping goes on. */
export interface WatchedPaths extends AsyncDisposable {
  /** Ends it, and says what was seen since the watch began. */
  end(plan: Pick<Plan, 'clusters'>): Promise<Continuity>;
}

/**
 * Begins to ping along every path that both declare as open, and comes back when that counts. Its probes stay where they are: the lab goes
 * with everything in it.
 */
export async function watchPaths(ports: SurveyPorts & RunPorts, { before, after }: Watched): Promise<WatchedPaths> {
  const { clock, signal } = ports;
  const run = runLabel(`${ports.runId}-on`);
  const pairs = lastingPairs(before, after);
  const session = await openClusters(ports, before.fleet, before.scope);
  const probes = await liveProbes(ports, { fleet: before.fleet, pairs, clusters: session.clusters, run });
  const pings = startPings({ pairs, probes, run, clock, signal });
  await clock.sleep(SETTLING, signal);
  const from = clock.now();
  return {
    async end(plan) {
      const to = clock.now();
      const runs = await pings.stop();
      const paths = pairs.map((pair) => {
        const { source, target, family } = pair;
        const seen = observed(runs.get(pairKey(pair)) ?? [], { from, to }, INTERVAL_SECONDS);
        const planned = plannedFor(pair, plan, after.fleet);
        return { source, target, family, ...seen, interruptions: seen.interruptions.map((each) => ({ ...each, planned })) };
      });
      const [begin, end] = [from, to].map((at) => new Date(at).toISOString());
      return { from: begin!, to: end!, intervalMs: INTERVAL_SECONDS * 1000, paths };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

interface Needed {
  fleet: Fleet;
  pairs: ReturnType<typeof lastingPairs>;
  clusters: ReadonlyMap<string, Cluster>;
  run: string;
}

/** A probe for each end of the paths. What cannot be started has the reason. */
async function liveProbes(ports: RunPorts, { fleet, pairs, clusters, run }: Needed): Promise<Map<string, LiveProbe>> {
  const probes = probesFor(fleet, { pairs }, `cn2-fleet-smoke-${run}`);
  const images = await probeImages(fleet, ports.credentials);
  const lookup = resourceLookup(clusters);
  const networks = await liveNetworks(
    clusters.get(fleet.central.name)!,
    async (cluster, group, kind) => {
      const resource = await lookup(cluster, group, kind);
      if (resource === undefined) throw new Error(`${cluster} serves no ${kind}`);
      return resource;
    },
    probes,
  ).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  const names = [...new Set(probes.map(({ cluster }) => cluster))];
  const ledger = new Ledger();
  const started = await Promise.all(
    names.map((name) =>
      startCluster({
        ...{ fleet, name, networks, run, ledger, clock: ports.clock, reporter: ports.reporter, signal: ports.signal },
        ...images.get(name)!,
        expected: { pairs },
        stamp: '',
        // Who pings all the while needs no neighbour to prove that it can, and in a lab everything is permitted.
        ...{ lonely: new Set<Probe>(), nodeFaults: new Map<string, string>(), permits: UNASKED },
        cluster: clusters.get(name),
        probes: probes.filter(({ cluster }) => cluster === name),
      }),
    ),
  );
  return new Map(started.flatMap((cluster) => cluster.probes).map((probe) => [endpointKey(probe.probe.endpoint), probe]));
}

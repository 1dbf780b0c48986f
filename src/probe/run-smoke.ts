import { endpointKey } from '../expectation/expect.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Resource } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { Expected, ExpectedPair, MeansOfCluster, MeasuredPair, SourceProof } from '../model/smoke.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { ProgressPath, Reporter } from '../ports/reporter.ts';
import { type ClusterProbes, startCluster, startNeighbours } from './cluster-probes.ts';
import { isEmulated } from './emulated.ts';
import { interruption, settled } from './ending.ts';
import { lookAfter } from './janitor.ts';
import { Ledger } from './ledger.ts';
import { type LiveNetwork, liveNetworks } from './live-networks.ts';
import { runLabel } from './marks.ts';
import { meansOf, shellFor } from './means.ts';
import { measureAll } from './measure.ts';
import { isLonely, onNodes } from './pairs-on-nodes.ts';
import type { LiveProbe, Neighbours, ReadyProbe } from './paths.ts';
import { type AskRights, permitsByCluster, UNASKED } from './permits.ts';
import { type Probe, probesFor } from './probes.ts';
import { tearDown } from './teardown.ts';
import type { PathReport } from './watch-paths.ts';

export interface SmokeInput {
  fleet: Fleet;
  /** What `expect` says; its pairs are what is measured. */
  expected: Expected;
  /** By cluster name. A cluster that is missing could not be connected to: its pairs are not-run. */
  clusters: ReadonlyMap<string, Cluster>;
  /** The resource of a kind as a cluster serves it. Throws where it does not. */
  resources: (cluster: string, group: string, kind: string) => Promise<Resource>;
  clock: Clock;
  reporter: Reporter;
  /** Distinguishes runs; becomes part of names and the label of everything that is made. */
  runId: string;
  /** The run that had the lock before and died: what it left is removed first. */
  dead?: string;
  signal: AbortSignal;
  /** By cluster name. */
  images: ReadonlyMap<string, ProbeImage>;
  /** Asked before anything is made. */
  ask: AskRights;
}

/** What the probes of a cluster are made of. */
export interface ProbeImage {
  /** It has ping, ip and a shell. */
  image: string;
  /** docker config JSON for it; a secret is made of it for the time of the test. */
  pullSecret?: string;
}

export interface SmokeResult {
  /** What was measured: the expected pairs, between nodes where the fleet wants that. */
  expected: Expected;
  measured: MeasuredPair[];
  proofs: SourceProof[];
  /** Of clusters whose probes ran. */
  means: MeansOfCluster[];
  /** What could not be removed, with the reason. */
  leftovers: string[];
  emulated: boolean;
}

/**
 * Measures with packets who reaches whom: starts probe pods in every network concerned, lets routes settle, pings each ordered pair once,
 * and removes what it made in every ending. Problems of a cluster, a network or a pod become `not-run` or `inconclusive`, never an error.
 */
export async function runSmoke(input: SmokeInput): Promise<SmokeResult> {
  const run = runLabel(input.runId);
  const ledger = new Ledger();
  const emulated = await isEmulated(input.clusters.get(input.fleet.central.name));
  const outcome = await Promise.race([
    settled(measured(input, run, ledger)),
    interruption(input.signal).then(() => 'interrupted' as const),
  ]);
  ledger.close();
  input.reporter.progress({ type: 'paths', paths: [] });
  input.reporter.progress(step('clean-up', 'removing the probes', 'running'));
  const leftovers = await cleanUpInAnyCase(ledger, input);
  input.reporter.progress(step('clean-up', 'removing the probes', leftovers.length === 0 ? 'done' : 'failed', leftovers[0]));
  if (outcome === 'interrupted') return { ...notRun(input.expected, 'interrupted'), leftovers, emulated };
  if ('error' in outcome) throw outcome.error;
  return { ...outcome.value, leftovers, emulated };
}

/** In order, unless it is or gets interrupted: then all deletes at once. */
async function cleanUpInAnyCase(ledger: Ledger, { clock, signal, runId }: SmokeInput): Promise<string[]> {
  const run = runLabel(runId);
  const inHurry = () => tearDown(ledger.entries, { clock, run, hurry: true });
  if (signal.aborted) return await inHurry();
  const stop = new AbortController();
  const interrupted = interruption(signal, stop.signal).then(() => undefined);
  const left = await Promise.race([tearDown(ledger.entries, { clock, run, hurry: false }), interrupted]);
  stop.abort();
  return left ?? (await inHurry());
}

type Observed = Pick<SmokeResult, 'expected' | 'measured' | 'proofs' | 'means'>;

async function measured(input: SmokeInput, run: string, ledger: Ledger): Promise<Observed> {
  const { fleet, clusters, clock, signal } = input;
  const { expected, nodeFaults } = await onNodes(input);
  // Several tests of one run follow each other before the pods of the first are gone.
  const stamp = (clock.now() % 36 ** 4).toString(36);
  const prefix = `cn2-fleet-smoke-${run}-${stamp}`;
  const probes = probesFor(fleet, expected, prefix);
  const permitted = permitsByCluster(input, probes);
  const names = [...new Set(probes.map((probe) => probe.cluster))];
  // Also where nothing is measured any more: probes that were kept there serve nobody.
  await Promise.all([...clusters.keys()].map((name) => lookAfter(input, name)));
  if (probes.length === 0) return { expected, measured: [], proofs: [], means: [] };
  const networks = await networksOf(input, probes);
  const lonely = new Set(probes.filter((probe) => isLonely(probe, expected)));
  const permits = await permitted;
  const common = { expected, probes, lonely, networks, nodeFaults, run, stamp, ledger };
  const inputs = new Map(
    names.map((name) => [name, { ...clusterInput(input, name, common), permits: permits.get(name) ?? UNASKED }]),
  );
  const started = await Promise.all(
    [...inputs.values()].map(async (each) => ({ name: each.name, ...(await startCluster(each)) })),
  );
  const live = new Map(
    started.flatMap((cluster) => cluster.probes).map((probe): [string, LiveProbe] => [endpointKey(probe.probe.endpoint), probe]),
  );
  const ready = [...live.values()].filter((probe) => probe.state === 'ready').length;
  input.reporter.progress(step('measure', `measuring ${expected.pairs.length} paths from ${ready} probes`, 'running'));
  const start = async (wanted: readonly ReadyProbe[]): Promise<Neighbours> => {
    const perCluster = [...Map.groupBy(wanted, ({ probe }) => probe.cluster)];
    const found = await Promise.all(
      perCluster.map(([name, of]) =>
        startNeighbours(
          inputs.get(name)!,
          of.map(({ probe }) => probe),
        ),
      ),
    );
    return new Map(found.flatMap((each) => [...each]));
  };
  const shell = shellFor([...live.values()], { permits, ledger, clock, prefix, reporter: input.reporter });
  const neighbours = new Map(started.flatMap((cluster) => [...cluster.neighbours]));
  input.reporter.progress({ type: 'paths', paths: expected.pairs.map(pathOfPair) });
  const report: PathReport = (pair, state) => input.reporter.progress({ type: 'path', path: pathOfPair(pair), state });
  const observed = await measureAll(expected, live, { clock, signal, run, shell, report, neighbours, startNeighbours: start });
  input.reporter.progress(step('measure', `measured ${expected.pairs.length} paths from ${clusters.size} clusters`, 'done'));
  const means = meansOf(started, observed.tcpAlone, shell);
  return { expected, measured: observed.measured, proofs: observed.proofs, means };
}

function pathOfPair({ source, target, family }: ExpectedPair): ProgressPath {
  return { source, target, family };
}

function clusterInput(
  input: SmokeInput,
  name: string,
  of: Pick<ClusterProbes, 'expected' | 'probes' | 'lonely' | 'networks' | 'run' | 'stamp' | 'ledger'> & {
    nodeFaults: Map<string, Map<string, string>>;
  },
): Omit<ClusterProbes, 'permits'> {
  return {
    ...input,
    ...input.images.get(name)!,
    ...of,
    cluster: input.clusters.get(name),
    name,
    probes: of.probes.filter((probe) => probe.cluster === name),
    nodeFaults: of.nodeFaults.get(name) ?? new Map(),
  };
}

/** The live virtual networks, or why they could not be read. */
async function networksOf(input: SmokeInput, probes: readonly Probe[]): Promise<Map<string, LiveNetwork> | string> {
  const central = input.clusters.get(input.fleet.central.name);
  if (central === undefined) return `no connection to ${input.fleet.central.name}`;
  try {
    return await liveNetworks(central, input.resources, probes);
  } catch (error) {
    return messageOf(error);
  }
}

function notRun(expected: Expected, reason: string): Observed {
  const measured = expected.pairs.map(({ source, target, family }) => ({
    source,
    target,
    family,
    measurement: { status: 'not-run' as const, reason },
  }));
  return { expected, measured, proofs: [], means: [] };
}

function step(key: string, text: string, state: 'running' | 'done' | 'failed', detail?: string) {
  return {
    type: 'step' as const,
    key: `smoke ${key}`,
    cluster: 'fleet',
    stage: 'smoke',
    text,
    state,
    ...present({ detail }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

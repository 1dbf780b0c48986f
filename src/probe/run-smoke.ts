import { CONTRAIL_NAMESPACE, EMULATED_ANNOTATION } from '../cn2/names.ts';
import { endpointKey } from '../expectation/expect.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Resource } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { Expected, MeasuredPair, SourceProof } from '../model/smoke.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Reporter } from '../ports/reporter.ts';
import { type ClusterProbes, startCluster } from './cluster-probes.ts';
import { removeExpired } from './janitor.ts';
import { Ledger } from './ledger.ts';
import { type LiveNetwork, liveNetworks } from './live-networks.ts';
import { NAMESPACES, runLabel } from './marks.ts';
import { type LiveProbe, measureAll } from './measure.ts';
import { type Probe, probesFor } from './probes.ts';
import { execShell } from './shell.ts';
import { tearDown } from './teardown.ts';

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
}

/** What the probes of a cluster are made of. */
export interface ProbeImage {
  /** It has ping, ip and a shell. */
  image: string;
  /** docker config JSON for it; a secret is made of it for the time of the test. */
  pullSecret?: string;
}

export interface SmokeResult {
  measured: MeasuredPair[];
  proofs: SourceProof[];
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
  const emulated = await isEmulated(input);
  const outcome = await Promise.race([
    settled(measured(input, run, ledger)),
    interruption(input.signal).then(() => 'interrupted' as const),
  ]);
  ledger.close();
  input.reporter.progress(step('clean-up', 'removing the probes', 'running'));
  const leftovers = await cleanUpInAnyCase(ledger, input);
  input.reporter.progress(step('clean-up', 'removing the probes', leftovers.length === 0 ? 'done' : 'failed', leftovers[0]));
  if (outcome === 'interrupted') return { ...notRun(input.expected, 'interrupted'), leftovers, emulated };
  if ('error' in outcome) throw outcome.error;
  return { ...outcome.value, leftovers, emulated };
}

/** In order, unless it is or gets interrupted: then all deletes at once. */
async function cleanUpInAnyCase(ledger: Ledger, { clock, signal }: SmokeInput): Promise<string[]> {
  const inHurry = () => tearDown(ledger.entries, { clock, hurry: true });
  if (signal.aborted) return await inHurry();
  const stop = new AbortController();
  const interrupted = interruption(signal, stop.signal).then(() => undefined);
  const left = await Promise.race([tearDown(ledger.entries, { clock, hurry: false }), interrupted]);
  stop.abort();
  return left ?? (await inHurry());
}

/** The end of work as a value, so that clean-up comes before any error goes on. */
async function settled<T>(work: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
}

/** Resolves when the signal aborts (or, to leave no listener behind, when the other one does). */
function interruption(signal: AbortSignal, unless?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, ...(unless ? { signal: unless } : {}) });
  });
}

async function measured(
  input: SmokeInput,
  run: string,
  ledger: Ledger,
): Promise<{ measured: MeasuredPair[]; proofs: SourceProof[] }> {
  const { expected, fleet, clusters, clock, signal } = input;
  const probes = probesFor(fleet, expected, run);
  if (probes.length === 0) return { measured: [], proofs: [] };
  const names = [...new Set(probes.map((probe) => probe.cluster))];
  await Promise.all(names.map((name) => janitor(input, name)));
  const networks = await networksOf(input, probes);
  const started = await Promise.all(names.map((name) => startCluster(clusterInput(input, name, probes, networks, run, ledger))));
  const live = new Map<string, LiveProbe>(started.flat().map((probe) => [endpointKey(probe.probe.endpoint), probe]));
  const ready = [...live.values()].filter((probe) => probe.state === 'ready').length;
  input.reporter.progress(step('measure', `measuring ${expected.pairs.length} paths from ${ready} probes`, 'running'));
  const observed = await measureAll(expected, live, { clock, signal, run, shell: execShell });
  input.reporter.progress(step('measure', `measured ${expected.pairs.length} paths from ${clusters.size} clusters`, 'done'));
  return observed;
}

function clusterInput(
  input: SmokeInput,
  name: string,
  probes: readonly Probe[],
  networks: Map<string, LiveNetwork> | string,
  run: string,
  ledger: Ledger,
): ClusterProbes {
  return {
    ...input,
    ...input.images.get(name)!,
    cluster: input.clusters.get(name),
    name,
    probes: probes.filter((probe) => probe.cluster === name),
    networks,
    run,
    ledger,
  };
}

async function janitor({ clusters, clock, reporter, dead }: SmokeInput, name: string): Promise<void> {
  const cluster = clusters.get(name);
  if (cluster === undefined) return;
  try {
    const removed = await removeExpired(cluster, clock.now(), dead);
    if (removed.length > 0)
      reporter.progress({ type: 'note', text: `${name}: removed from an earlier run: ${removed.join(', ')}` });
  } catch (error) {
    reporter.progress({ type: 'warning', text: `${name}: could not look for remains of earlier runs: ${messageOf(error)}` });
  }
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

async function isEmulated({ clusters, fleet }: SmokeInput): Promise<boolean> {
  try {
    const contrail = await clusters.get(fleet.central.name)?.get({ resource: NAMESPACES, name: CONTRAIL_NAMESPACE });
    return contrail?.metadata.annotations?.[EMULATED_ANNOTATION] === 'true';
  } catch {
    return false;
  }
}

function notRun(expected: Expected, reason: string): { measured: MeasuredPair[]; proofs: SourceProof[] } {
  const measured = expected.pairs.map(({ source, target, family }) => ({
    source,
    target,
    family,
    measurement: { status: 'not-run' as const, reason },
  }));
  return { measured, proofs: [] };
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

import { endpointKey } from '../expectation/expect.ts';
import type { Family } from '../model/fleet.ts';
import type { Expected, ExpectedPair, MeasuredPair, Measurement, SourceProof } from '../model/smoke.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Addresses } from './addresses.ts';
import { LOOPBACK, MEASURE, SETTLE } from './ping-command.ts';
import { pingRound, type RoundInput, type Source } from './ping-round.ts';
import type { Probe } from './probes.ts';
import { overlapping } from './routes.ts';

/** Routes are exchanged with some delay: so long pairs may repeat that are not as expected yet. Milliseconds. */
const SETTLE_PATIENCE = 30_000;
const SETTLE_PAUSE = 1_000;

/** A probe that runs, or why it does not. */
export type LiveProbe =
  | { probe: Probe; state: 'ready'; cluster: Cluster; addresses: Addresses; neighbour: Addresses | { reason: string } }
  | { probe: Probe; state: 'failed'; reason: string };

type Ready = Extract<LiveProbe, { state: 'ready' }>;
type Pings = Map<string, Map<string, Measurement>>;

/** A pair that can be tried. */
interface Path {
  pair: ExpectedPair;
  source: Ready;
  target: string;
}

/** Lets the paths settle, then measures every pair once, together with what makes each source's silence count. */
export async function measureAll(
  expected: Expected,
  probes: ReadonlyMap<string, LiveProbe>,
  input: RoundInput,
): Promise<{ measured: MeasuredPair[]; proofs: SourceProof[] }> {
  const candidates = expected.pairs.map((pair) => ({ pair, path: pathOf(pair, probes) }));
  const paths = candidates.flatMap(({ path }) => ('target' in path ? [path] : []));
  await settle(paths, input);
  const pings = input.signal.aborted ? new Map() : await pingRound(sourcesOf(paths, true), MEASURE, input);
  const measured = candidates.map(({ pair, path }): MeasuredPair => {
    const { source, target, family } = pair;
    return { source, target, family, measurement: 'target' in path ? pingOf(pings, path.source, path.target) : path };
  });
  return { measured, proofs: proofsOf(paths, pings) };
}

function pathOf(pair: ExpectedPair, probes: ReadonlyMap<string, LiveProbe>): Path | Measurement {
  const [source, target] = [probes.get(endpointKey(pair.source)), probes.get(endpointKey(pair.target))];
  for (const [side, probe] of [['source', source] as const, ['target', target] as const]) {
    if (probe === undefined) return { status: 'not-run', reason: `${side}: no probe` };
    if (probe.state === 'failed') return { status: 'not-run', reason: `${side}: ${probe.reason}` };
  }
  const [from, to] = [source as Ready, target as Ready];
  const address = to.addresses[pair.family];
  if (address === undefined) return { status: 'not-run', reason: `target: no IP${pair.family} address` };
  const [one, other] = [from.probe.network?.declared, to.probe.network?.declared];
  if (one && other && overlapping(one, other, pair.family)) {
    return { status: 'not-run', reason: 'the addresses of both networks overlap: a packet cannot say which one it is for' };
  }
  return { pair, source: from, target: address };
}

async function settle(paths: readonly Path[], input: RoundInput): Promise<void> {
  const end = input.clock.ticks() + SETTLE_PATIENCE;
  let pending = [...paths];
  while (pending.length > 0 && !input.signal.aborted) {
    const pings = await pingRound(sourcesOf(pending, false), SETTLE, input);
    pending = pending.filter((path) => !asExpected(path.pair, pingOf(pings, path.source, path.target)));
    if (pending.length === 0 || input.clock.ticks() + SETTLE_PAUSE >= end) return;
    await input.clock.sleep(SETTLE_PAUSE, input.signal);
  }
}

function asExpected(pair: ExpectedPair, measurement: Measurement): boolean {
  if (pair.expected === 'unspecified') return true;
  if (measurement.status !== 'measured') return false;
  return pair.expected === 'reach' ? measurement.received > 0 : measurement.received === 0;
}

function sourcesOf(paths: readonly Path[], withChecks: boolean): Source[] {
  const sources = new Map<string, Source & { targets: string[] }>();
  for (const { source, target, pair } of paths) {
    const { pod, namespace } = source.probe;
    const known = sources.get(pod) ?? { cluster: source.cluster, namespace, pod, targets: [] };
    known.targets.push(target);
    if (withChecks) {
      known.targets.push(LOOPBACK[pair.family]);
      const near = neighbourAddress(source, pair.family);
      if (near !== undefined) known.targets.push(near);
    }
    sources.set(pod, known);
  }
  return [...sources.values()];
}

function neighbourAddress(source: Ready, family: Family): string | undefined {
  return 'reason' in source.neighbour ? undefined : source.neighbour[family];
}

function pingOf(pings: Pings, source: Ready, target: string): Measurement {
  return pings.get(source.probe.pod)?.get(target) ?? { status: 'inconclusive', reason: 'interrupted' };
}

function proofsOf(paths: readonly Path[], pings: Pings): SourceProof[] {
  const proofs = new Map<string, SourceProof>();
  for (const { source, pair } of paths) {
    const key = `${source.probe.pod} ${pair.family}`;
    if (proofs.has(key)) continue;
    const near = neighbourAddress(source, pair.family);
    const reason = 'reason' in source.neighbour ? source.neighbour.reason : `the neighbour has no IP${pair.family} address`;
    proofs.set(key, {
      source: pair.source,
      family: pair.family,
      self: pingOf(pings, source, LOOPBACK[pair.family]),
      ...(source.probe.network === undefined
        ? {}
        : { sameNetwork: near === undefined ? { status: 'not-run', reason } : pingOf(pings, source, near) }),
    });
  }
  return [...proofs.values()];
}

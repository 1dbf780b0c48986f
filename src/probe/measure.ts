import { endpointKey, pairKey } from '../expectation/expect.ts';
import type { Family } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { Expected, ExpectedPair, MeasuredPair, Measurement, SourceProof } from '../model/smoke.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Addresses } from './addresses.ts';
import { lostWays, type SilentPath } from './direction.ts';
import { LOOPBACK, MEASURE, MORE, SETTLE } from './ping-command.ts';
import { PING_FAULT } from './ping-output.ts';
import { pingRound, type RoundInput, type Source } from './ping-round.ts';
import type { Probe } from './probes.ts';
import { leavesItsNetwork } from './routeless.ts';
import { overlapping } from './routes.ts';

/** Routes are exchanged with some delay: so long pairs may repeat that are not as expected yet. Milliseconds. */
const SETTLE_PATIENCE = 30_000;
const SETTLE_PAUSE = 1_000;

/** A probe that runs, or why it does not. */
export type LiveProbe =
  | {
      probe: Probe;
      state: 'ready';
      cluster: Cluster;
      addresses: Addresses;
      neighbour: Addresses | { reason: string };
      /** As it was made. */
      object: KubernetesObject;
      /** Why it has no routes to other networks, where it should. */
      routeless?: string;
    }
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
  const hopeless = await settle(paths, input);
  const able = paths.filter((path) => !hopeless.has(senderOf(path)));
  const pings: Pings = input.signal.aborted ? new Map() : await pingRound(sourcesOf(able, true), MEASURE, input);
  const more = input.signal.aborted ? new Map() : await measureMore(able, pings, input);
  const measured = candidates.map(({ pair, path }): MeasuredPair => {
    const { source, target, family } = pair;
    if (!('target' in path)) return { source, target, family, measurement: path };
    const given = hopeless.get(senderOf(path)) ?? more.get(path);
    return { source, target, family, measurement: given ?? pingOf(pings, path.source, path.target) };
  });
  const lost = input.signal.aborted ? new Map() : await lostWays(silentPaths(able, pings, probes), input);
  for (const each of measured) Object.assign(each, present({ lost: lost.get(pairKey(each)) }));
  return { measured, proofs: proofsOf(paths, pings, hopeless) };
}

/** Of paths that lose some of their packets: what they come to with many more. */
async function measureMore(paths: readonly Path[], pings: Pings, input: RoundInput): Promise<Map<Path, Measurement>> {
  const lossy = paths.filter((path) => {
    const ping = pingOf(pings, path.source, path.target);
    return path.pair.expected === 'reach' && ping.status === 'measured' && ping.received > 0 && ping.received < ping.sent;
  });
  if (lossy.length === 0) return new Map();
  const again = await pingRound(sourcesOf(lossy, false), MORE, input);
  return new Map(
    lossy.flatMap((path): [Path, Measurement][] => {
      const [first, second] = [pings, again].map((round) => pingOf(round, path.source, path.target));
      if (first?.status !== 'measured' || second?.status !== 'measured') return [];
      const [sent, received] = [first.sent + second.sent, first.received + second.received];
      // The times of the many say more than those of the few.
      return [[path, { status: 'measured', sent, received, ...present({ rttMs: second.rttMs ?? first.rttMs }) }]];
    }),
  );
}

/** Paths that should be open and have no reply at all. */
function silentPaths(paths: readonly Path[], pings: Pings, probes: ReadonlyMap<string, LiveProbe>): SilentPath[] {
  return paths.flatMap(({ pair, source, target: address }) => {
    const ping = pingOf(pings, source, address);
    const target = probes.get(endpointKey(pair.target));
    if (pair.expected !== 'reach' || ping.status !== 'measured' || ping.received > 0 || target?.state !== 'ready') return [];
    const of = ({ cluster, probe: { namespace, pod } }: Ready) => ({ cluster, namespace, pod });
    return [{ pair, source: of(source), target: { ...of(target), address } }];
  });
}

function pathOf(pair: ExpectedPair, probes: ReadonlyMap<string, LiveProbe>): Path | Measurement {
  const [source, target] = [probes.get(endpointKey(pair.source)), probes.get(endpointKey(pair.target))];
  for (const [side, probe] of [['source', source] as const, ['target', target] as const]) {
    if (probe === undefined) return { status: 'not-run', reason: `${side}: no probe` };
    if (probe.state === 'failed') return { status: 'not-run', reason: `${side}: ${probe.reason}` };
  }
  const [from, to] = [source as Ready, target as Ready];
  if (leavesItsNetwork(pair) && from.routeless !== undefined) return { status: 'not-run', reason: `source: ${from.routeless}` };
  if (leavesItsNetwork(pair) && to.routeless !== undefined) return { status: 'not-run', reason: `target: ${to.routeless}` };
  const address = to.addresses[pair.family];
  if (address === undefined) return { status: 'not-run', reason: `target: no IP${pair.family} address` };
  const [one, other] = [from.probe.network?.declared, to.probe.network?.declared];
  if (leavesItsNetwork(pair) && one && other && overlapping(one, other, pair.family)) {
    return { status: 'not-run', reason: 'the addresses of both networks overlap: a packet cannot say which one it is for' };
  }
  return { pair, source: from, target: address };
}

/**
 * Repeats what is not as expected yet. What could not be measured at all is left to the one measurement that counts, and a probe that cannot
 * even ping itself in a family is given up: what that comes to, by pod and family, is all that it will have to say.
 */
async function settle(paths: readonly Path[], input: RoundInput): Promise<Map<string, Measurement>> {
  const hopeless = new Map<string, Measurement>();
  const end = input.clock.ticks() + SETTLE_PATIENCE;
  // Pods that are made for one command wait for their routes themselves.
  const inPlace = ({ source }: Path) => input.shell.inPlace(source.cluster);
  let pending = paths.filter(inPlace);
  while (pending.length > 0 && !input.signal.aborted) {
    const pings = await pingRound(sourcesOf(pending, true), SETTLE, input);
    for (const path of pending) {
      const why = whyHopeless(pingOf(pings, path.source, LOOPBACK[path.pair.family]));
      if (why !== undefined)
        hopeless.set(senderOf(path), { status: 'inconclusive', reason: `the probe cannot ping itself: ${why}` });
    }
    pending = pending.filter(inPlace).filter((path) => {
      const ping = pingOf(pings, path.source, path.target);
      return !hopeless.has(senderOf(path)) && ping.status === 'measured' && !asExpected(path.pair, ping);
    });
    if (pending.length === 0 || input.clock.ticks() + SETTLE_PAUSE >= end) break;
    await input.clock.sleep(SETTLE_PAUSE, input.signal);
  }
  return hopeless;
}

/** A ping that says something, but cannot reach its own pod, will not do so later; what was cut off may. */
function whyHopeless(self: Measurement): string | undefined {
  if (self.status === 'measured') return self.sent > 0 && self.received === 0 ? 'no reply' : undefined;
  return self.reason.startsWith(PING_FAULT) ? self.reason : undefined;
}

/** One text for a probe in a family, for maps. */
function senderOf({ source, pair }: Path): string {
  return `${source.probe.pod} ${pair.family}`;
}

function asExpected(pair: ExpectedPair, measurement: Measurement): boolean {
  if (pair.expected === 'unspecified') return true;
  if (measurement.status !== 'measured') return false;
  return pair.expected === 'reach' ? measurement.received > 0 : measurement.received === 0;
}

function sourcesOf(paths: readonly Path[], withChecks: boolean): Source[] {
  const sources = new Map<string, Source & { targets: string[]; awaited: Set<string> }>();
  for (const { source, target, pair } of paths) {
    const { pod, namespace } = source.probe;
    const known = sources.get(pod) ?? { cluster: source.cluster, namespace, pod, targets: [], awaited: new Set() };
    known.targets.push(target);
    if (pair.expected === 'reach') known.awaited.add(target);
    if (withChecks) {
      known.targets.push(LOOPBACK[pair.family]);
      const near = neighbourAddress(source, pair.family);
      if (near !== undefined) known.awaited.add(near);
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

function proofsOf(paths: readonly Path[], pings: Pings, hopeless: ReadonlyMap<string, Measurement>): SourceProof[] {
  const proofs = new Map<string, SourceProof>();
  for (const path of paths) {
    const { source, pair } = path;
    const key = senderOf(path);
    if (proofs.has(key)) continue;
    const given = hopeless.get(key);
    const near = neighbourAddress(source, pair.family);
    const reason = 'reason' in source.neighbour ? source.neighbour.reason : `the neighbour has no IP${pair.family} address`;
    proofs.set(key, {
      source: pair.source,
      family: pair.family,
      self: given ?? pingOf(pings, source, LOOPBACK[pair.family]),
      ...(source.probe.network === undefined
        ? {}
        : { sameNetwork: near === undefined ? { status: 'not-run', reason } : (given ?? pingOf(pings, source, near)) }),
    });
  }
  return [...proofs.values()];
}

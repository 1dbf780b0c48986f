import { endpointKey, pairKey } from '../expectation/expect.ts';
import { present } from '../model/present.ts';
import type { Expected, MeasuredPair, Measurement, SourceProof } from '../model/smoke.ts';
import { lostWays } from './direction.ts';
import { largestPackets } from './packet-size.ts';
import {
  type LiveProbe,
  measuredBy,
  type Neighbours,
  type Path,
  pathOf,
  type ReadyProbe,
  receiverOf,
  type Seen,
  seenBy,
  senderOf,
  sourcesOf,
} from './paths.ts';
import { LOOPBACK, MEASURE, MORE } from './ping-command.ts';
import { pingRound, type Round, type RoundInput } from './ping-round.ts';
import { proofsOf } from './proofs.ts';
import { settle, withUnable } from './settle.ts';
import { listeners, tcpOf, unheard } from './tcp-observation.ts';
import { type PathReport, watchPaths } from './watch-paths.ts';

export interface MeasureInput extends RoundInput {
  /** That run already. */
  neighbours: Neighbours;
  /** Told of each path what is known of it by now. */
  report?: PathReport;
  /** Starts the neighbours that prove that these probes' own networks carry packets. */
  startNeighbours(probes: readonly ReadyProbe[]): Promise<Neighbours>;
}

export interface Measured {
  measured: MeasuredPair[];
  proofs: SourceProof[];
  /** Clusters with probes that could not ping, so that TCP alone was measured, and why not. */
  tcpAlone: Map<string, string>;
}

/**
 * Lets the paths settle, then measures every pair once, together with what makes each source's silence count. Where somebody has answered a
 * source, its network carries packets; a neighbour that proves it is asked for only for those whom nobody has heard.
 */
export async function measureAll(
  expected: Expected,
  probes: ReadonlyMap<string, LiveProbe>,
  input: MeasureInput,
): Promise<Measured> {
  const candidates = expected.pairs.map((pair) => ({ pair, path: pathOf(pair, probes) }));
  const paths = candidates.flatMap(({ path }) => ('address' in path ? [path] : []));
  const watched = { ...input, ...present({ seen: watchPaths(paths, input.report) }) };
  const settled = await settle(paths, input.neighbours, watched);
  const able = paths.filter((path) => !settled.hopeless.has(senderOf(path)));
  const none: Round = new Map();
  const first = input.signal.aborted ? none : await pingRound(sourcesOf(able, input.neighbours), MEASURE, watched);
  const { hopeless, tcpAlone } = withUnable(settled, able, first, input);
  const seen = new Map(
    able
      .filter((path) => !hopeless.has(senderOf(path)))
      .map((path): [Path, Seen] => [path, { path, round: first, byTcp: tcpAlone.has(senderOf(path)) }]),
  );
  const { neighbours, again } = await proveSilence(seen, input);
  const all = [...seen.values()];
  const more = input.signal.aborted ? new Map<Path, Measurement>() : await measureMore(all, input);
  const sizes = input.signal.aborted ? new Map<Path, number>() : await packetSizes(all, input);
  const lost = input.signal.aborted
    ? new Map()
    : await lostWays(
        all.filter(isSilent).map(({ path }) => silentPath(path)),
        input,
      );
  const listens = listeners(all);
  const measured = candidates.map(({ pair: { source, target, family }, path }): MeasuredPair => {
    const pair = { source, target, family };
    if (!('address' in path)) return { ...pair, measurement: path };
    const at = seen.get(path);
    if (at === undefined) return { ...pair, measurement: hopeless.get(senderOf(path))! };
    const doubt = at.byTcp ? unheard(at, listens) : undefined;
    if (doubt !== undefined) return { ...pair, measurement: doubt };
    return {
      ...pair,
      measurement: more.get(path) ?? measuredBy(at.round, path, at.byTcp),
      ...present({ lost: lost.get(pairKey(pair)), tcp: tcpOf(at, listens), mtu: sizes.get(path) }),
    };
  });
  const unable = paths.filter((path) => tcpAlone.has(senderOf(path)));
  return {
    measured,
    proofs: proofsOf(paths, { first, again, hopeless, neighbours, tcpAlone }),
    tcpAlone: new Map(unable.map((path) => [path.pair.source.cluster, tcpAlone.get(senderOf(path))!])),
  };
}

/**
 * Silence between virtual networks counts where both ends were heard by somebody. For those whom nobody has heard a neighbour is started, and
 * all silent paths from and to them are measured once more, together with it.
 */
async function proveSilence(seen: Map<Path, Seen>, input: MeasureInput): Promise<{ neighbours: Neighbours; again: Round }> {
  const nothing = { neighbours: input.neighbours, again: new Map() };
  const [silent, talking] = [[...seen.values()].filter(isMute), [...seen.values()].filter(isAnswered)];
  const answered = new Set(talking.map(({ path }) => senderOf(path)));
  const heard = new Set(talking.map(({ path }) => receiverOf(path)));
  const doubtful = new Map<string, Pick<Path, 'pair' | 'source' | 'address'>>();
  for (const { path } of silent) {
    const { pair, source, target } = path;
    if (pair.expected === 'unspecified') continue;
    const loopback = LOOPBACK[pair.family];
    if (!answered.has(senderOf(path))) doubtful.set(senderOf(path), { pair, source, address: loopback });
    if (!heard.has(receiverOf(path))) doubtful.set(receiverOf(path), { pair, source: target, address: loopback });
  }
  for (const [key, { source }] of doubtful)
    if (source.probe.network === undefined || input.neighbours.has(endpointKey(source.probe.endpoint))) doubtful.delete(key);
  if (doubtful.size === 0 || input.signal.aborted) return nothing;
  const started = await input.startNeighbours([...new Set([...doubtful.values()].map(({ source }) => source))]);
  const neighbours = new Map([...input.neighbours, ...started]);
  if (input.signal.aborted) return { ...nothing, neighbours };
  const open = silent.filter(({ path }) => doubtful.has(senderOf(path)) || doubtful.has(receiverOf(path)));
  const sources = sourcesOf([...open.map(({ path }) => path), ...doubtful.values()], neighbours);
  const again = await pingRound(sources, MEASURE, input);
  for (const entry of open) seen.set(entry.path, { ...entry, round: again });
  return { neighbours, again };
}

function isMute({ path, round, byTcp }: Seen): boolean {
  const measurement = measuredBy(round, path, byTcp);
  return measurement.status === 'measured' && measurement.received === 0;
}

/** What could not be measured has heard nobody either. */
function isAnswered({ path, round, byTcp }: Seen): boolean {
  const measurement = measuredBy(round, path, byTcp);
  return measurement.status === 'measured' && measurement.received > 0;
}

/** A path that should be open and has no reply at all. */
function isSilent(entry: Seen): boolean {
  return entry.path.pair.expected === 'reach' && !entry.byTcp && isMute(entry);
}

function silentPath({ pair, source, target, address }: Path) {
  const of = ({ cluster, probe: { namespace, pod } }: ReadyProbe) => ({ cluster, namespace, pod });
  return { pair, source: of(source), target: { ...of(target), address } };
}

/** Of paths that lose some of their packets: what they come to with many more. */
async function measureMore(seen: readonly Seen[], input: RoundInput): Promise<Map<Path, Measurement>> {
  const lossy = seen.filter(({ path, round, byTcp }) => {
    const ping = measuredBy(round, path, false);
    return (
      !byTcp && path.pair.expected === 'reach' && ping.status === 'measured' && ping.received > 0 && ping.received < ping.sent
    );
  });
  if (lossy.length === 0) return new Map();
  const again = await pingRound(sourcesOf(lossy.map(({ path }) => path)), MORE, input);
  return new Map(
    lossy.flatMap(({ path, round }): [Path, Measurement][] => {
      const [first, second] = [measuredBy(round, path, false), measuredBy(again, path, false)];
      if (first.status !== 'measured' || second.status !== 'measured') return [];
      const [sent, received] = [first.sent + second.sent, first.received + second.received];
      // The times of the many say more than those of the few.
      return [[path, { status: 'measured', sent, received, ...present({ rttMs: second.rttMs ?? first.rttMs }) }]];
    }),
  );
}

/** Bytes of the largest packet on each path that answers without loss: what its source's link takes, or what is found by halving. */
async function packetSizes(seen: readonly Seen[], input: RoundInput): Promise<Map<Path, number>> {
  const links = seen.flatMap(({ path, round }) => {
    const { ping, link } = seenBy(round, path.source, path.address);
    const sound = path.pair.expected !== 'block' && ping.status === 'measured' && ping.received === ping.sent;
    return sound && link !== undefined ? [{ path, ...link }] : [];
  });
  const narrow = Map.groupBy(
    links.filter(({ passes }) => !passes),
    ({ path }) => path.source,
  );
  const sources = [...narrow].map(
    ([
      {
        cluster,
        probe: { namespace, pod },
      },
      of,
    ]) => ({
      ...{ cluster, namespace, pod },
      narrow: of.map(({ path: { address }, mtu }) => ({ address, link: mtu })),
    }),
  );
  const found = sources.length === 0 ? new Map<string, Map<string, number>>() : await largestPackets(sources, input);
  return new Map(
    links.flatMap(({ path, mtu, passes }): [Path, number][] => {
      const size = passes ? mtu : found.get(path.source.probe.pod)?.get(path.address);
      return size === undefined ? [] : [[path, size]];
    }),
  );
}

import { endpointKey } from '../expectation/expect.ts';
import type { Family } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { ExpectedPair, Measurement } from '../model/smoke.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Addresses } from './addresses.ts';
import { isSameAddress } from './listener.ts';
import type { Observation } from './observation.ts';
import { LOOPBACK } from './ping-command.ts';
import type { Round, Source } from './ping-round.ts';
import type { Probe } from './probes.ts';
import { leavesItsNetwork } from './routeless.ts';
import { overlapping } from './routes.ts';

/** A probe that runs, or why it does not. */
export type LiveProbe =
  | {
      probe: Probe;
      state: 'ready';
      cluster: Cluster;
      addresses: Addresses;
      /** What pods like it are made of, for this run alone. */
      object: KubernetesObject;
      /** Why it has no routes to other networks, where it should. */
      routeless?: string;
    }
  | { probe: Probe; state: 'failed'; reason: string };

export type ReadyProbe = Extract<LiveProbe, { state: 'ready' }>;

/** The second pod of a probe's virtual network, by the probe's endpoint: its addresses, or why it has none. */
export type Neighbours = ReadonlyMap<string, Addresses | { reason: string }>;

/** A pair that can be tried. */
export interface Path {
  pair: ExpectedPair;
  source: ReadyProbe;
  target: ReadyProbe;
  /** Of the target, in the pair's family. */
  address: string;
}

/** How a pair can be tried, or why it cannot. */
export function pathOf(pair: ExpectedPair, probes: ReadonlyMap<string, LiveProbe>): Path | Measurement {
  const [source, target] = [probes.get(endpointKey(pair.source)), probes.get(endpointKey(pair.target))];
  for (const [side, probe] of [['source', source] as const, ['target', target] as const]) {
    if (probe === undefined) return { status: 'not-run', reason: `${side}: no probe` };
    if (probe.state === 'failed') return { status: 'not-run', reason: `${side}: ${probe.reason}` };
  }
  const [from, to] = [source as ReadyProbe, target as ReadyProbe];
  if (leavesItsNetwork(pair) && from.routeless !== undefined) return { status: 'not-run', reason: `source: ${from.routeless}` };
  if (leavesItsNetwork(pair) && to.routeless !== undefined) return { status: 'not-run', reason: `target: ${to.routeless}` };
  const address = to.addresses[pair.family];
  if (address === undefined) return { status: 'not-run', reason: `target: no IP${pair.family} address` };
  const own = from.addresses[pair.family];
  if (own !== undefined && isSameAddress(own, address))
    return { status: 'not-run', reason: `both ends have the address ${address}: a packet to it would not leave its pod` };
  const [one, other] = [from.probe.network?.declared, to.probe.network?.declared];
  if (one && other && one !== other && overlapping(one, other, pair.family)) {
    return { status: 'not-run', reason: 'the addresses of both networks overlap: a packet cannot say which one it is for' };
  }
  return { pair, source: from, target: to, address };
}

/** What each source has to ping: its paths' targets and, with `neighbours`, itself and its neighbour. */
export function sourcesOf(paths: readonly Pick<Path, 'pair' | 'source' | 'address'>[], neighbours?: Neighbours): Source[] {
  const sources = new Map<string, Source & { targets: string[]; awaited: Set<string> }>();
  for (const { source, address, pair } of paths) {
    const { pod, namespace } = source.probe;
    const known = sources.get(pod) ?? { cluster: source.cluster, namespace, pod, targets: [], awaited: new Set() };
    known.targets.push(address);
    if (pair.expected === 'reach') known.awaited.add(address);
    if (neighbours !== undefined) {
      known.targets.push(LOOPBACK[pair.family]);
      const near = neighbourAddress(source, pair.family, neighbours);
      if (near !== undefined) known.awaited.add(near);
      if (near !== undefined) known.targets.push(near);
    }
    sources.set(pod, known);
  }
  return [...sources.values()];
}

export function neighbourAddress({ probe }: ReadyProbe, family: Family, neighbours: Neighbours): string | undefined {
  const near = neighbours.get(endpointKey(probe.endpoint));
  return near === undefined || 'reason' in near ? undefined : near[family];
}

/** One text for a probe in a family, for maps. */
export function senderOf({ source, pair }: Pick<Path, 'source' | 'pair'>): string {
  return `${source.probe.pod} ${pair.family}`;
}

/** A path's target as a sender. */
export function receiverOf({ target, pair }: Path): string {
  return senderOf({ source: target, pair });
}

/** A path with what one round has seen of it. */
export interface Seen {
  path: Path;
  round: Round;
  byTcp: boolean;
}

/** What a source has seen of an address in a round. */
export function seenBy(round: Round, { probe }: ReadyProbe, address: string): Observation {
  return round.get(probe.pod)?.get(address) ?? { ping: { status: 'inconclusive', reason: 'interrupted' } };
}

/** What a round says of a path by pings, or by TCP where its source cannot ping. */
export function measuredBy(round: Round, { source, address }: Path, byTcp: boolean): Measurement {
  const { ping, tcp } = seenBy(round, source, address);
  if (!byTcp) return ping;
  if (tcp === undefined) return { status: 'inconclusive', reason: 'no TCP connection could be tried' };
  return { status: 'measured', sent: 1, received: tcp.result === 'connected' ? 1 : 0 };
}

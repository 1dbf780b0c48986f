import type { ExpectedPair, Measurement } from '../model/smoke.ts';
import { measuredBy, type Neighbours, type Path, seenBy, senderOf, sourcesOf } from './paths.ts';
import { LOOPBACK, SETTLE, SETTLE_TCP } from './ping-command.ts';
import { PING_FAULT } from './ping-output.ts';
import { pingRound, type Round, type RoundInput } from './ping-round.ts';

/** Routes are exchanged with some delay: so long pairs may repeat that are not as expected yet. Milliseconds. */
const SETTLE_PATIENCE = 30_000;
const SETTLE_PAUSE = 1_000;

/** Probes by pod and family that cannot ping. */
export interface Settled {
  /** They do nothing at all: what there is to say of each. */
  hopeless: ReadonlyMap<string, Measurement>;
  /** They connect to their own listener, so TCP is measured instead; and why they cannot ping. */
  tcpAlone: ReadonlyMap<string, string>;
}

/**
 * Repeats what is not as expected yet. What could not be measured at all is left to the one measurement that counts. A probe that cannot even
 * ping itself in a family is asked for TCP instead, and is given up where that fails too.
 */
export async function settle(paths: readonly Path[], neighbours: Neighbours, input: RoundInput): Promise<Settled> {
  const faults = new Map<string, string>();
  const hopeless = new Map<string, Measurement>();
  const tcpAlone = new Map<string, string>();
  const end = input.clock.ticks() + SETTLE_PATIENCE;
  // Pods that are made for one command wait for their routes themselves.
  const inPlace = ({ source }: Path) => input.shell.inPlace(source.cluster);
  let pending = paths.filter(inPlace);
  while (pending.length > 0 && !input.signal.aborted) {
    const [able, unable] = [
      pending.filter((path) => !faults.has(senderOf(path))),
      pending.filter((path) => faults.has(senderOf(path))),
    ];
    const [pings, connections] = await Promise.all([
      pingRound(sourcesOf(able, neighbours), SETTLE, input),
      pingRound(sourcesOf(unable, neighbours), SETTLE_TCP, input),
    ]);
    for (const path of unable) {
      const sender = senderOf(path);
      if (tcpAlone.has(sender) || hopeless.has(sender) || input.signal.aborted) continue;
      const reason = `the probe cannot ping itself: ${faults.get(sender)}`;
      if (reachesItself(connections, path)) tcpAlone.set(sender, reason);
      else hopeless.set(sender, { status: 'inconclusive', reason });
    }
    for (const path of able) {
      const why = whyUnable(seenBy(pings, path.source, LOOPBACK[path.pair.family]).ping);
      if (why !== undefined) faults.set(senderOf(path), why);
    }
    const isOpen = (path: Path) => {
      const sender = senderOf(path);
      if (hopeless.has(sender)) return false;
      if (faults.has(sender) && !tcpAlone.has(sender)) return true;
      const measurement = measuredBy(tcpAlone.has(sender) ? connections : pings, path, tcpAlone.has(sender));
      return measurement.status === 'measured' && !asExpected(path.pair, measurement.received);
    };
    pending = pending.filter(inPlace).filter(isOpen);
    if (pending.length === 0 || input.clock.ticks() + SETTLE_PAUSE >= end) break;
    // A probe that cannot ping is asked at once whether it can connect.
    if (pending.some((path) => tcpAlone.has(senderOf(path)) || !faults.has(senderOf(path))))
      await input.clock.sleep(SETTLE_PAUSE, input.signal);
  }
  return { hopeless, tcpAlone };
}

/** The same of probes that had no round to settle, by the round that counts: it has looked at TCP as well. */
export function withUnable(settled: Settled, paths: readonly Path[], round: Round, { shell }: RoundInput): Settled {
  const [hopeless, tcpAlone] = [new Map(settled.hopeless), new Map(settled.tcpAlone)];
  for (const path of paths) {
    const sender = senderOf(path);
    if (shell.inPlace(path.source.cluster) || hopeless.has(sender) || tcpAlone.has(sender)) continue;
    const why = whyUnable(seenBy(round, path.source, LOOPBACK[path.pair.family]).ping);
    if (why === undefined) continue;
    const reason = `the probe cannot ping itself: ${why}`;
    if (reachesItself(round, path)) tcpAlone.set(sender, reason);
    else hopeless.set(sender, { status: 'inconclusive', reason });
  }
  return { hopeless, tcpAlone };
}

/** A ping that says something, but cannot reach its own pod, will not do so later; what was cut off may. */
function whyUnable(self: Measurement): string | undefined {
  if (self.status === 'measured') return self.sent > 0 && self.received === 0 ? 'no reply' : undefined;
  return self.reason.startsWith(PING_FAULT) ? self.reason : undefined;
}

function reachesItself(round: Round, { source, pair }: Path): boolean {
  return seenBy(round, source, LOOPBACK[pair.family]).tcp?.result === 'connected';
}

/** Whether so many replies are what a pair is to have. */
export function asExpected({ expected }: ExpectedPair, received: number): boolean {
  return expected === 'unspecified' || (expected === 'reach') === received > 0;
}

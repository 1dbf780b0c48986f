import type { Measurement, TcpObservation } from '../model/smoke.ts';
import { isSameAddress } from './listener.ts';
import { receiverOf, type Seen, seenBy, senderOf } from './paths.ts';
import { LOOPBACK } from './ping-command.ts';

/** Pods, by the probe and family, whose listener has answered the probe itself: only there a connection that fails says something. */
export function listeners(seen: readonly Seen[]): Set<string> {
  const own = seen.filter(({ path, round }) => {
    const tcp = seenBy(round, path.source, LOOPBACK[path.pair.family]).tcp;
    return tcp?.result === 'connected' && tcp.pod === path.source.probe.pod;
  });
  return new Set(own.map(({ path }) => senderOf(path)));
}

/** How the TCP connection of a path went; undefined where none was tried, or where one that fails says nothing. */
export function tcpOf({ path, round }: Seen, listens: ReadonlySet<string>): TcpObservation | undefined {
  const { pair, source, target, address } = path;
  const { tcp, from } = seenBy(round, source, address);
  if (tcp === undefined || !listens.has(receiverOf(path))) return undefined;
  if (tcp.result !== 'connected') return { result: tcp.result };
  if (tcp.pod !== target.probe.pod) return { result: 'wrong-peer' };
  const own = (from ?? source.addresses)[pair.family];
  const translated = tcp.peer !== undefined && own !== undefined && !isSameAddress(tcp.peer, own);
  return { result: 'connected', ...(translated ? { seenAs: tcp.peer! } : {}) };
}

/** Of a path that was measured by TCP alone: that nothing was measured, where its target's listener is not known to be alive. */
export function unheard({ path, round }: Seen, listens: ReadonlySet<string>): Measurement | undefined {
  const { tcp } = seenBy(round, path.source, path.address);
  const byTarget = tcp?.result === 'connected' && tcp.pod === path.target.probe.pod;
  if (tcp === undefined || byTarget || listens.has(receiverOf(path))) return undefined;
  return { status: 'inconclusive', reason: "the target's listener does not even answer its own probe" };
}

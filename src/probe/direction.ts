import pMap from 'p-map';
import { pairKey } from '../expectation/expect.ts';
import type { Family } from '../model/fleet.ts';
import type { ExpectedPair, LostWay } from '../model/smoke.ts';
import { SETTLE } from './ping-command.ts';
import { pingRound, type RoundInput, type Source } from './ping-round.ts';
import type { Place } from './shell.ts';

/** A path without a reply, whose ends both run. */
export interface SilentPath {
  pair: ExpectedPair;
  source: Place;
  target: Place & { address: string };
}

/** Each takes seconds; what they have in common is known after a few. */
const MOST_ASKED = 12;
const PING = { ...SETTLE, count: 3, bound: 6 };
/** Milliseconds for the two counters. */
const DEADLINE = 10_000;

/**
 * The echo requests that a network namespace has received, as its kernel counts them (Linux, net/ipv4/proc.c and net/ipv6/proc.c). Which
 * column it is says the line before: kernels have added some.
 */
const COUNTERS = `sed -n '/^Icmp:/p' /proc/net/snmp; sed -n '/^Icmp6InEchos/p' /proc/net/snmp6; echo "#END $1"`;

/**
 * Which way the packets of silent paths are lost, by the counters of the target, while nobody else pings it: requests that never come, or
 * replies that do not come back. By path; without an entry it is not known. Never throws.
 */
export async function lostWays(paths: readonly SilentPath[], input: RoundInput): Promise<Map<string, LostWay>> {
  const found = new Map<string, LostWay>();
  // Counters are a probe's own, and a pod that was made for one ping has perhaps no routes yet.
  const able = paths.filter(({ source, target }) => [source, target].every(({ cluster }) => input.shell.inPlace(cluster)));
  const byTarget = Map.groupBy(able.slice(0, MOST_ASKED), ({ target }) => target.pod);
  await pMap([...byTarget.values()], async (group) => {
    for (const [at, path] of group.entries()) {
      if (input.signal.aborted) return;
      const way = await lostWay(path, `${at}`, input);
      if (way !== undefined) found.set(pairKey(path.pair), way);
    }
  });
  return found;
}

async function lostWay({ pair, source, target }: SilentPath, mark: string, input: RoundInput): Promise<LostWay | undefined> {
  const before = await echoes(target, pair.family, `${mark}-0`, input);
  if (before === undefined) return undefined;
  const sender: Source = { ...source, targets: [target.address] };
  const ping = (await pingRound([sender], PING, input)).get(source.pod)?.get(target.address)?.ping;
  const after = await echoes(target, pair.family, `${mark}-1`, input);
  // What answers by now is not silent; and a counter that has gone back is of another pod.
  if (after === undefined || after < before || ping?.status !== 'measured' || ping.received > 0) return undefined;
  return after > before ? 'replies' : 'requests';
}

async function echoes(
  place: Place,
  family: Family,
  mark: string,
  { signal, run, shell }: RoundInput,
): Promise<number | undefined> {
  const nonce = `${run}-c${mark}`;
  const command = ['sh', '-c', COUNTERS, 'probe', nonce];
  const result = await shell.run(place, { command, sentinel: `#END ${nonce}`, deadline: DEADLINE }, signal);
  return result.status === 'complete' ? readEchoes(result.stdout, family) : undefined;
}

/** The echo requests in what the counters print; undefined where they are not in it. */
export function readEchoes(stdout: string, family: Family): number | undefined {
  const lines = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  if (family === 'v6') return numberIn(lines.find(([name]) => name === 'Icmp6InEchos')?.[1]);
  const [names, values] = lines.filter(([name]) => name === 'Icmp:');
  const column = names?.indexOf('InEchos') ?? -1;
  return column < 0 ? undefined : numberIn(values?.[column]);
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

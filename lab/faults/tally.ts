import type { Family } from '../../src/model/fleet.ts';

/** Statements that write down an echo request, by what tells it from all others: the ping that has sent it, and its number there. */
export const SENT = statements('sent');
export const LOST = statements('lost');

const KEYS = { v4: 'icmp id . icmp sequence', v6: 'icmpv6 id . icmpv6 sequence' } as const;

/** The sets of those statements. */
export function pingSets(): string {
  return (['v4', 'v6'] as const)
    .flatMap((family) =>
      ['sent', 'lost'].map((name) => `set ${name}_${family} { typeof ${KEYS[family]}; flags dynamic; size 65535; }\n`),
    )
    .join('');
}

/** How `numgen` chooses a share of all packets evenly: of any that follow each other as many are lost as of any others, give or take one. */
export function lossPattern(percent: number): string {
  const divisor = greatestCommon(percent, 100);
  const [lost, of] = [percent / divisor, 100 / divisor];
  const positions = Array.from({ length: of }, (_, at) => at).filter((at) => (at * lost) % of < lost);
  return `mod ${of} { ${positions.join(', ')} }`;
}

/** Of the pings of more than one packet: what they have sent and what of that was dropped, all of them together. */
export interface Tally {
  sent: number;
  lost: number;
}

/** What a rule of nftables has dropped, as the node counts it. */
export interface Counted {
  /** Packets that the fault has dropped. */
  dropped: number;
  /** Absent: the fault does not tell pings from each other. */
  series?: Tally;
}

/** Reads `nft -j list table`. A series is a ping that sends more than one packet: single ones are sent while paths settle. */
export function readCounters(text: string): Counted {
  const { nftables } = JSON.parse(text) as { nftables: { counter?: { name: string; packets: number }; set?: ListedSet }[] };
  const dropped = nftables.find(({ counter }) => counter?.name === 'dropped')?.counter?.packets ?? 0;
  const sets = new Map(nftables.flatMap(({ set }) => (set === undefined ? [] : [[set.name, set] as const])));
  if (!sets.has('sent_v4')) return { dropped };
  const tallies = (['v4', 'v6'] as const).map((family) =>
    tallyOf(requests(sets, 'sent', family), requests(sets, 'lost', family)),
  );
  return {
    dropped,
    series: { sent: tallies.reduce((sum, { sent }) => sum + sent, 0), lost: tallies.reduce((sum, { lost }) => sum + lost, 0) },
  };
}

interface ListedSet {
  name: string;
  elem?: ({ concat: [number, number] } | { elem: { val: { concat: [number, number] } } })[];
}

/** A request as [ping, number]. */
type Request = readonly [number, number];

function requests(sets: ReadonlyMap<string, ListedSet>, name: string, family: Family): Request[] {
  return (sets.get(`${name}_${family}`)?.elem ?? []).map((entry) => ('concat' in entry ? entry.concat : entry.elem.val.concat));
}

function tallyOf(sent: readonly Request[], lost: readonly Request[]): Tally {
  const series = new Set(sent.filter(([, number]) => number > 1).map(([ping]) => ping));
  const those = sent.filter(([ping]) => series.has(ping)).map(String);
  const gone = new Set(lost.map(String));
  return { sent: those.length, lost: those.filter((request) => gone.has(request)).length };
}

function statements(set: string): Record<Family, string> {
  return { v4: `add @${set}_v4 { icmp id . icmp sequence }`, v6: `add @${set}_v6 { icmpv6 id . icmpv6 sequence }` };
}

function greatestCommon(a: number, b: number): number {
  return b === 0 ? a : greatestCommon(b, a % b);
}

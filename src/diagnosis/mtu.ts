import type { Diagnosis, PairVerdict } from '../model/smoke.ts';

/** What is left of an Ethernet frame's 1500 bytes inside any of CN2's tunnels, over IPv4 or IPv6, and some more. */
const LEAST = 1400;
/** A path takes markedly less than the others if it is below this part of what most of them take. */
const PART = 0.9;

/**
 * Paths through which only small packets pass, though they are as declared: what is larger is dropped where nobody hears of it, or cut.
 * Paths between the same clusters with the same size are one diagnosis.
 */
export function mtuWarnings(pairs: readonly PairVerdict[]): Diagnosis[] {
  const usual = middleOf(pairs.flatMap(({ mtu }) => mtu ?? []));
  const small = pairs.filter(({ verdict, mtu }) => verdict === 'ok' && mtu !== undefined && (mtu < LEAST || mtu < usual * PART));
  const places = Map.groupBy(small, ({ source, target, mtu }) =>
    [[source.cluster, target.cluster].sort().join(' and '), mtu].join(' '),
  );
  return [...places.values()].map((found) => {
    const { source, target, mtu = 0 } = found[0]!;
    const [one, other] = [source.cluster, target.cluster].sort() as [string, string];
    const where = one === other ? `within ${one}` : `between ${one} and ${other}`;
    const than = usual > mtu && usual >= LEAST ? `, where other paths take ${usual}` : `, expected at least ${LEAST}`;
    return {
      rung: 'mtu',
      severity: 'warning',
      cause: `packets of more than ${mtu} bytes do not pass ${where}${than}: look for a smaller MTU on the way, which takes the headers of the tunnels too`,
      command: 'kubectl get nodes -o wide',
      paths: found.map(({ source: from, target: to, family }) => ({ source: from, target: to, family })),
    };
  });
}

/** The value in the middle; 0 of none. */
function middleOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

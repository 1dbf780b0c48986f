import type { Smoke } from '../model/fleet-smoke.ts';
import type { ExpectedPair, Measurement, PairVerdict, SourceProof, TcpObservation, VerdictWord } from '../model/smoke.ts';
import { DEFAULT_NETWORK } from './expect.ts';

type Thresholds = Smoke['thresholds'];
/** What is known of an end of a pair beside the pair itself. */
export interface EndProof {
  proof: SourceProof | undefined;
  /** Of a source: somebody has answered it. Of a target: it has answered somebody. */
  seen: boolean;
}

/** What makes silence between two ends count. */
export interface Proofs {
  source: EndProof;
  target: EndProof;
}

/** How a reason begins that tells of a probe that not even its own network answers: as a source, and as a target. */
export const ALONE = {
  source: 'the probe reaches nobody in its own network',
  target: 'nobody has heard the target, not even its own network',
} as const;

/** Of a target: somebody else has its address. */
export const OTHER_POD = "another pod than the probe answers at the target's address";

type Measured = Extract<Measurement, { status: 'measured' }>;

/**
 * What a measurement means for a pair. Replies are facts and always count. Silence counts only when the source could have been
 * heard: its probe reached itself without loss and, in a virtual network, another address of that network or anybody else. And only towards
 * a target that was alive at that time: somebody heard it, or its own probe reached another address of its network.
 * `lossPercent` and `rttP95Ms` are the highest values that are still ok. Where a TCP connection was tried too (`tcp`), both must say the
 * same; an answer of another pod than the target means that nothing was measured of the target.
 */
export function judge(
  pair: ExpectedPair,
  measurement: Measurement | undefined,
  proofs: Proofs,
  thresholds: Thresholds,
  tcp?: TcpObservation,
): PairVerdict {
  const byPing = judgePing(pair, measurement, proofs, thresholds);
  if (tcp === undefined || measurement?.status !== 'measured') return byPing;
  return { ...byPing, ...againstTcp(pair, byPing, tcp), tcp };
}

/** What a TCP connection changes of a verdict by pings. */
function againstTcp(
  { expected, reason }: ExpectedPair,
  { verdict: word, received }: PairVerdict,
  { result, seenAs }: TcpObservation,
): Partial<PairVerdict> {
  if (expected === 'unspecified') return {};
  if (result === 'wrong-peer') return { verdict: 'inconclusive', reason: OTHER_POD };
  const from = seenAs === undefined ? '' : ` (from ${seenAs})`;
  if (expected === 'block' && result === 'connected' && word !== 'unexpectedly-reachable')
    return { verdict: 'unexpectedly-reachable', reason: `a TCP connection is answered${from}, although: ${reason}` };
  if (expected !== 'reach') return {};
  if (result === 'connected' && received === 0)
    return { verdict: 'degraded', reason: `TCP connects${from}, but no ping is answered, although: ${reason}` };
  if (result !== 'connected' && word === 'ok')
    return { verdict: 'degraded', reason: `pings are answered, but ${TCP_FAILED[result]}, although: ${reason}` };
  return {};
}

const TCP_FAILED = { refused: 'a TCP connection is refused', timeout: 'no TCP connection is answered' };

function judgePing(
  pair: ExpectedPair,
  measurement: Measurement | undefined,
  proofs: Proofs,
  thresholds: Thresholds,
): PairVerdict {
  if (measurement === undefined) return verdict(pair, 'not-run', 'was not measured');
  if (measurement.status !== 'measured') return verdict(pair, measurement.status, measurement.reason);
  if (measurement.sent < 1) return verdict(pair, 'inconclusive', 'no packet was sent');
  if (measurement.received > 0) return judgeReplies(pair, measurement, thresholds);
  // Silence proves nothing, and here it need not.
  if (pair.expected === 'unspecified') return verdict(pair, 'ok', `no reply; ${pair.reason}`, measurement);
  const doubt = whySilenceProvesNothing(pair, proofs);
  if (doubt !== undefined) return verdict(pair, 'inconclusive', doubt, measurement);
  if (pair.expected === 'reach') return verdict(pair, 'unreachable', `no reply, although: ${pair.reason}`, measurement);
  return verdict(pair, 'ok', `blocked as declared: ${pair.reason}`, measurement);
}

/** Packets lost in percent, 0 to 100. Duplicates (more received than sent) are not negative loss. */
export function lossPercent(counts: { sent: number; received: number }): number {
  if (counts.sent < 1) return 0;
  return Math.max(0, ((counts.sent - counts.received) / counts.sent) * 100);
}

/** Between what values the loss is with 95 % confidence, in percent: Wilson's interval (1927), which holds for few packets too. */
export function lossInterval({ sent, received }: { sent: number; received: number }): { low: number; high: number } {
  const z = 1.96;
  const lost = Math.max(0, sent - received) / sent;
  const middle = (lost + z ** 2 / (2 * sent)) / (1 + z ** 2 / sent);
  const spread = (z / (1 + z ** 2 / sent)) * Math.sqrt((lost * (1 - lost)) / sent + z ** 2 / (4 * sent ** 2));
  return { low: Math.max(0, middle - spread) * 100, high: Math.min(1, middle + spread) * 100 };
}

function judgeReplies(pair: ExpectedPair, measured: Measured, thresholds: Thresholds): PairVerdict {
  if (pair.expected === 'block') {
    return verdict(pair, 'unexpectedly-reachable', `${measured.received} replies, although: ${pair.reason}`, measured);
  }
  if (pair.expected === 'unspecified') {
    return verdict(pair, 'ok', `replies; ${pair.reason}`, measured);
  }
  const loss = lossPercent(measured);
  if (loss > thresholds.lossPercent) {
    const { low, high } = lossInterval(measured);
    const said = `${rounded(loss)} % loss (95 % interval: ${rounded(low)} to ${rounded(high)} %)`;
    return verdict(pair, 'degraded', `${said}, at most ${thresholds.lossPercent} % is allowed`, measured);
  }
  const p95 = measured.rttMs?.p95;
  if (p95 !== undefined && p95 > thresholds.rttP95Ms) {
    return verdict(pair, 'degraded', `p95 of ${rounded(p95)} ms, at most ${thresholds.rttP95Ms} ms is allowed`, measured);
  }
  return verdict(pair, 'ok', pair.reason, measured);
}

function whySilenceProvesNothing(pair: ExpectedPair, { source, target }: Proofs): string | undefined {
  if (source.proof === undefined) return 'no reply, and the probe was not checked against itself';
  const self = unproven(source.proof.self, true);
  if (self !== undefined) return `the probe cannot ping itself (${self}): its silence proves nothing`;
  if (pair.source.network !== DEFAULT_NETWORK && !source.seen) {
    const near = nearby(source.proof);
    if (near !== undefined) return `${ALONE.source} (${near}): its silence proves nothing`;
  }
  if (target.seen) return undefined;
  if (pair.target.network === DEFAULT_NETWORK) return whyNotAlive(target.proof);
  const far = target.proof === undefined ? 'not checked' : nearby(target.proof);
  return far === undefined ? undefined : `${ALONE.target} (${far}): silence towards it proves nothing`;
}

/** A probe in which nothing can be run any more may be gone, with its node. */
function whyNotAlive(proof: SourceProof | undefined): string | undefined {
  if (proof === undefined || proof.self.status === 'measured') return undefined;
  return `the target's own probe does not answer (${proof.self.reason}): silence towards it proves nothing`;
}

function nearby({ sameNetwork }: SourceProof): string | undefined {
  return sameNetwork === undefined ? 'not tried' : unproven(sameNetwork, false);
}

/** Why a check did not pass. Loopback must be without loss; in a network one reply proves that the interface works. */
function unproven(check: Measurement, lossless: boolean): string | undefined {
  if (check.status !== 'measured') return check.reason;
  if (check.received < 1) return check.sent < 1 ? 'no packet was sent' : 'no reply';
  return lossless && check.received < check.sent ? `${check.received} of ${check.sent} replies` : undefined;
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function verdict(pair: ExpectedPair, word: VerdictWord, reason: string, measured?: Measured): PairVerdict {
  return {
    source: pair.source,
    target: pair.target,
    family: pair.family,
    expected: pair.expected,
    verdict: word,
    sent: measured?.sent ?? 0,
    received: measured?.received ?? 0,
    ...(measured?.rttMs && measured.received > 0 ? { rttMs: measured.rttMs } : {}),
    reason,
  };
}

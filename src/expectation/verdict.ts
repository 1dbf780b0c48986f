import type { Smoke } from '../model/fleet.ts';
import type { ExpectedPair, Measurement, PairVerdict, SourceProof, VerdictWord } from '../model/smoke.ts';
import { DEFAULT_NETWORK } from './expect.ts';

type Thresholds = Smoke['thresholds'];
type Measured = Extract<Measurement, { status: 'measured' }>;

/**
 * What a measurement means for a pair. Replies are facts and always count. Silence counts only when the source could have been
 * heard: its probe reached itself without loss and, in a virtual network, another address of that network.
 * `lossPercent` and `rttP95Ms` are the highest values that are still ok.
 */
export function judge(
  pair: ExpectedPair,
  measurement: Measurement | undefined,
  proof: SourceProof | undefined,
  thresholds: Thresholds,
): PairVerdict {
  if (measurement === undefined) return verdict(pair, 'not-run', 'was not measured');
  if (measurement.status !== 'measured') return verdict(pair, measurement.status, measurement.reason);
  if (measurement.sent < 1) return verdict(pair, 'inconclusive', 'no packet was sent');
  if (measurement.received > 0) return judgeReplies(pair, measurement, thresholds);
  // Silence proves nothing, and here it need not.
  if (pair.expected === 'unspecified') return verdict(pair, 'ok', `no reply; ${pair.reason}`, measurement);
  const doubt = whySilenceProvesNothing(pair, proof);
  if (doubt !== undefined) return verdict(pair, 'inconclusive', doubt, measurement);
  if (pair.expected === 'reach') return verdict(pair, 'unreachable', `no reply, although: ${pair.reason}`, measurement);
  return verdict(pair, 'ok', `blocked as declared: ${pair.reason}`, measurement);
}

/** Packets lost in percent, 0 to 100. Duplicates (more received than sent) are not negative loss. */
export function lossPercent(counts: { sent: number; received: number }): number {
  if (counts.sent < 1) return 0;
  return Math.max(0, ((counts.sent - counts.received) / counts.sent) * 100);
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
    return verdict(pair, 'degraded', `${rounded(loss)} % loss, at most ${thresholds.lossPercent} % is allowed`, measured);
  }
  const p95 = measured.rttMs?.p95;
  if (p95 !== undefined && p95 > thresholds.rttP95Ms) {
    return verdict(pair, 'degraded', `p95 of ${rounded(p95)} ms, at most ${thresholds.rttP95Ms} ms is allowed`, measured);
  }
  return verdict(pair, 'ok', pair.reason, measured);
}

function whySilenceProvesNothing(pair: ExpectedPair, proof: SourceProof | undefined): string | undefined {
  if (proof === undefined) return 'no reply, and the probe was not checked against itself';
  const self = unproven(proof.self, true);
  if (self !== undefined) return `the probe cannot ping itself (${self}): its silence proves nothing`;
  if (pair.source.network === DEFAULT_NETWORK) return undefined;
  const near = proof.sameNetwork === undefined ? 'not tried' : unproven(proof.sameNetwork, false);
  if (near !== undefined) return `the probe reaches nobody in its own network (${near}): its silence proves nothing`;
  return undefined;
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

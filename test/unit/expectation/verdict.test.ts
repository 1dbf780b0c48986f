import { describe, expect, test } from '@jest/globals';
import { smokeConditions, smokeDocument } from '../../../src/expectation/smoke-document.ts';
import { judge, lossInterval, lossPercent, type Proofs } from '../../../src/expectation/verdict.ts';
import type { ExpectedPair, Measurement, SourceProof, VerdictWord } from '../../../src/model/smoke.ts';
import { smokeFleet } from '../../support/smoke-fleet.ts';

const source = { cluster: 'cluster1', network: 'ns1/vn1' };
const target = { cluster: 'cluster2', network: 'ns1/vn2' };
const pair = (expected: ExpectedPair['expected'], from = source): ExpectedPair => ({
  source: from,
  target,
  family: 'v4',
  expected,
  reason: 'why',
});
const measured = (received: number, sent = 5, p95 = 1): Measurement => ({
  status: 'measured',
  sent,
  received,
  ...(received > 0 ? { rttMs: { min: 0.5, median: 0.7, p95 } } : {}),
});
const proof = (self: Measurement, sameNetwork?: Measurement): SourceProof => ({
  source,
  family: 'v4',
  self,
  ...(sameNetwork ? { sameNetwork } : {}),
});
const good = proof(measured(5), measured(5));
const alive = { ...good, source: target };
const between = (checks: SourceProof | undefined, far: SourceProof | undefined = alive, seen = false): Proofs => ({
  source: { proof: checks, seen: false },
  target: { proof: far, seen },
});
const limits = { lossPercent: 0, rttP95Ms: 100 };

describe('judge', () => {
  const cases: [string, ExpectedPair, Measurement | undefined, SourceProof | undefined, VerdictWord][] = [
    ['all replies', pair('reach'), measured(5), good, 'ok'],
    ['all replies without a proof: replies are facts', pair('reach'), measured(5), undefined, 'ok'],
    ['duplicates are no loss', pair('reach'), measured(6), good, 'ok'],
    ['some loss', pair('reach'), measured(4), good, 'degraded'],
    ['slow', pair('reach'), measured(5, 5, 101), good, 'degraded'],
    ['at the limit', pair('reach'), measured(5, 5, 100), good, 'ok'],
    ['silence', pair('reach'), measured(0), good, 'unreachable'],
    ['silence of a broken tool', pair('reach'), measured(0), proof(measured(0), measured(5)), 'inconclusive'],
    ['silence of a lossy loopback', pair('reach'), measured(0), proof(measured(4), measured(5)), 'inconclusive'],
    ['silence, neighbour silent', pair('reach'), measured(0), proof(measured(5), measured(0)), 'inconclusive'],
    ['silence, neighbour not tried', pair('reach'), measured(0), proof(measured(5)), 'inconclusive'],
    [
      'silence on the default network needs no neighbour',
      pair('reach', { cluster: 'cluster1', network: 'default' }),
      measured(0),
      proof(measured(5)),
      'unreachable',
    ],
    ['blocked', pair('block'), measured(0), good, 'ok'],
    ['blocked, one neighbour reply is enough', pair('block'), measured(0), proof(measured(5), measured(1)), 'ok'],
    ['blocked without proof', pair('block'), measured(0), undefined, 'inconclusive'],
    ['blocked, self check failed', pair('block'), measured(0), proof(measured(0), measured(5)), 'inconclusive'],
    ['blocked, same-network check failed', pair('block'), measured(0), proof(measured(5), measured(0)), 'inconclusive'],
    [
      'blocked, same-network check not run',
      pair('block'),
      measured(0),
      proof(measured(5), { status: 'not-run', reason: 'x' }),
      'inconclusive',
    ],
    ['one reply through a block', pair('block'), measured(1), undefined, 'unexpectedly-reachable'],
    ['nothing sent', pair('block'), measured(0, 0), good, 'inconclusive'],
    ['cut off', pair('reach'), { status: 'inconclusive', reason: 'cut' }, good, 'inconclusive'],
    ['image missing', pair('block'), { status: 'not-run', reason: 'image' }, good, 'not-run'],
    ['no measurement', pair('block'), undefined, good, 'not-run'],
    ['unspecified and silent', pair('unspecified'), measured(0), good, 'ok'],
    ['unspecified and silent, without proof', pair('unspecified'), measured(0), undefined, 'ok'],
    ['unspecified and heard', pair('unspecified'), measured(2), good, 'ok'],
  ];
  test.each(cases)('%s', (_, expected, measurement, checks, word) => {
    const verdict = judge(expected, measurement, between(checks), limits);
    expect(verdict.verdict).toBe(word);
    expect(verdict.reason).not.toBe('');
  });

  test('silence towards a target that nobody has heard proves nothing, whatever was expected', () => {
    const dead: SourceProof = { ...alive, sameNetwork: measured(0) };
    const cut: SourceProof = { ...alive, sameNetwork: { status: 'inconclusive', reason: 'pods "x" not found' } };
    for (const expected of ['reach', 'block'] as const)
      for (const far of [dead, cut]) {
        const { verdict, reason } = judge(pair(expected), measured(0), between(good, far), limits);
        expect([verdict, reason]).toEqual(['inconclusive', expect.stringContaining('nobody has heard the target')]);
        // Somebody else has: then it was there.
        expect(judge(pair(expected), measured(0), between(good, far, true), limits).verdict).not.toBe('inconclusive');
      }
    expect(judge(pair('block'), measured(0), between(good, cut), limits).reason).toContain('pods "x" not found');
    const away = { ...pair('block'), target: { cluster: 'cluster2', network: 'default' } };
    expect(judge(away, measured(0), between(good, undefined), limits).verdict).toBe('ok');
  });

  test('a source that somebody has answered needs no neighbour', () => {
    const lonely = proof(measured(5), measured(0));
    const proofs = between(lonely);
    expect(judge(pair('reach'), measured(0), { ...proofs, source: { proof: lonely, seen: true } }, limits).verdict).toBe(
      'unreachable',
    );
  });

  test('how sure a loss is, is said with it', () => {
    expect(lossInterval({ sent: 50, received: 35 })).toEqual({ low: expect.closeTo(19.1, 1), high: expect.closeTo(43.8, 1) });
    expect(lossInterval({ sent: 5, received: 5 })).toEqual({ low: 0, high: expect.closeTo(43.4, 1) });
    expect(judge(pair('reach'), measured(35, 50), between(good), limits).reason).toBe(
      '30 % loss (95 % interval: 19.1 to 43.8 %), at most 0 % is allowed',
    );
  });

  test('loss within the threshold is ok, and loss is computed from the counts', () => {
    expect(judge(pair('reach'), measured(4), between(good), { lossPercent: 20, rttP95Ms: 100 }).verdict).toBe('ok');
    expect(lossPercent({ sent: 3, received: 1 })).toBeCloseTo(66.67, 1);
    expect(lossPercent({ sent: 0, received: 0 })).toBe(0);
  });
});

describe('the document', () => {
  const fleet = smokeFleet();
  const document = (expected: ExpectedPair[], measurement: Measurement, proofs: SourceProof[] = [good, alive]) =>
    smokeDocument(
      fleet,
      { pairs: expected },
      { measured: expected.map((entry) => ({ ...entry, measurement })), proofs, emulated: true },
    );

  test('conditions: failed paths and unjudged paths are told apart, none when all is as declared', () => {
    expect(smokeConditions(document([pair('reach')], measured(5)))).toEqual([]);
    expect(smokeConditions(document([pair('reach')], measured(0)))).toEqual(['smoke-failed']);
    expect(smokeConditions(document([pair('reach')], measured(3)))).toEqual(['smoke-failed']);
    expect(smokeConditions(document([pair('block')], measured(3)))).toEqual(['smoke-failed']);
    expect(smokeConditions(document([pair('block')], measured(0), []))).toEqual(['unknown-cluster']);
  });

  test('a proof of another family or source does not count', () => {
    const other = { ...good, family: 'v6' as const };
    expect(document([pair('block')], measured(0), [other, alive]).pairs[0]?.verdict).toBe('inconclusive');
  });
});

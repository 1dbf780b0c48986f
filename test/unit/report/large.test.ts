import { expect, test } from '@jest/globals';
import { expect as expectedOf } from '../../../src/expectation/expect.ts';
import { smokeDocument } from '../../../src/expectation/smoke-document.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { bytes, GITHUB_LIMIT } from '../../../src/report/markdown/budget.ts';
import { smokeMarkdown } from '../../../src/report/markdown/smoke.ts';
import { smokeText } from '../../../src/report/text/smoke.ts';
import { smokeFleet } from '../../support/smoke-fleet.ts';

test('9,900 paths of 100 clusters are expected, judged and rendered in less than 2 s', () => {
  const [first] = smokeFleet().distributed;
  const distributed = Array.from({ length: 99 }, (_, index) => ({ ...first!, name: `cluster-${index}`, index }));
  const fleet = smokeFleet({ distributed, networks: [], connections: [] });
  // Of the processor: how busy the machine is otherwise says nothing about the code.
  const started = process.cpuUsage();
  const expected = expectedOf(fleet);
  const measured = expected.pairs.map((pair, at) => ({
    ...pair,
    measurement: { status: 'measured' as const, sent: 5, received: at % 100 === 0 ? 0 : 5, rttMs: { min: 1, median: 2, p95: 3 } },
  }));
  const document = smokeDocument(fleet, expected, { measured, proofs: [], emulated: false });
  const [text, markdown] = [smokeText(document, PLAIN), smokeMarkdown(document)];
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(2_000);
  expect(document.pairs).toHaveLength(9_900);
  expect(text).toContain('9900 paths, 99 not judged');
  expect(bytes(markdown)).toBeLessThan(GITHUB_LIMIT);
});

import { expect, test } from '@jest/globals';
import type { SmokeDocument } from '../../../src/model/smoke.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { smokeMarkdown } from '../../../src/report/markdown/smoke.ts';
import { smokeText } from '../../../src/report/text/smoke.ts';
import { path, smokeOf } from '../../support/kept.ts';

const NOT_RUN = { sent: 0, received: 0, reason: 'was not measured' };
const pairs = [path('c1', 'c2', 'not-run', NOT_RUN), path('c2', 'c1', 'not-run', NOT_RUN), path('c1', 'c3', 'ok', { mtu: 1300 })];
const document: SmokeDocument = {
  ...smokeOf(pairs),
  diagnoses: [
    { rung: 'api', cause: 'c2: $K is not set', command: 'cn2-fleet doctor --only c2', paths: pairs.slice(0, 2) },
    { rung: 'mtu', severity: 'warning', cause: 'packets of more than 1300 bytes do not pass', paths: pairs.slice(2) },
  ],
};

test('what was not measured is said once, with its cause, and not again for each path', () => {
  const text = smokeText(document, PLAIN);
  expect(text).toContain('2 paths: c2: $K is not set\n    look: cn2-fleet doctor --only c2\n');
  expect(text).not.toContain('was not measured');
  expect(smokeMarkdown(document)).not.toContain('was not measured');
  const { diagnoses: _, ...bare } = document;
  expect(smokeText(bare, PLAIN).match(/was not measured/g)).toHaveLength(2);
});

test('what is worth a look though nothing is red is marked as a warning', () => {
  expect(smokeText(document, PLAIN)).toContain('warning 1 path: packets of more than 1300 bytes do not pass');
  expect(smokeMarkdown(document)).toContain('- ⚠️ **1 path**: packets of more than 1300 bytes do not pass');
});

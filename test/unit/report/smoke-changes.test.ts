import { describe, expect, test } from '@jest/globals';
import type { PairVerdict, SmokeDocument } from '../../../src/model/smoke.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { smokeJunit } from '../../../src/report/junit/smoke.ts';
import { smokeMarkdown } from '../../../src/report/markdown/smoke.ts';
import { smokePrometheus } from '../../../src/report/prometheus/smoke.ts';
import { smokeText } from '../../../src/report/text/smoke.ts';
import { elementsOf, junitFaults, readXml } from '../../support/junit-report.ts';
import { path, slow, smokeOf } from '../../support/kept.ts';
import { readMetrics } from '../../support/prometheus-text.ts';

const BEFORE = { verdict: 'ok', rttMs: { min: 1, median: 1.2, p95: 2 } } as const;
const SINCE = '2026-01-02T03:04:05.000Z';
const PAIRS: PairVerdict[] = [
  path('a', 'b', 'unreachable', { change: 'newly-broken', before: BEFORE }),
  path('b', 'a', 'degraded', { since: SINCE, before: BEFORE }),
  path('a', 'c', 'ok', { change: 'repaired', before: { verdict: 'unreachable' } }),
  {
    ...slow('c', 'a', 3),
    change: 'slower',
    before: { verdict: 'ok' },
    slowdown: { before: { samples: 25, median: 1.2 }, now: { samples: 20, median: 3 } },
  },
  path('b', 'c', 'ok'),
];
const DOCUMENT: SmokeDocument = { ...smokeOf(PAIRS), baseline: { at: SINCE, runId: 'run-7' } };
const SENTENCE = `Since run run-7 of ${SINCE}: 1 newly broken, 1 broken before, 1 repaired, 1 slower (by more than 1 ms and 25 %)`;
const WORDS = [
  'newly broken, was ok with 1.2 ms',
  `broken since ${SINCE}, was ok with 1.2 ms`,
  'repaired, was unreachable',
  'slower: a median of 3.0 ms in 20 round trips, before that a median of 1.2 ms in 25 round trips',
];

describe('what has become of paths is said', () => {
  test('in the text, each and in sum', () => {
    const lines = smokeText(DOCUMENT, PLAIN).split('\n');
    expect(lines).toContain(`unreachable a ns/a → b ns/b IPv4 0/5 replies: connection app; ${WORDS[0]}`);
    expect(lines).toContain(`degraded b ns/b → a ns/a IPv4 0/5 replies: connection app; ${WORDS[1]}`);
    expect(lines).toContain(`a ns/a → c ns/c IPv4: ${WORDS[2]}`);
    expect(lines).toContain(`c ns/c → a ns/a IPv4: ${WORDS[3]}`);
    expect(lines).toContain(`${SENTENCE}.`);
  });

  test('in Markdown', () => {
    const markdown = smokeMarkdown(DOCUMENT);
    for (const words of ['newly broken', 'broken since', 'repaired, was unreachable', 'slower: a median of'])
      expect(markdown).toContain(words);
    expect(markdown).toContain('1 newly broken, 1 broken before, 1 repaired, 1 slower');
  });

  test('in JUnit: a slower path passes', () => {
    const report = readXml(smokeJunit(DOCUMENT));
    expect(junitFaults(report)).toEqual([]);
    expect(report.attributes).toMatchObject({ tests: '5', failures: '2', errors: '0' });
    const cases = elementsOf(report, 'testcase').flatMap(({ children }) => children.map(({ name, text }) => [name, text]));
    const said = (name: string, words: string | undefined) => [name, expect.stringContaining(words ?? '')];
    expect(cases).toEqual(
      expect.arrayContaining([
        said('failure', WORDS[0]),
        said('failure', WORDS[1]),
        said('system-out', WORDS[2]),
        said('system-out', WORDS[3]),
      ]),
    );
    const properties = elementsOf(report, 'property').map(({ attributes }) => [attributes['name'], attributes['value']]);
    expect(properties).toEqual(
      expect.arrayContaining([
        ['baseline', `run-7 of ${SINCE}`],
        ['changes', SENTENCE],
      ]),
    );
  });

  test('as metrics', () => {
    const { samples } = readMetrics(smokePrometheus(DOCUMENT));
    const count = (change: string) => samples.get(`cn2_fleet_smoke_changes{fleet="guide",change="${change}"}`);
    expect(['newly-broken', 'repaired', 'slower'].map(count)).toEqual([1, 1, 1]);
    expect([...samples.keys()].filter((key) => key.startsWith('cn2_fleet_smoke_path_change{'))).toHaveLength(3);
  });
});

test('where nothing was kept that is said, and where nothing has changed nothing is', () => {
  const { baseline: _, ...first } = { ...DOCUMENT, pairs: PAIRS.slice(0, 1) };
  expect(smokeText(first, PLAIN)).toContain('There is no earlier run to compare with: 1 newly broken.');
  expect(smokeText({ ...DOCUMENT, pairs: PAIRS.slice(4) }, PLAIN)).not.toMatch(/run-7|earlier/);
});

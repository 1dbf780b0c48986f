import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDeclaration } from '../../src/declare/declaration.ts';
import { render } from '../../src/render/render.ts';
import { judgeDeclaration, judgeRemoval } from '../../src/rules/judge.ts';
import { answer } from '../../src/verbs/explain/find.ts';
import pages from '../../src/verbs/explain/pages.json' with { type: 'json' };
import { findingSentences } from '../../tools/source-messages.ts';
import { extraFiles, mutated, vendorFiles } from '../support/mutated-declarations.ts';
import { GUIDE } from '../unit/rules/guide.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);

/** What may stand for the dots, dots of its own and words of other messages included. */
const FILLED = ['cluster2', 'is not a CIDR'];

/** The page of a rule, or one of the page that is keyed by messages. */
const answers = (printed: string) =>
  answer(printed, pages).found.filter(({ page }) => /^docs\/(?:rules|troubleshooting)\.md/.test(page));

test('every sentence of a finding in the sources has a page, whatever stands for the dots', () => {
  const sentences = findingSentences();
  expect(sentences.length).toBeGreaterThan(300);
  const lost = sentences.flatMap(({ text, rule }) =>
    FILLED.flatMap((_, first) => {
      let at = first;
      const printed = text.replaceAll('…', () => FILLED[at++ % FILLED.length]!);
      return answers(printed).length > 0 ? [] : [`${rule}: ${printed}`];
    }),
  );
  expect(lost).toEqual([]);
});

test(
  'a finding has a page by its sentence alone; of a file that is not YAML the reader of YAML says what it likes',
  () => {
    const guide = readDeclaration(GUIDE, 'clusters.yaml').fleet!;
    const asked = new Set<string>();
    fc.assert(
      fc.property(mutated, (text) => {
        const declaration = readDeclaration(text, 'clusters.yaml');
        const { findings } = render({ declaration, vendorFiles, extraFiles });
        const all = [...declaration.findings, ...judgeDeclaration(declaration), ...judgeRemoval(declaration, guide), ...findings];
        for (const { rule, message } of all) {
          if (rule === 'yaml' || asked.has(message)) continue;
          asked.add(message);
          if (answers(message).length === 0) throw new Error(`${rule}: no page explains ${message}`);
        }
      }),
      { numRuns: RUNS },
    );
    expect(asked.size).toBeGreaterThan(RUNS / 10);
  },
  60_000 + RUNS * 50,
);

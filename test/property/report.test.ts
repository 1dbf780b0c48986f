import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FieldChange } from '../../src/model/plan.ts';
import { bytes } from '../../src/report/markdown/budget.ts';
import { code, fenced, html, prose } from '../../src/report/markdown/escape.ts';
import { planMarkdown } from '../../src/report/markdown/plan.ts';
import { redact } from '../../src/report/redact.ts';
import { markdownFaults } from '../support/github-markdown.ts';
import { hostileText as hostile } from '../support/hostile-text.ts';
import { change, FINDINGS, PLAN } from '../support/report-documents.ts';

describe('Markdown', () => {
  test('foreign text cannot leave its place', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(
          markdownFaults(
            `${code(text)} ${prose(text)}\n\n${fenced([text, text])}\n\n<details><summary>${html(text)}</summary>\n\n</details>`,
          ),
        ).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  test('any plan fits any budget and stays balanced', () => {
    const field = fc.record({
      path: hostile,
      before: hostile,
      after: hostile,
      conflictsWith: hostile,
    }) as fc.Arbitrary<FieldChange>;
    const changes = fc.array(
      fc.record({
        name: hostile,
        action: fc.constantFrom('create', 'update', 'delete', 'replace', 'adopt'),
        fields: fc.array(field, { maxLength: 4 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 4 }), fc.integer({ min: 3_500, max: 20_000 }), (clusters, budget) => {
        const plan = {
          ...PLAN,
          clusters: clusters.map((entries, at) => ({
            ...PLAN.clusters[at % 2]!,
            name: `c${at}`,
            changes: entries.map((entry) => change(entry as never)),
          })),
        };
        const text = planMarkdown(plan, FINDINGS, budget);
        expect(bytes(text)).toBeLessThanOrEqual(budget);
        expect(markdownFaults(text)).toEqual([]);
        const all = clusters.flat().length;
        const shown = (text.match(/^`[-+~=±] /gm) ?? []).length;
        const left = Number(/(\d+) objects?\b[^_]*_$/m.exec(text)?.[1] ?? 0);
        expect(shown + left).toBe(all);
      }),
      { numRuns: 300 },
    );
  });
});

test('no known secret survives redaction, whatever is around it', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme' }),
      fc.string(),
      fc.string(),
      (secret, before, after) => {
        fc.pre(secret.trim().length >= 6 && !'(secret)'.includes(secret.trim()));
        const text = JSON.stringify(
          redact({ a: before + secret + after, b: [Buffer.from(before + secret + after).toString('base64')] }, [secret]),
        );
        expect(JSON.parse(text).a).not.toContain(secret);
        expect(JSON.parse(text).b[0]).not.toContain(
          Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1) || secret,
        );
      },
    ),
    { numRuns: 2_000 },
  );
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { RULES } from '../../../src/rules/all-rules.ts';
import { rulesReference } from '../../../src/rules/reference.ts';

test('docs/rules.md is what the generator writes (run: node tools/generate-rules-reference.ts)', () => {
  expect(readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8')).toBe(rulesReference());
});

test('every rule has an id of its own, judges something and says what to do', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  for (const rule of RULES) {
    expect(rule.judgeDeclaration ?? rule.judgeManifests ?? rule.judgeLive ?? rule.judgeHandover).toBeDefined();
    expect(rule.sentence).toMatch(/\.$/);
    expect(rule.remedy).not.toBe('');
  }
});

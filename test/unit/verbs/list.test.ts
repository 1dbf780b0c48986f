import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { VERBS } from '../../../src/verbs/all.ts';

test('names every command once, and every flag of one once', () => {
  expect(new Set(VERBS.map(({ name }) => name)).size).toBe(VERBS.length);
  for (const { name, flags } of VERBS) expect([name, new Set(flags.map((flag) => flag.name)).size]).toEqual([name, flags.length]);
});

test.each(VERBS.flatMap((verb) => ('work' in verb ? [verb] : [])))(
  'every format that $name names is shown, and no other',
  async (verb) => {
    const { shown } = await verb.work();
    const formats = Object.keys(shown).filter((name) => name !== 'summary');
    expect(['json', ...formats].sort()).toEqual([...verb.formats].sort());
  },
);

test('a flag of several commands is one input of the Action: it has the same words and the same kind of value', () => {
  const known = new Map<string, string>();
  for (const { flags, outputs } of VERBS)
    for (const { name, input, value, repeatable } of outputs === undefined ? [] : flags) {
      if (input === undefined) continue;
      const about = JSON.stringify({ input, value, repeatable });
      expect([name, known.get(name) ?? about]).toEqual([name, about]);
      known.set(name, about);
    }
});

test.each(VERBS.map(({ name }) => name))('the facts of %s load without what runs it', (name) => {
  const text = readFileSync(new URL(`../../../src/verbs/${name}/verb.ts`, import.meta.url), 'utf8');
  const imported = [...text.matchAll(/^import .* from '(.*)';$/gm)].map(([, path]) => path);
  const light = ['../flags.ts', '../outputs.ts', '../verb.ts', './outputs.ts'];
  expect(imported.filter((path) => !light.includes(path ?? ''))).toEqual([]);
  expect(text.match(/=> import\('\.\/run\.ts'\)/g)).toHaveLength(1);
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { EXIT_CODES } from '../../../src/cli/exit.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { RULES } from '../../../src/rules/all-rules.ts';
import { answer, type Page } from '../../../src/verbs/explain/find.ts';
import pages from '../../../src/verbs/explain/pages.json' with { type: 'json' };
import { shown } from '../../../src/verbs/explain/run.ts';

const found = (asked: string) => answer(asked, pages).found;
const document = (asked: string) => ({ schemaVersion: 1 as const, asked, ...answer(asked, pages) });
const doc = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

describe('what is asked for by name', () => {
  test.each(RULES.map(({ id, sentence, remedy }) => [id, sentence, remedy]))(
    'rule %s is one page, what it says and what to do',
    (id, sentence, remedy) => {
      const [page, ...others] = found(id.toLowerCase());
      expect(others).toEqual([]);
      expect(page?.page).toBe(`docs/rules.md#${id.toLowerCase()}`);
      expect(page?.text).toContain(sentence);
      expect(page?.text).toContain(remedy);
    },
  );

  test.each(['yaml', 'credential', 'rendered'])('rule %s without a number', (id) => {
    expect(found(id)).toMatchObject([{ topic: id, page: 'docs/rules.md#rules-without-a-number' }]);
  });

  test.each([0, ...EXIT_CODES.map(([, code]) => code)])('exit code %d, said in three ways', (code) => {
    const [page, ...others] = found(String(code));
    expect(others).toEqual([]);
    expect(page?.topic).toBe(`exit code ${code}`);
    expect([found(`exit ${code}`), found(`Exit code ${code}`)]).toEqual([[page], [page]]);
  });

  test('an exit code names the messages of an apply that end with it', () => {
    expect(found('5')[0]?.text).toContain('`lease …/… on … is held by …`');
  });
});

describe('words of a message', () => {
  const messages = pages.filter(({ page }) => page.startsWith('docs/troubleshooting.md'));

  test('every message of the page has its answer', () => {
    const keys = [...doc('troubleshooting.md').matchAll(/^\|(?: \d+ \|)? `([^`]+)` \|/gm)].map(([, key = '']) => key);
    expect(keys.length).toBeGreaterThan(100);
    const topics = new Set(messages.map(({ topic }) => topic));
    expect(keys.filter((key) => !topics.has(key.replaceAll('\\|', '|')))).toEqual([]);
  });

  test('a message as it was printed finds its page, whatever stands for the dots', () => {
    const printed = 'error lease contrail/cn2-fleet-guide on cluster1 is held by 3f2a1b9c until 08:00';
    expect(found(printed)).toMatchObject([{ topic: 'lease …/… on … is held by …', page: 'docs/troubleshooting.md#apply' }]);
  });

  test('several that have all the words are listed', () => {
    const pages = found('lock held by');
    expect(pages.map(({ topic }) => topic)).toEqual(expect.arrayContaining(['exit code 5', 'lease …/… on … is held by …']));
    const text = shown.text(document('lock held by'), PLAIN);
    expect(text).toContain(`${pages.length} pages answer`);
    expect(text).toContain('lease …/… on … is held by …  docs/troubleshooting.md#apply');
  });

  test('of pages that hold a printed text the one that says most of it counts', () => {
    const page = (topic: string): Page => ({ topic, page: 'docs/a.md', text: '' });
    const some = [page('… is not ready'), page('node … is not ready on …'), page('… on …')];
    expect(answer('node a is not ready on b', some).found).toEqual([some[1]]);
  });
});

describe('what nobody knows', () => {
  test('the nearest names are given', () => {
    expect(answer('E99', pages)).toEqual({ found: [], nearest: ['E9'] });
    expect(answer('lease of the giraffe', pages).nearest.join()).toContain('lease');
    expect(answer('?', pages)).toEqual({ found: [], nearest: [] });
  });

  test('foreign words do no harm in either format', () => {
    const asked = 'gi\u001b[31mraffe @mona <b>';
    expect(shown.text(document(asked), PLAIN)).not.toContain('\u001b');
    expect(shown.markdown?.(document(asked))).not.toContain('<b>');
  });
});

describe('one page', () => {
  test('as text it has no markup of links, as Markdown it has a heading and its place', () => {
    const linked = pages.find(({ text }) => text.includes(']('));
    const one = { schemaVersion: 1 as const, asked: 'x', found: [linked!], nearest: [] };
    expect(shown.text(one, PLAIN)).not.toContain('](');
    expect(shown.markdown?.(one)).toContain(`(${linked?.page})`);
    expect(shown.markdown?.(document('E1'))).toMatch(/^## E1\n/);
  });
});

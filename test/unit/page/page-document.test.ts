import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PageData } from '../../../src/page/page-data.ts';
import { DATA_END, DATA_START, pageDocument, pageWithoutSecrets } from '../../../src/page/page-document.ts';
import { smokePage } from '../../../src/page/smoke-page.ts';
import { neutralise } from '../../../src/report/github/neutralise.ts';
import { printable } from '../../../src/report/printable.ts';
import { Redactor } from '../../../src/report/redactor.ts';
import { isOwnWord } from '../../../src/report/vocabulary.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { wideFleet, wideSmoke } from '../../support/page-documents.ts';
import { SMOKE } from '../../support/report-documents.ts';

const SHELL = `<p>before</p>${DATA_START}{"data":"here"}${DATA_END}<script>after</script>`;

const dataOf = (page: string) => {
  const start = page.indexOf(DATA_START) + DATA_START.length;
  return page.slice(start, page.indexOf(DATA_END, start));
};

const named = (name: string): PageData => smokePage({ ...SMOKE, fleet: name, leftovers: [name] }, undefined, '0.1.0');

describe('the document of a page', () => {
  test('is the shell with the data in its place', () => {
    const page = pageDocument(SHELL, named('guide'));
    expect(page.startsWith(`<p>before</p>${DATA_START}{"title":"Smoke test of guide"`)).toBe(true);
    expect(page.endsWith(`}${DATA_END}<script>after</script>`)).toBe(true);
    expect(JSON.parse(dataOf(page))).toEqual(named('guide'));
  });

  test('holds nothing but data, whatever the names are', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const page = pageDocument(SHELL, named(name));
        const data = dataOf(page);
        expect(data).not.toMatch(/[<>&\u2028\u2029]/);
        expect(page).toHaveLength(SHELL.length - '{"data":"here"}'.length + data.length);
        expect(JSON.parse(data).smoke.leftovers).toEqual([printable(name)]);
        // Where it is printed in the log of a job.
        expect(neutralise(data)).toBe(data);
      }),
    );
  });

  test.each(['</script><script>alert(1)</script>', '<!--<script>', '\u2028\u2029', '##[add-mask]x', '::stop-commands::x'])(
    'a name like %j does nothing',
    (name) => {
      const data = dataOf(pageDocument(SHELL, named(name)));
      for (const piece of ['</', '<!', '\u2028', '##', '::']) expect(data).not.toContain(piece);
    },
  );

  test('refuses a shell without a place for data', () => {
    expect(() => pageDocument('<p>', named('guide'))).toThrow('no place for its data');
  });
});

describe('a page without secrets', () => {
  test('has none in its data, in whatever form it is written, and its shell as it was', () => {
    const secret = 'Tok<en&"1\\2>canary';
    const secrets = new Redactor();
    secrets.reveal(secret);
    secrets.reveal('after</script>');
    const page = pageWithoutSecrets(pageDocument(SHELL, named(`a ${secret} b ${btoa(secret)}`)), secrets);
    expect(JSON.parse(dataOf(page)).title).toBe('Smoke test of a (secret) b (secret)');
    expect(page.endsWith('<script>after</script>')).toBe(true);
  });

  test('is the same page where nothing is secret', () => {
    const page = pageDocument(SHELL, named('guide'));
    expect(pageWithoutSecrets(page, new Redactor())).toBe(page);
  });

  test('keeps its members: their names are words of every report', () => {
    const fleet = wideFleet(2, 3);
    const words = new Set<string>();
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(walk);
      else if (value !== null && typeof value === 'object')
        for (const [key, member] of Object.entries(value)) {
          words.add(key);
          walk(member);
        }
    };
    walk(smokePage(wideSmoke(fleet), fleet, '0.1.0'));
    expect([...words].filter((word) => word.length >= 6 && !isOwnWord(word))).toEqual([]);
  });
});

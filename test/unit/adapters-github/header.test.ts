import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareOrders, isMarked, orderOf, readHeader, writeHeader } from '../../../src/adapters/github/header.ts';
import { digest, ownHeader, written } from '../../../src/adapters/github/kept-text.ts';
import { ForgeError } from '../../../src/ports/forge.ts';

const MARKER = { kind: 'drift', fleet: 'guide', subject: 'cluster2' } as const;

describe('the hidden header', () => {
  test('looks like this', () => {
    expect(writeHeader(MARKER, 'sha256:ab', { run: 8, attempt: 2 })).toBe(
      '<!-- cn2-fleet {"schema":1,"kind":"drift","fleet":"guide","subject":"cluster2","run":8,"attempt":2,"content":"sha256:ab"} -->',
    );
  });

  test('comes back whole from any names, and is one comment of one line whatever they are', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('-->', '--!>', '<!--', '@octocat', '#1', '\n-->', '`', '-', '--', '---', '\ud800'),
    );
    fc.assert(
      fc.property(name, name, (fleet, subject) => {
        const header = writeHeader({ kind: 'plan', fleet, subject }, digest([fleet]), { run: 3, attempt: 1 });
        expect(header).toMatch(/^<!-- [^<>@#`\n\r]* -->$/);
        expect(header.slice(4, -3)).not.toMatch(/--|[^\x20-\x7e]/);
        const read = readHeader(`${header}\nbody`);
        expect(isMarked(read, { kind: 'plan', fleet, subject })).toBe(true);
        expect(orderOf(read!)).toEqual({ run: 3, attempt: 1 });
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['not the first line', 'x\n<!-- cn2-fleet {"schema":1,"kind":"plan","fleet":"guide","content":"c"} -->'],
    ['quoted', '> <!-- cn2-fleet {"schema":1,"kind":"plan","fleet":"guide","content":"c"} -->'],
    ['another schema', '<!-- cn2-fleet {"schema":2,"kind":"plan","fleet":"guide","content":"c"} -->'],
    ['no content', '<!-- cn2-fleet {"schema":1,"kind":"plan","fleet":"guide"} -->'],
    ['no JSON', '<!-- cn2-fleet {"schema":1, -->'],
    ['text behind it', '<!-- cn2-fleet {"schema":1,"kind":"plan","fleet":"guide","content":"c"} --> x'],
    ['nothing', ''],
  ])('is none: %s', (_, text) => {
    expect(readHeader(text)).toBeUndefined();
  });

  test('is read from a text that was edited on a page, with its line ends', () => {
    expect(readHeader(`${writeHeader(MARKER, 'c')}\r\nbody\r\n`)).toMatchObject({ content: 'c', subject: 'cluster2' });
  });

  test('tells one thing from another, and one run from another', () => {
    const header = readHeader(writeHeader(MARKER, 'c'));
    expect(isMarked(header, { kind: 'drift', fleet: 'guide' })).toBe(false);
    expect(isMarked(header, { kind: 'drift', fleet: 'other', subject: 'cluster2' })).toBe(false);
    expect(orderOf(header!)).toEqual({ run: 0, attempt: 0 });
    expect(compareOrders({ run: 9, attempt: 1 }, { run: 10, attempt: 1 })).toBeLessThan(0);
    expect(compareOrders({ run: 9, attempt: 2 }, { run: 9, attempt: 1 })).toBeGreaterThan(0);
  });

  test('makes a text ours only with the author', () => {
    const body = `${writeHeader(MARKER, 'c')}\nbody`;
    expect(ownHeader({ body, user: { login: 'github-actions[bot]' } }, MARKER, 'github-actions[bot]')).toBeDefined();
    expect(ownHeader({ body, user: { login: 'mallory' } }, MARKER, 'github-actions[bot]')).toBeUndefined();
    expect(ownHeader({ body, user: null }, MARKER, 'github-actions[bot]')).toBeUndefined();
    expect(ownHeader({ body: null, user: { login: 'a' } }, MARKER, 'a')).toBeUndefined();
  });
});

describe('a kept text', () => {
  test('has the same digest for the same title and body, whatever its footer and its run are', () => {
    const one = written({ marker: MARKER, body: 'b', footer: 'run 1' }, { title: 't', order: { run: 1, attempt: 1 } });
    const two = written({ marker: MARKER, body: 'b', footer: 'run 2' }, { title: 't', order: { run: 2, attempt: 1 } });
    expect(one.content).toBe(two.content);
    expect(one.text.split('\n').slice(1)).toEqual(['b', '', 'run 1']);
    expect(written({ marker: MARKER, body: 'b' }, { title: 'u' }).content).not.toBe(one.content);
    expect(written({ marker: MARKER, body: 'tb' }).content).not.toBe(
      written({ marker: MARKER, body: 'b' }, { title: 't' }).content,
    );
  });

  test('fits GitHub in characters and bytes, or is refused', () => {
    expect(written({ marker: MARKER, body: 'x'.repeat(64_000) }).text.length).toBeLessThan(65_536);
    expect(Buffer.byteLength(written({ marker: MARKER, body: 'ü'.repeat(32_000) }).text)).toBeLessThan(65_536);
    const refused = [
      { marker: MARKER, body: 'x'.repeat(64_001) },
      { marker: MARKER, body: '€'.repeat(21_400) },
      { marker: MARKER, body: 'x', footer: 'y'.repeat(66_000) },
      { marker: { ...MARKER, subject: '€'.repeat(15_000) }, body: 'x' },
    ];
    for (const text of refused) expect(() => written(text)).toThrow(ForgeError);
  });
});

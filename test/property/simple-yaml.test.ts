import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isMap, isScalar, isSeq, type Node, parseAllDocuments } from 'yaml';
import { pointer } from '../../src/declare/pointer.ts';
import { type SimpleNode, simpleValue } from '../../src/declare/simple-node.ts';
import { readSimpleYaml } from '../../src/declare/simple-yaml.ts';
import { lineIndex, tooDeepAt } from '../../src/declare/text-lines.ts';
import { readWithLibrary, readYaml } from '../../src/declare/yaml.ts';
import type { YamlDocument } from '../../src/declare/yaml-document.ts';

const ROOT = join(import.meta.dirname, '../..');
/** YAML that people wrote: declarations, vendor's files, workflows, identities. */
const WRITTEN = globSync('{examples,deploy,workflows,lab}/**/*.{yaml,yml}', { cwd: ROOT, exclude: ['**/node_modules/**'] })
  .sort()
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
const LINES = WRITTEN.flatMap(({ text }) => text.split('\n'));

/** What has a meaning somewhere in the grammar, and what nearly has one. */
const PARTS = [
  ...[' ', '  ', '\n', '\n\n', '\n  ', ': ', ':', '- ', '-', '? ', ' #', '#', '"', "'", "''", '[', ']', '{', '}', ',', ', '],
  ...[
    '|',
    '|-',
    '|+',
    '>',
    '>-',
    '|\n  x\n',
    '>-\n  x\n  y\n',
    '&a',
    '*a',
    '!',
    '!!str',
    '%',
    '@',
    '`',
    '\t',
    '\r\n',
    '\\',
    '\\n',
  ],
  ...['---\n', '---', '...\n', '<<', '<<: ', '=', '~', 'null', 'true', 'yes', '0', '01', '-1', '+1', '1.5', '1e3', '0x1', '0o7'],
  ...[
    '1_0',
    '.inf',
    '-.inf',
    '.nan',
    '12:30',
    'a',
    'a: b',
    'a: ',
    '- a\n',
    '- a: b\n',
    '::',
    ':x',
    '$(A)',
    '/',
    '<x>',
    '--x',
    '\u00e9',
  ],
  ...[
    '\u2028',
    '\u3000',
    '\u2003',
    '\ufeff',
    '\u{1f600}',
    '10.0.0.0/24',
    '22.2.0.93',
    '2001-01-01',
    '__proto__: 1',
    '"a": b',
    '{a: b}',
    '[a, b]',
    '[]',
    '{}',
  ],
];

const drawn = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 14 }).map((parts) => parts.join(''));
/** Some lines as they were written, with a few parts in them that were not. */
const edited = fc
  .tuple(
    fc.nat(LINES.length - 1),
    fc.integer({ min: 1, max: 12 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...PARTS)), { maxLength: 3 }),
  )
  .map(([from, count, edits]) =>
    edits.reduce(
      (text, [place, removed, part]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + part + text.slice(at + removed);
      },
      `${LINES.slice(from, from + count).join('\n')}\n`,
    ),
  );

describe('a simple YAML text', () => {
  test.each(WRITTEN)('$path is read as the library reads it, or not at all', ({ text }) => {
    compareWithLibrary(text);
  });

  test('the files of a fleet are simple', () => {
    const ofFleet = WRITTEN.filter(({ path }) => path.startsWith('examples/'));
    expect(ofFleet.length).toBeGreaterThan(3);
    for (const { path, text } of ofFleet) expect([path, readSimpleYaml(text) !== undefined]).toEqual([path, true]);
  });

  test('any text is read as the library reads it, with its places, or not at all', () => {
    let simple = 0;
    fc.assert(
      fc.property(fc.oneof(drawn, edited), (text) => {
        if (compareWithLibrary(text)) simple += 1;
      }),
      { numRuns: 20_000 },
    );
    // What is compared is not only refused.
    expect(simple).toBeGreaterThan(2_000);
  });

  test('a declaration that is simple has the data, places and findings that the library gives', () => {
    fc.assert(
      fc.property(fc.oneof(drawn, edited), (text) => {
        if (tooDeepAt(text) !== undefined || readSimpleYaml(text) === undefined) return;
        const expected = readWithLibrary(text, 'clusters.yaml', lineIndex(text)).map(withPlaces);
        expect(readYaml(text, 'clusters.yaml').map(withPlaces)).toEqual(expected);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['in a value', 'a: b\u3000\n'],
    ['in a key', 'a\u2003: b\n'],
    ['in brackets', 'a: [b\u202f, {c\u1680: d\u205f}]\n'],
    ['before a comment', 'a: b\u200a # c\n'],
    ['behind a marker', '---\u3000\na: b\n'],
  ])('a blank that is none to YAML is text: %s', (_, text) => {
    compareWithLibrary(text);
  });

  test.each([
    ['a list on one line', `a: [${'"x", '.repeat(400_000)}"x"]\n`],
    ['lines without a colon', '- abc\n'.repeat(400_000)],
    ['lines in quotes', "- 'abc'\n".repeat(400_000)],
  ])('the time for a long text grows with its length: %s', (_, text) => {
    const times = [text, text.slice(0, text.length / 8)].map((part) => {
      const begin = performance.now();
      readSimpleYaml(part);
      return performance.now() - begin;
    });
    // Eight times as long; where each scalar looks through the rest of the text it takes 64 times as long, and minutes.
    expect(times[0]).toBeLessThan(8 * 4 * times[1]! + 1_000);
  });

  test.each([
    ['an error', 'a: b: c\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['a key twice in a long mapping', `${Array.from({ length: 20 }, (_, index) => `k${index}: 1`).join('\n')}\nk3: 1\n`],
    ['an anchor', 'a: &x 1\n'],
    ['an alias', 'a: *x\n'],
    ['a merge key', '<<: {a: 1}\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a key __proto__', '__proto__: 1\n'],
    ['a number that a double does not hold', 'a: 9007199254740993\n'],
    ['a number that kubectl reads otherwise', 'mode: 0644\n'],
    ['a text over several lines', 'a: b\n  c\n'],
    ['an empty value', 'a:\nb: 1\n'],
    ['a tab', 'a:\tb\n'],
    ['another end of lines', 'a: b\r\n'],
    ['a directive', '%YAML 1.1\n---\na: b\n'],
    ['a key with blanks before a far colon', `a${' '.repeat(1100)}: b\n`],
    ['a key that is written far longer than it is', `"${'\\n'.repeat(600)}": b\n`],
    ['a key in single quotes that is written so', `'${"''".repeat(600)}': b\n`],
    ['deep nesting', '- '.repeat(150)],
  ])('%s is left to the library', (_, text) => {
    expect(readSimpleYaml(text)).toBeUndefined();
  });
});

/** Whether the text is simple; then every node of it is the library's. */
function compareWithLibrary(text: string): boolean {
  const simple = readSimpleYaml(text);
  if (simple === undefined) return false;
  const documents = parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent' });
  if (!Array.isArray(documents)) throw new Error(`the library reads nothing in ${JSON.stringify(text)}`);
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  expect(documents).toHaveLength(simple.length);
  for (const [index, document] of documents.entries()) {
    const node = simple[index] ?? null;
    expect(node === null ? null : simpleValue(node)).toEqual(document.toJS());
    if (node !== null) expect(nodesOf(node)).toEqual(libraryNodes(document.contents));
  }
  return true;
}

/** A document with the place of everything in it, and of what is not. */
function withPlaces({ source, ...document }: YamlDocument) {
  const pointers = ['', '/absent', ...pointersIn(document.value)].flatMap((at) => [at, `${at}/0`, `${at}/absent`]);
  return { ...document, places: pointers.map((at) => [at, source.valueAt(at), source.keyAt(at)]) };
}

function pointersIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    pointer(key),
    ...pointersIn(member).map((below) => pointer(key) + below),
  ]);
}

function nodesOf(node: SimpleNode): unknown {
  if (node.type === 'list') return { offset: node.offset, items: node.items.map(nodesOf) };
  if (node.type === 'map') return { offset: node.offset, keys: node.keys.map(nodesOf), values: node.values.map(nodesOf) };
  return { offset: node.offset, value: node.value, plain: node.plain };
}

function libraryNodes(node: unknown): unknown {
  const offset = (node as Node).range?.[0];
  if (isScalar(node)) return { offset, value: node.value, plain: node.type === 'PLAIN' ? node.source : undefined };
  if (isSeq(node)) return { offset, items: node.items.map(libraryNodes) };
  if (!isMap(node)) throw new Error('an alias');
  return {
    offset,
    keys: node.items.map(({ key }) => libraryNodes(key)),
    values: node.items.map(({ value }) => libraryNodes(value)),
  };
}

import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { writeJson, writeYaml } from '../../../src/render/yaml-writer.ts';

describe('rendered YAML', () => {
  test('apiVersion, kind and metadata lead, the rest keeps its order, undefined is left out', () => {
    expect(writeYaml({ spec: { b: 1, a: 2 }, metadata: { name: 'x' }, kind: 'K', gone: undefined, apiVersion: 'v1' })).toBe(
      'apiVersion: v1\nkind: K\nmetadata:\n  name: x\nspec:\n  b: 1\n  a: 2\n',
    );
  });

  test.each([
    'yes',
    'No',
    'on',
    'off',
    'y',
    '0100',
    '12:30',
    '1_000',
    '2001-01-01',
    '~',
    'null',
    '1e3',
    '.5',
    '<<',
    '',
    '0x1F',
    '100%',
  ])('the string %j stays a string for readers of either YAML', (text) => {
    const written = writeYaml({ value: text });
    expect(written).toBe(text === '100%' ? 'value: 100%\n' : `value: "${text}"\n`);
  });

  test.each([' \n', '\n \n\n', '  indented\nthen not\n', '\n'])(
    'the text %j is quoted, since readers differ on blocks that begin so',
    (text) => {
      const written = writeYaml({ value: text });
      expect(written).toMatch(/^value: ".*"\n$/);
      for (const version of ['1.2', '1.1'] as const) expect(parse(written, { version })).toEqual({ value: text });
    },
  );

  test('other texts of several lines are blocks', () => {
    expect(writeYaml({ value: 'one\n  two\n' })).toBe('value: |\n  one\n    two\n');
  });

  test('long lines are not folded, equal objects are not aliased', () => {
    const shared = { a: 'x '.repeat(200) };
    const written = writeYaml({ one: shared, two: shared });
    expect(written.split('\n')).toHaveLength(5);
    expect(written).not.toMatch(/[&*]/);
  });
});

test('rendered JSON has sorted keys', () => {
  expect(writeJson({ b: [{ z: 1, y: undefined, x: 2 }], a: null })).toBe(
    '{\n  "a": null,\n  "b": [\n    {\n      "x": 2,\n      "z": 1\n    }\n  ]\n}\n',
  );
});

test('every short text that looks a little like a number is read back as a text', () => {
  const marks = [...'07eE_.-xob'];
  let texts = [''];
  const wrong: string[] = [];
  for (let length = 1; length <= 3; length += 1) {
    texts = texts.flatMap((text) => marks.map((mark) => text + mark));
    const object = Object.fromEntries(texts.map((text, index) => [`k${index}`, text]));
    const written = writeYaml(object);
    for (const version of ['1.2', '1.1'] as const) {
      const read = Object.values(parse(written, { version }) as Record<string, unknown>);
      wrong.push(...texts.filter((text, index) => read[index] !== text));
    }
  }
  expect(wrong).toEqual([]);
});

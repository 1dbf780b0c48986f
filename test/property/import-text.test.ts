import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { yaml11Reading } from '../../src/declare/yaml11.ts';
import { flowText } from '../../src/import/flow.ts';
import { patchToward } from '../../src/import/toward.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { mergePatch } from '../../src/render/merge-patch.ts';

const words = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'yes',
    'null',
    '12:30',
    '0100',
    '1e3',
    '~',
    '- a',
    'a: b',
    '#x',
    'target:64512:1000',
    '10.0.0.1',
    'fd00::/112',
    '22.2.0.93',
    '.5',
    'https://192.0.2.1:6443',
    '2027-06-30',
    '\u2028',
    'a\nb',
  ),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    words,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(words, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('the text of an imported declaration', () => {
  test('says what it was made from to readers of YAML 1.2 and of 1.1', () => {
    fc.assert(
      fc.property(values, (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        const text = flowText(plain);
        expect(parse(text)).toEqual(plain);
        expect(parse(text, { version: '1.1' })).toEqual(plain);
        if (typeof plain === 'string' && !text.startsWith('"')) expect(yaml11Reading(text)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});

const specs = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', '10.0.0.0/24', 1, true),
    fc.array(fc.record({ name: fc.constantFrom('x', 'y'), image: fc.constantFrom('one', 'two') }), { maxLength: 3 }),
    fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('k', 'l', 'm'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

describe('a patch toward what runs', () => {
  test('merged, nothing is left to say; alike, there is none', () => {
    const objectOf = (spec: unknown): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Thing',
      metadata: { name: 'a' },
      spec: { inner: spec },
    });
    fc.assert(
      fc.property(specs, specs, (one, other) => {
        const [rendered, live] = [objectOf(one), objectOf(other)];
        expect(patchToward(live, live)).toBeUndefined();
        const patch = patchToward(rendered, live);
        if (patch === undefined) return;
        const merged = mergePatch(rendered, patch) as KubernetesObject;
        expect(patchToward(merged, live)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});

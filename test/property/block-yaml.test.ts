import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blockYaml, libraryYaml } from '../../src/render/block-yaml.ts';

const WORDS = [
  '',
  ' ',
  'yes',
  'No',
  'NULL',
  '~',
  '0x1f',
  '1e3',
  '.inf',
  '12:30:45',
  '2026-01-01',
  '- a',
  '? b',
  ': c',
  'd:',
  'e: f',
  '# g',
];
const ODD = [
  'h #i',
  '&j',
  '*k',
  '!l',
  '|',
  '>',
  "it's",
  '"q"',
  '---',
  '...',
  '--- m',
  'n\n',
  '\no',
  ' p\nq',
  'r\n\ns\n',
  't\n\n',
  'u \nv',
];
const MORE = [
  'w\tx',
  '\u0000',
  '\u2028',
  'é',
  '😀',
  '=',
  '<<',
  'on',
  'y',
  '0o7',
  '1_000',
  '+1',
  '-',
  '?',
  '%a',
  '@b',
  '`c',
  'a,b',
  '[c]',
  '{d}',
];
const texts = fc.oneof(
  fc.constantFrom(...WORDS, ...ODD, ...MORE),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc
    .array(fc.constantFrom('a', ' ', '\n', '  ', '#', ':', '-', '"', '\t', '---'), { maxLength: 8 })
    .map((parts) => parts.join('')),
  fc.constantFrom('spec', 'metadata', 'cn2-fleet/fleet', 'app.kubernetes.io/name', '10.0.0.0/24', 'enterprise/contrail:22.2'),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    texts,
    fc.constantFrom(null, true, false, 0, -0, 1.5, 1e21, Number.MAX_SAFE_INTEGER, undefined),
    fc.integer(),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(texts, tie('tree'), { maxKeys: 4 }),
  ),
}));
const documents = fc.dictionary(texts, tree, { minKeys: 1, maxKeys: 5 });

describe('the writer of blocks', () => {
  test('writes byte for byte what the library writes, or leaves it to it', () => {
    const counts = { written: 0, left: 0 };
    fc.assert(
      fc.property(documents, (document) => {
        const written = blockYaml(document);
        if (written === undefined) counts.left += 1;
        else {
          counts.written += 1;
          expect(written).toBe(libraryYaml(document));
        }
      }),
      { numRuns: 3_000 },
    );
    // It would be right, and worth nothing, if it left all of it.
    expect(counts.written).toBeGreaterThan(counts.left / 3);
  });

  test('what rendered manifests are made of is never left to the library', () => {
    const object = {
      apiVersion: 'core.contrail.juniper.net/v1alpha1',
      kind: 'VirtualNetwork',
      metadata: { name: 'vn1', labels: { 'cn2-fleet/fleet': 'guide', on: 'yes' }, annotations: { note: 'a: b\n\n# c\n' } },
      spec: { v4SubnetReference: { name: 's' }, list: [{ a: 1, b: [[], {}, ['x']] }, 'y', null], isolated: 'true', empty: {} },
    };
    expect(blockYaml(object)).toBe(libraryYaml(object));
  });
});

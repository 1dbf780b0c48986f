import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asLive } from '../../src/adoption/field-path.ts';
import { bothPatches, patchBetween } from '../../src/adoption/patch-between.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { fieldChanges } from '../../src/plan/fields.ts';
import { mergePatch } from '../../src/render/merge-patch.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 500);

const KEY = fc.constantFrom('a', 'b', 'app.example/x', 'til~de', 'name', 'image');
const SCALAR = fc.oneof(fc.constantFrom('x', 'y', ''), fc.integer({ min: 0, max: 3 }), fc.boolean());
/** Fields as objects of Kubernetes have them: no null, no empty mapping or list, items of a list told apart by name. */
const FIELDS = fc.letrec<{ value: unknown; fields: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    SCALAR,
    fc.array(SCALAR, { minLength: 1, maxLength: 3 }),
    tie('fields'),
    fc.uniqueArray(fc.record({ name: fc.constantFrom('one', 'two', 'three'), of: tie('value') }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ name }) => name,
    }),
  ),
  fields: fc.dictionary(KEY, tie('value'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
})).fields;

const object = (spec: object): KubernetesObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, spec });
const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
/** The order of named items is no meaning here. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    const isNamed = items.every((item) => typeof item === 'object' && item !== null && 'name' in item);
    return isNamed ? items.sort((a, b) => ((a as { name: string }).name < (b as { name: string }).name ? -1 : 1)) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, sorted(member)]));
};

describe('what drifted', () => {
  test('the fields of a change lead from what is approved to what is live', () => {
    fc.assert(
      fc.property(FIELDS, FIELDS, (approved, live) => {
        const fields = fieldChanges(object(live), object(approved));
        expect(sorted(plain(asLive(object(approved), fields)))).toEqual(sorted(plain(object(live))));
      }),
      { numRuns: RUNS },
    );
  });

  test('a merge patch between two objects makes the one the other, and two patches are one', () => {
    fc.assert(
      fc.property(FIELDS, FIELDS, FIELDS, (one, two, three) => {
        const [first, second] = [patchBetween(one, two), patchBetween(two, three)];
        expect(plain(mergePatch(one, first))).toEqual(plain(two));
        const both = bothPatches(first, second);
        if (both !== undefined) expect(plain(mergePatch(one, both))).toEqual(plain(three));
      }),
      { numRuns: RUNS },
    );
  });
});

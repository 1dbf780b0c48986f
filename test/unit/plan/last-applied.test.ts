import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LAST_APPLIED_ANNOTATION } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { fieldChanges } from '../../../src/plan/fields.ts';
import { lastApplied, packed, withoutLastApplied } from '../../../src/plan/last-applied.ts';

function thing(spec: unknown, metadata: object = {}, kind = 'Thing'): KubernetesObject {
  return { apiVersion: 'example.org/v1', kind, metadata: { namespace: 'n', name: 'x', ...metadata }, spec };
}

/** The object as it is after a write that carried the text. */
function carrying(object: KubernetesObject, text: string): KubernetesObject {
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [LAST_APPLIED_ANNOTATION]: text } },
  };
}

/** An annotation of the thing with so many levels. */
function deep(levels: number): string {
  const [start, end] = JSON.stringify(thing(0)).split(/0(?=\}$)/);
  return deflateRawSync(`${start}${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}${end}`).toString('base64');
}

describe('what was applied last', () => {
  test('is read as it was packed, without what binds a write', () => {
    fc.assert(
      fc.property(fc.json(), fc.dictionary(fc.string(), fc.string()), (json, labels) => {
        const object = thing(JSON.parse(json), { labels });
        const text = packed({ ...object, metadata: { ...object.metadata, uid: 'u', resourceVersion: '7' } })!;
        expect(text).toMatch(/^[A-Za-z0-9+/]+=*$/);
        expect(lastApplied(carrying(object, text))).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });

  test('is the same text whatever the order of keys', () => {
    expect(packed(thing({ a: 1, b: 2 }))).toBe(packed(thing({ b: 2, a: 1 })));
  });

  test.each<[string, KubernetesObject]>([
    ['another name', thing({}, { name: 'copy' })],
    ['another namespace', thing({}, { namespace: 'm' })],
    ['another kind', thing({}, {}, 'Other')],
    ['another group', { ...thing({}), apiVersion: 'example.com/v1' }],
  ])('says nothing of a copy under %s', (_, copy) => {
    const text = packed(thing({ a: 1 }))!;
    expect(lastApplied(carrying(thing({}), text))).toBeDefined();
    expect(lastApplied(carrying(copy, text))).toBeUndefined();
  });

  test('holds in another version of the same kind', () => {
    expect(lastApplied(carrying({ ...thing({}), apiVersion: 'example.org/v2' }, packed(thing({ a: 1 }))!))).toBeDefined();
  });

  test.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['nothing packed', 'aGVsbG8='],
    ['no JSON', deflateRawSync('{').toString('base64')],
    ['no object', deflateRawSync('[1]').toString('base64')],
    ['an object of no form', deflateRawSync('{"metadata": 5}').toString('base64')],
    ['what is nested too deeply', deep(100_000)],
    ['what is nested too deeply to be walked through', deep(5_000)],
    ['what unpacks to more than memory is good for', deflateRawSync(Buffer.alloc(64_000_000, 32)).toString('base64')],
  ])('is unknown where somebody wrote %s', (_, text) => {
    expect(lastApplied(carrying(thing({}), text))).toBeUndefined();
  });

  test('is refused beyond its limit, and where annotations would be more than an object may have', () => {
    const noise = (length: number) => Array.from({ length }, (_, index) => Math.sin(index).toString(36)).join('');
    expect(packed(thing({ text: noise(20_000) }))).toBeUndefined();
    const object = thing({ text: noise(2_000) });
    expect(packed(object)).toBeDefined();
    expect(packed(object, { theirs: 'x'.repeat(240_000) })).toBeUndefined();
    const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    expect(packed(thing(nested(400)))).toBeDefined();
    expect(packed(thing(nested(600)))).toBeUndefined();
    expect(packed(thing({}, { annotations: { ours: 'é'.repeat(125_000) } }))).toBeUndefined();
    // Many bytes that pack well are no reason.
    expect(packed(thing({ text: 'x'.repeat(1_000_000) }))).toBeDefined();
  });

  test('is never kept of a Secret, nor read there', () => {
    const secret: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'n', name: 's' },
      data: { a: 'Yg==' },
    };
    expect(() => packed(secret)).toThrow('a Secret');
    const text = deflateRawSync(JSON.stringify(secret)).toString('base64');
    expect(lastApplied(carrying(secret, text))).toBeUndefined();
  });

  test('is no part of the object for who compares it, and its text is in no plan', () => {
    const text = packed(thing({ canary: 'packed' }))!;
    expect(withoutLastApplied(carrying(thing({}), text))).toEqual(thing({}));
    const noted = thing({}, { annotations: { note: 'x' } });
    expect(withoutLastApplied(carrying(noted, text))).toEqual(noted);
    expect(JSON.stringify(fieldChanges(carrying(noted, text), noted))).not.toContain(text.slice(0, 12));
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Json, KubernetesObject } from '../../../src/model/kubernetes.ts';
import { isCertainlyUnchanged } from '../../../src/plan/ownership.ts';

type Tree = { [key: string]: Json };

function desired(spec: unknown, labels?: Record<string, string>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x', namespace: 'n', ...(labels ? { labels } : {}) }, spec };
}

/** A live object of which our record owns `owned`. */
function live(spec: unknown, owned: Tree, part: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  return {
    ...desired(spec),
    metadata: {
      name: 'x',
      namespace: 'n',
      uid: 'u',
      resourceVersion: '7',
      managedFields: [{ manager: 'cn2-fleet', operation: 'Apply', apiVersion: 'v1', fieldsV1: owned }],
      ...part,
    },
  };
}

const spec = (tree: Tree): Tree => ({ 'f:spec': tree });
const PORT = 'k:{"containerPort":53,"protocol":"TCP"}';

describe('what needs no dry-run', () => {
  test.each<[string, unknown, unknown, Tree]>([
    ['a scalar', { a: 1 }, { a: 1 }, { 'f:a': {} }],
    ['fields that others added', { a: 1 }, { a: 1, theirs: 2 }, { 'f:a': {} }],
    ['an atomic list', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, { 'f:a': {} }],
    ['an atomic map', { a: { b: 1 } }, { a: { b: 1 } }, { 'f:a': {} }],
    ['something empty', { a: {}, b: [] }, { a: {}, b: [] }, { 'f:a': {}, 'f:b': {} }],
    [
      'items by key, with a default in the key',
      { p: [{ containerPort: 53 }] },
      { p: [{ containerPort: 53, protocol: 'TCP' }] },
      { 'f:p': { [PORT]: { '.': {}, 'f:containerPort': {} } } },
    ],
    [
      'items by key between items of others',
      { c: [{ name: 'a' }, { name: 'b' }] },
      { c: [{ name: 'a' }, { name: 'x' }, { name: 'b' }] },
      { 'f:c': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} }, 'k:{"name":"b"}': { '.': {}, 'f:name': {} } } },
    ],
    ['values of a set', { s: ['a', 'b'] }, { s: ['a', 'z', 'b'] }, { 'f:s': { 'v:"a"': {}, 'v:"b"': {} } }],
    ['a map whose existence is owned, too', { m: { k: 'v' } }, { m: { k: 'v' } }, { 'f:m': { '.': {}, 'f:k': {} } }],
  ])('%s', (_, wanted, now, owned) => {
    expect(isCertainlyUnchanged(desired(wanted), live(now, spec(owned)))).toBe(true);
  });
});

describe('what stays in doubt', () => {
  test.each<[string, unknown, unknown, Tree]>([
    ['another value', { a: 1 }, { a: 2 }, { 'f:a': {} }],
    ['another type', { a: 1 }, { a: '1' }, { 'f:a': {} }],
    ['a field that is new', { a: 1, b: 2 }, { a: 1, b: 2 }, { 'f:a': {} }],
    ['a field that is no longer wanted', { a: 1 }, { a: 1, b: 2 }, { 'f:a': {}, 'f:b': {} }],
    ['a null', { a: null }, {}, { 'f:a': {} }],
    ['a null inside an atomic list', { a: [{ b: null }] }, { a: [{ b: null }] }, { 'f:a': {} }],
    ['a default inside an atomic list', { a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }] }, { 'f:a': {} }],
    ['another order of an atomic list', { a: [1, 2] }, { a: [2, 1] }, { 'f:a': {} }],
    [
      'another order of keyed items',
      { c: [{ name: 'b' }, { name: 'a' }] },
      { c: [{ name: 'a' }, { name: 'b' }] },
      { 'f:c': { 'k:{"name":"a"}': { 'f:name': {} }, 'k:{"name":"b"}': { 'f:name': {} } } },
    ],
    ['another order of a set', { s: ['b', 'a'] }, { s: ['a', 'b'] }, { 'f:s': { 'v:"a"': {}, 'v:"b"': {} } }],
    [
      'a duplicate key',
      { c: [{ name: 'a' }, { name: 'a' }] },
      { c: [{ name: 'a' }, { name: 'a' }] },
      { 'f:c': { 'k:{"name":"a"}': { 'f:name': {} } } },
    ],
    ['an item that is gone', { c: [{ name: 'a' }] }, { c: [] }, { 'f:c': { 'k:{"name":"a"}': { 'f:name': {} } } }],
    [
      'a value in a keyed item',
      { c: [{ name: 'a', v: 1 }] },
      { c: [{ name: 'a', v: 2 }] },
      { 'f:c': { 'k:{"name":"a"}': { 'f:name': {}, 'f:v': {} } } },
    ],
    ['a list owned by index', { s: ['a'] }, { s: ['a'] }, { 'f:s': { 'i:0': {} } }],
    ['a map that became a list', { a: { b: 1 } }, { a: { b: 1 } }, { 'f:a': { 'v:1': {} } }],
    ['an owned map that is emptied', { a: {} }, { a: { b: 1 } }, { 'f:a': { 'f:b': {} } }],
    ['a key that is no JSON', { c: [{ name: 'a' }] }, { c: [{ name: 'a' }] }, { 'f:c': { 'k:{name': {} } }],
  ])('%s', (_, wanted, now, owned) => {
    expect(isCertainlyUnchanged(desired(wanted), live(now, spec(owned)))).toBe(false);
  });

  test('no record, an Update record, a record of a subresource or of another version', () => {
    const same = spec({ 'f:a': {} });
    const wanted = desired({ a: 1 });
    expect(isCertainlyUnchanged(wanted, live({ a: 1 }, same, { managedFields: [] }))).toBe(false);
    for (const part of [
      { operation: 'Update' as const },
      { subresource: 'status' },
      { apiVersion: 'v2' },
      { manager: 'kubectl' },
    ]) {
      const entry = { manager: 'cn2-fleet', operation: 'Apply' as const, apiVersion: 'v1', fieldsV1: same, ...part };
      expect(isCertainlyUnchanged(wanted, live({ a: 1 }, same, { managedFields: [entry] }))).toBe(false);
    }
  });

  test('an object on its way out', () => {
    expect(
      isCertainlyUnchanged(desired({ a: 1 }), live({ a: 1 }, spec({ 'f:a': {} }), { deletionTimestamp: '2026-01-01T00:00:00Z' })),
    ).toBe(false);
  });

  test('a label that was lost', () => {
    const owned = { 'f:metadata': { 'f:labels': { 'f:l': {} } }, 'f:spec': { 'f:a': {} } };
    const wanted = desired({ a: 1 }, { l: 'x' });
    expect(isCertainlyUnchanged(wanted, live({ a: 1 }, owned, { labels: { l: 'x' } }))).toBe(true);
    expect(isCertainlyUnchanged(wanted, live({ a: 1 }, owned, {}))).toBe(false);
  });
});

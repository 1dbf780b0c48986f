import { expect, test } from '@jest/globals';
import { itemListsOf } from '../../../src/adapters/kubernetes/list-types.ts';
import type { Resource } from '../../../src/model/kubernetes.ts';

const THINGS: Resource = { group: 'example.org', version: 'v1', kind: 'Thing', plural: 'things', namespaced: true };
const kind = { 'x-kubernetes-group-version-kind': [{ group: 'example.org', version: 'v1', kind: 'Thing' }] };
const keyed = (keys: string[], items: object = {}) => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
  items,
});
const spec = (properties: object) => ({ ...kind, properties: { spec: { type: 'object', properties } } });
const v3 = (schemas: object) => ({ components: { schemas } });

test.each<[string, object, object | undefined]>([
  ['a keyed list', v3({ a: spec({ list: keyed(['uid']) }) }), { 'f:spec': { 'f:list': { 'k:{"uid":""}': {} } } }],
  [
    'two keys, in the order of records',
    v3({ a: spec({ list: keyed(['port', 'name']) }) }),
    { 'f:spec': { 'f:list': { 'k:{"name":"","port":""}': {} } } },
  ],
  [
    'a set',
    v3({ a: spec({ set: { type: 'array', 'x-kubernetes-list-type': 'set' } }) }),
    { 'f:spec': { 'f:set': { 'v:""': {} } } },
  ],
  [
    'a list inside of a list',
    v3({ a: spec({ list: keyed(['a'], { properties: { inner: keyed(['b']) } }) }) }),
    { 'f:spec': { 'f:list': { 'k:{"a":""}': { 'f:inner': { 'k:{"b":""}': {} } } } } },
  ],
  [
    'a schema that is referred to',
    v3({
      a: { ...kind, properties: { spec: { allOf: [{ $ref: '#/components/schemas/b' }] } } },
      b: { properties: { list: keyed(['x']) } },
    }),
    { 'f:spec': { 'f:list': { 'k:{"x":""}': {} } } },
  ],
  [
    'a description of version 2',
    {
      definitions: {
        a: { ...kind, properties: { spec: { $ref: '#/definitions/b' } } },
        b: { properties: { list: keyed(['x']) } },
      },
    },
    { 'f:spec': { 'f:list': { 'k:{"x":""}': {} } } },
  ],
  [
    'an atomic list, and one without a mark',
    v3({ a: spec({ one: { type: 'array', 'x-kubernetes-list-type': 'atomic' }, other: { type: 'array' } }) }),
    undefined,
  ],
  ['a keyed list without keys', v3({ a: spec({ list: keyed([]) }) }), undefined],
  [
    'status and metadata',
    v3({
      a: {
        ...kind,
        properties: { status: { properties: { list: keyed(['x']) } }, metadata: { properties: { list: keyed(['x']) } } },
      },
    }),
    undefined,
  ],
  [
    'another kind',
    v3({
      a: {
        ...spec({ list: keyed(['x']) }),
        'x-kubernetes-group-version-kind': [{ group: 'example.org', version: 'v1', kind: 'Other' }],
      },
    }),
    undefined,
  ],
  ['nothing', {}, undefined],
])('lists whose items are owned one by one: %s', (_, description, lists) => {
  expect(itemListsOf(description as Record<string, unknown>, THINGS)).toEqual(lists);
});

test('a schema that refers to itself comes to an end', () => {
  const self = { properties: { list: keyed(['x'], { $ref: '#/components/schemas/b' }) } };
  expect(
    itemListsOf(v3({ a: { ...kind, properties: { spec: { $ref: '#/components/schemas/b' } } }, b: self }) as never, THINGS),
  ).toBeDefined();
});

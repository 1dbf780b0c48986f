import { describe, expect, test } from '@jest/globals';
import { closedPaths, selectedKeys } from '../../../src/cn2/closed-paths.ts';
import { CORE } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { cut, marksItem, masked, pathText, union, without, withoutAt } from '../../../src/plan/field-set.ts';
import { rewrittenPaths } from '../../../src/plan/rewritten.ts';
import { undeclared } from '../../../src/plan/surplus.ts';

const X = 'k:{"name":"x"}';
const Y = 'k:{"name":"y"}';

describe('records of owners', () => {
  test('without what another one owns: exactly that', () => {
    const theirs = { 'f:spec': { '.': {}, 'f:a': {}, 'f:b': {}, 'f:list': { [X]: { '.': {}, 'f:name': {}, 'f:more': {} } } } };
    const ours = { 'f:spec': { 'f:a': {}, 'f:list': { [X]: { '.': {}, 'f:name': {} } } } };
    expect(without(theirs, ours)).toEqual({ 'f:spec': { '.': {}, 'f:b': {}, 'f:list': { [X]: { 'f:more': {} } } } });
    expect(without(ours, ours)).toBeUndefined();
    expect(without({ 'f:spec': { '.': {}, 'f:a': {} } }, ours)).toBeUndefined();
    expect(without({ 'f:spec': {} }, ours)).toEqual({ 'f:spec': {} });
  });

  test('a path and what is below it', () => {
    const tree = { 'f:list': { [X]: { 'f:name': {} }, [Y]: { 'f:name': {} } } };
    expect(cut(tree, ['f:list', X])).toEqual({ 'f:list': { [Y]: { 'f:name': {} } } });
    expect(cut(tree, ['f:other'])).toEqual(tree);
    expect(cut({ 'f:a': { 'f:b': {} } }, ['f:a', 'f:b'])).toBeUndefined();
  });

  test('joined; the whole wins', () => {
    expect(union({ 'f:a': { 'f:b': {} } }, { 'f:a': { 'f:c': {} }, 'f:d': {} })).toEqual({
      'f:a': { 'f:b': {}, 'f:c': {} },
      'f:d': {},
    });
    expect(union({ 'f:a': { 'f:b': {} } }, { 'f:a': {} })).toEqual({ 'f:a': {} });
  });

  test('the part of a value that is owned', () => {
    const value = { a: 1, b: 2, list: [{ name: 'x', more: 1 }, { name: 'y' }], set: ['p', 'q'] };
    const tree = { 'f:a': {}, 'f:list': { [X]: { 'f:name': {} } }, 'f:set': { 'v:"q"': {} } };
    expect(masked(value, tree)).toEqual({ a: 1, list: [{ name: 'x' }], set: ['q'] });
    expect(withoutAt(value, ['f:list', X])).toEqual({ ...value, list: [{ name: 'y' }] });
  });

  test('names that objects inherit are nobody’s', () => {
    const value = JSON.parse('{"__proto__":{"a":1},"constructor":"x"}') as object;
    expect(Object.keys(masked(value, { 'f:constructor': {} }) as object)).toEqual(['constructor']);
    expect(Object.keys(masked(value, { 'f:__proto__': {} }) as object)).toEqual(['__proto__']);
    expect(masked({}, { 'f:toString': {} })).toEqual({});
    expect(marksItem('k:{"toString":"x"}', {})).toBe(false);
  });

  test('as people read them', () => {
    expect(pathText(['f:metadata', 'f:labels', 'f:a/b'])).toBe('/metadata/labels/a~1b');
    expect(pathText(['f:spec', 'f:list', X, 'f:image'])).toBe('/spec/list[name=x]/image');
    expect(pathText(['f:spec', 'f:set', 'v:"x"'])).toBe('/spec/set');
  });
});

describe('what an admission rewrites', () => {
  function pair(wanted: object, given: object, owned: object) {
    const base = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' } };
    const managedFields = [{ manager: 'cn2-fleet', operation: 'Apply', fieldsV1: { 'f:spec': owned } }];
    const result = { ...base, metadata: { ...base.metadata, managedFields }, spec: given };
    return rewrittenPaths({ ...base, spec: wanted }, result as unknown as KubernetesObject).map(({ path }) => pathText(path));
  }

  test.each<[string, object, object]>([
    ['a value', { a: 1 }, { a: 2 }],
    ['a text', { a: 'gold' }, { a: 'silver' }],
    ['one that is gone', { a: 'x' }, {}],
    ['an item of an atomic list', { a: ['x', 'y'] }, { a: ['x'] }],
    ['a quantity that is another one', { a: '1Gi' }, { a: '1G' }],
    ['base64 of other bytes', { a: 'AAAAAAAA' }, { a: 'AAAAAAAB' }],
    ['a word of which base64 would drop the end', { a: 'production0' }, { a: 'production1' }],
    ['a switch that was off', { a: false }, { a: true }],
  ])('%s', (_, wanted, given) => {
    expect(pair(wanted, given, { 'f:a': {} })).toEqual(['/spec/a']);
  });

  test.each<[string, object, object]>([
    ['the same', { a: 1 }, { a: 1 }],
    ['a quantity', { a: '1000m' }, { a: '1' }],
    ['a quantity that was a number', { a: 0.5 }, { a: '500m' }],
    ['a duration', { a: '60s' }, { a: '1m0s' }],
    ['an address', { a: 'fd85::3:0000/112' }, { a: 'fd85::3:0/112' }],
    ['what is left out when it is empty', { a: false }, {}],
    ['a number that has a default in place of 0', { a: 0 }, { a: 10 }],
    ['padding of base64', { a: 'AAAAAAA=' }, { a: 'AAAAAAA=' }],
    ['bits of base64 that say nothing', { a: 'AAAAAAB=' }, { a: 'AAAAAAA=' }],
    ['defaults inside an atomic list', { a: [{ name: 'x' }] }, { a: [{ name: 'x', more: 1 }] }],
  ])('not another spelling: %s', (_, wanted, given) => {
    expect(pair(wanted, given, { 'f:a': {} })).toEqual([]);
  });
});

describe('closed paths', () => {
  const router = (spec: object): KubernetesObject => ({
    apiVersion: `${CORE}/v1alpha1`,
    kind: 'VirtualNetworkRouter',
    metadata: { name: 'r', namespace: 'n' },
    spec,
  });

  test('labels are closed by what the routers of the fleet select', () => {
    const keys = selectedKeys([
      router({
        virtualNetworkSelector: { matchExpressions: [{ key: 'group', operator: 'In', values: ['app'] }] },
        import: {
          virtualNetworkRouters: [
            {
              virtualNetworkRouterSelector: { matchLabels: { vnr: 'x' } },
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'n', ns: 'n' } },
            },
          ],
        },
      }),
    ]);
    const network = { apiVersion: `${CORE}/v1alpha1`, kind: 'VirtualNetwork', metadata: { name: 'n', namespace: 'n' } };
    const closed = closedPaths(network, keys);
    expect(closed.map(({ path }) => path.join('/'))).toContain('metadata/labels/group');
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } };
    expect(closedPaths(namespace, keys).map(({ path }) => path.at(-1))).toEqual([
      'core.juniper.net/isolated-namespace',
      'core.juniper.net/forwarding-mode',
      'ns',
    ]);
    const joined = { ...network, metadata: { ...network.metadata, labels: { group: 'app', other: 'x' } } };
    expect(undeclared(network, joined, closed).map(pathText)).toEqual(['/metadata/labels/group']);
    expect(undeclared(joined, joined, closed)).toEqual([]);
  });

  test('rules and subjects that are not declared at all; not the rules of an aggregated role', () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' } };
    const more = { ...role, rules: [{ verbs: ['*'] }] };
    expect(undeclared(role, more, closedPaths(role, new Map())).map(pathText)).toEqual(['/rules']);
    const aggregated = { ...role, aggregationRule: {} };
    expect(closedPaths(aggregated, new Map())).toEqual([]);
    const binding = { ...role, kind: 'RoleBinding' };
    const bound = { ...binding, subjects: [{ kind: 'User', name: 'u' }] };
    expect(undeclared(binding, bound, closedPaths(binding, new Map())).map(pathText)).toEqual(['/subjects']);
  });
});

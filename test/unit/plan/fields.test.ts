import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { fieldChanges } from '../../../src/plan/fields.ts';

function thing(spec: unknown, metadata: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x', ...metadata }, spec };
}

function secret(data: Record<string, string>, metadata: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', ...metadata }, type: 'Opaque', data };
}

describe('the fields of a change', () => {
  test('are JSON pointers with the values before and after', () => {
    const before = thing({ listenerPort: 1, gone: 'x' }, { labels: { 'a/b': 'old' } });
    const after = thing({ listenerPort: 2, added: { deep: true } }, { labels: { 'a/b': 'new' } });
    expect(fieldChanges(before, after)).toEqual([
      { path: '/metadata/labels/a~1b', before: 'old', after: 'new' },
      { path: '/spec/added/deep', after: true },
      { path: '/spec/gone', before: 'x' },
      { path: '/spec/listenerPort', before: 1, after: 2 },
    ]);
  });

  test('name items of keyed lists by their key', () => {
    const before = thing({
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '1' },
      ],
    });
    const after = thing({
      containers: [
        { name: 'new', image: '1' },
        { name: 'a', image: '1' },
        { name: 'b', image: '2' },
      ],
    });
    expect(fieldChanges(before, after)).toEqual([
      { path: '/spec/containers[name=b]/image', before: '1', after: '2' },
      { path: '/spec/containers[name=new]/image', after: '1' },
      { path: '/spec/containers[name=new]/name', after: 'new' },
    ]);
    const ports = [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }];
    expect(fieldChanges(thing({ ports }), thing({ ports: [ports[0], { ...ports[1], hostPort: 1 }] }))).toEqual([
      { path: '/spec/ports[containerPort=53,protocol=UDP]/hostPort', after: 1 },
    ]);
  });

  test('show lists of scalars as a whole and other lists by index', () => {
    expect(fieldChanges(thing({ args: ['a'] }), thing({ args: ['z', 'a'] }))).toEqual([
      { path: '/spec/args', before: ['a'], after: ['z', 'a'] },
    ]);
    expect(fieldChanges(thing({ rules: [{ v: 1 }] }), thing({ rules: [{ v: 1 }, { v: 2 }] }))).toEqual([
      { path: '/spec/rules/1/v', after: 2 },
    ]);
  });

  test('show a list whose order alone differs', () => {
    const [a, b] = [{ name: 'a' }, { name: 'b' }];
    expect(fieldChanges(thing({ list: [a, b] }), thing({ list: [b, a] }))).toEqual([
      { path: '/spec/list', before: [a, b], after: [b, a] },
    ]);
  });

  test('do not hold what the server keeps: status, versions, times, records', () => {
    const server = {
      uid: 'u',
      resourceVersion: '9',
      generation: 3,
      creationTimestamp: 't',
      managedFields: [],
      annotations: {},
      labels: {},
    };
    expect(fieldChanges({ ...thing({}, server), status: { a: 1 } }, { ...thing({}), status: { a: 2 } })).toEqual([]);
  });

  test('tell absent from empty in a spec, and nothing from null', () => {
    expect(fieldChanges(thing({}), thing({ selector: {} }))).toEqual([{ path: '/spec/selector', after: {} }]);
    expect(fieldChanges(thing({ a: null }), thing({}))).toEqual([]);
    expect(fieldChanges(thing({ a: {} }), thing({ a: { b: 1 } }))).toEqual([{ path: '/spec/a/b', after: 1 }]);
  });

  test('never show a value of a Secret', () => {
    const fields = fieldChanges(secret({ key: 'b2xk', gone: 'eA==' }), secret({ key: 'bmV3' }));
    expect(fields).toEqual([
      { path: '/data/gone', before: '(secret)' },
      { path: '/data/key', before: '(secret)', after: '(secret)' },
    ]);
    const copy = { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"key":"b2xk"}}' } };
    expect(JSON.stringify(fieldChanges(secret({}, copy), secret({})))).not.toContain('b2xk');
    expect(JSON.stringify(fieldChanges(undefined, secret({ key: 'b2xk' })))).not.toContain('b2xk');
  });
});

describe('conflicts', () => {
  const before = thing({ port: 1, containers: [{ name: 'a', image: '1' }], rules: [{ v: 1 }] }, { labels: { 'x.y/z': '1' } });

  test('stand at the field that the server names', () => {
    const after = thing({ port: 2, containers: [{ name: 'a', image: '2' }], rules: [{ v: 2 }] }, { labels: { 'x.y/z': '2' } });
    const conflicts = [
      { field: '.spec.port', manager: 'kubectl-edit' },
      { field: '.spec.containers[name="a"].image', manager: 'helm' },
      { field: '.spec.rules', manager: 'b' },
      { field: '.spec.rules', manager: 'a' },
      { field: '.metadata.labels.x.y/z', manager: 'labeller' },
    ];
    expect(fieldChanges(before, after, conflicts).map(({ path, conflictsWith }) => [path, conflictsWith])).toEqual([
      ['/metadata/labels/x.y~1z', 'labeller'],
      ['/spec/containers[name=a]/image', 'helm'],
      ['/spec/port', 'kubectl-edit'],
      ['/spec/rules/0/v', 'a, b'],
    ]);
  });

  test('are not spread to fields whose name only begins alike', () => {
    const after = thing({ port: 1, portal: 2, containers: [{ name: 'a', image: '1' }], rules: [{ v: 1 }] }, before.metadata);
    const fields = fieldChanges(before, after, [{ field: '.spec.port', manager: 'm' }]);
    expect(fields).toEqual([
      { path: '/spec/port', before: 1, after: 1, conflictsWith: 'm' },
      { path: '/spec/portal', after: 2 },
    ]);
  });

  test('show a field that ends up equal: force depends on it', () => {
    expect(fieldChanges(before, before, [{ field: '.spec.port', manager: 'm' }])).toEqual([
      { path: '/spec/port', before: 1, after: 1, conflictsWith: 'm' },
    ]);
    expect(fieldChanges(before, before, [{ field: '.spec.unknown', manager: 'm' }])).toEqual([
      { path: '/spec/unknown', conflictsWith: 'm' },
    ]);
  });
});

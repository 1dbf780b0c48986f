import { expect, test } from '@jest/globals';
import { backReference, parentLabel } from '../../../lab/cn2/control/back-references.ts';

/** Labels of objects that people have published. */
test.each([
  ['Subnet', 'default', 'vn1-v4', 'c6dbefed51ec7143c19e3d9285d04ea8f7343de4632174839c9549f1', 'Subnet_default_vn1-v4'],
  [
    'RouteTarget',
    undefined,
    'target-64512-8000009',
    '3acfef9839cb888c5103a243eb04c2b34931b92c32a156257cd0d501',
    'RouteTarget_target-64512-8000009',
  ],
])('a back-reference is keyed and valued as in published objects: %s %s %s', (kind, namespace, name, key, value) => {
  expect(backReference(kind, { namespace, name })).toEqual({ [`back-reference.core.juniper.net/${key}`]: value });
});

test('a value is cut to what a label can hold, and ends as a label must', () => {
  const name = 'contrail-k8s-kubemanager-mk-coredns-558bd4d5db-r6nck-9cb64c64';
  expect(Object.values(backReference('VirtualMachine', { name }))).toEqual([
    'VirtualMachine_contrail-k8s-kubemanager-mk-coredns-558bd4d5db-r',
  ]);
  expect(Object.values(backReference('K', { name: `${'a'.repeat(60)}--b` }))).toEqual([`K_${'a'.repeat(60)}`]);
});

test.each([
  ['VirtualNetwork', 'default', 'vn1', '2b292ddea1bd7937355c5b143bfd86b1aa46500d307ae7655af90db4'],
  ['VirtualNetwork', 'default', 'vn2', '955ff7225033c263b793b2cbecb8fb70c6e79f1236ec1e335552a1e2'],
  ['GlobalSystemConfig', undefined, 'default-global-system-config', '9b83eddfaaa5778ad6b99cb81c803529cf911d492b9e7ec6d63d029d'],
])('a parent is named as in published objects: %s %s %s', (kind, namespace, name, digest) => {
  expect(parentLabel(kind, { namespace, name })).toEqual({ 'core.juniper.net/parent': digest });
});

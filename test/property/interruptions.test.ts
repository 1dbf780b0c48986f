import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interruptionsOf } from '../../src/cn2/interruptions.ts';
import { INTERRUPTIONS } from '../../src/model/interruption.ts';
import type { Change, FieldChange } from '../../src/model/plan.ts';

const API: Record<string, string> = {
  Vrouter: 'dataplane.juniper.net/v1',
  Kubemanager: 'configplane.juniper.net/v1alpha1',
  VirtualNetworkRouter: 'core.contrail.juniper.net/v4',
  VirtualNetwork: 'core.contrail.juniper.net/v1alpha1',
  Subnet: 'core.contrail.juniper.net/v2',
  BGPRouter: 'core.contrail.juniper.net/v4',
  Namespace: 'v1',
};

function interrupted(kind: string, action: Change['action'], ...fields: FieldChange[]): string[] {
  return interruptionsOf({ action, apiVersion: API[kind]!, kind, fields });
}

const segment = fc.stringMatching(/^[A-Za-z0-9~.=[\]-]{1,20}$/);
/** Some field of the spec, with a value that is there before. */
const specChange = fc.record({
  path: fc.array(segment, { minLength: 0, maxLength: 4 }).map((path) => ['', 'spec', ...path].join('/')),
  before: fc.oneof(fc.string(), fc.integer(), fc.boolean()),
  after: fc.oneof(fc.string(), fc.integer(), fc.boolean()),
});

describe('every field of a spec that changes is classified', () => {
  test.each([
    ['Vrouter', 'vrouter'],
    ['Kubemanager', 'kubemanager'],
    ['VirtualNetworkRouter', 'traffic'],
    ['VirtualNetwork', 'traffic'],
    ['Subnet', 'traffic'],
    ['BGPRouter', 'traffic'],
  ])('of a %s', (kind, expected) => {
    fc.assert(
      fc.property(specChange, fc.constantFrom<Change['action'][]>('update', 'adopt'), (field, action) => {
        expect(interrupted(kind, action, field)).toEqual([expected]);
      }),
    );
  });

  test('set for the first time or taken away, for vRouters and kubemanagers too', () => {
    fc.assert(
      fc.property(specChange, ({ path, before, after }) => {
        for (const field of [
          { path, after },
          { path, before },
        ]) {
          expect(interrupted('Vrouter', 'update', field)).toEqual(['vrouter']);
          expect(interrupted('Kubemanager', 'update', field)).toEqual(['kubemanager']);
        }
      }),
    );
  });
});

test('of another kind of CN2’s core a delete counts, and what is set for the first time does not', () => {
  expect(interrupted('BGPRouter', 'delete')).toEqual(['traffic']);
  expect(interrupted('BGPRouter', 'create')).toEqual([]);
  expect(interrupted('BGPRouter', 'update', { path: '/spec/parent', after: 'a' })).toEqual([]);
  expect(interrupted('BGPRouter', 'update', { path: '/metadata/labels/a', before: 'a', after: 'b' })).toEqual([]);
});

test('whatever changes, the answer is some of the known words in their order, and none for what is created', () => {
  const field = fc.record({ path: fc.string(), before: fc.jsonValue(), after: fc.jsonValue() }, { requiredKeys: ['path'] });
  const actions = fc.constantFrom<Change['action'][]>('create', 'update', 'adopt', 'delete', 'replace', 'restart');
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(API), 'toString'), actions, fc.array(field), (kind, action, fields) => {
      const apiVersion = Object.hasOwn(API, kind) ? API[kind]! : 'v1';
      const found = interruptionsOf({ action, apiVersion, kind, fields: fields as FieldChange[] });
      expect(found).toEqual(INTERRUPTIONS.filter((one) => found.includes(one)));
      if (action === 'create') expect(found).toEqual([]);
    }),
  );
});

describe('what cuts and what does not', () => {
  const selector = { matchLabels: { ns: 'a' } };
  test.each<[string, string, FieldChange, string[]]>([
    [
      'VirtualNetworkRouter',
      'a further import',
      { path: '/spec/import/virtualNetworkRouters', before: [selector], after: [{}, selector] },
      [],
    ],
    [
      'VirtualNetworkRouter',
      'an import less',
      { path: '/spec/import/virtualNetworkRouters', before: [selector, {}], after: [{}] },
      ['traffic'],
    ],
    ['VirtualNetworkRouter', 'all imports', { path: '/spec/import', before: { virtualNetworkRouters: [] } }, ['traffic']],
    [
      'VirtualNetworkRouter',
      'a narrower selector',
      { path: '/spec/virtualNetworkSelector/matchLabels/x', after: 'y' },
      ['traffic'],
    ],
    ['VirtualNetworkRouter', 'another label', { path: '/metadata/labels/vnr', before: 'a', after: 'b' }, ['traffic']],
    ['VirtualNetworkRouter', 'a further label', { path: '/metadata/labels/vnr', after: 'b' }, []],
    ['VirtualNetwork', 'a label less', { path: '/metadata/labels/vn', before: 'a' }, ['traffic']],
    ['VirtualNetwork', 'the mark of the fleet', { path: '/metadata/labels/cn2-fleet~1fleet', before: 'a', after: 'b' }, []],
    [
      'VirtualNetwork',
      'a route target more',
      { path: '/spec/routeTargetList', before: ['t:1:1'], after: ['t:1:1', 't:1:2'] },
      [],
    ],
    [
      'VirtualNetwork',
      'a route target less',
      { path: '/spec/routeTargetList', before: ['t:1:1', 't:1:2'], after: ['t:1:1'] },
      ['traffic'],
    ],
    ['VirtualNetwork', 'a second family', { path: '/spec/v6SubnetReference/name', after: 'v6' }, []],
    ['Subnet', 'a gateway for the first time', { path: '/spec/defaultGateway', after: '10.0.0.1' }, []],
    ['Namespace', 'isolation', { path: '/metadata/labels/core.juniper.net~1isolated-namespace', after: 'true' }, ['traffic']],
    [
      'Namespace',
      'forwarding',
      { path: '/metadata/annotations/core.juniper.net~1forwarding-mode', after: 'ip-fabric' },
      ['traffic'],
    ],
    ['Namespace', 'a label that routers may select', { path: '/metadata/labels/ns', before: 'a', after: 'b' }, ['traffic']],
    ['Namespace', 'pod security', { path: '/metadata/labels/pod-security.kubernetes.io~1enforce', before: 'a', after: 'b' }, []],
    ['Vrouter', 'the name for telling', { path: '/metadata/annotations/a', before: 'a', after: 'b' }, []],
    ['Vrouter', 'how many at once', { path: '/spec/maxUnavailablePercentage', before: '10%', after: '100%' }, ['vrouter']],
  ])('%s: %s', (kind, _title, field, expected) => {
    expect(interrupted(kind, 'update', field)).toEqual(expected);
  });

  test('deletes, replacements and the restart of pods', () => {
    expect(interrupted('VirtualNetwork', 'delete')).toEqual(['traffic']);
    expect(interrupted('VirtualNetworkRouter', 'delete')).toEqual(['traffic']);
    expect(interrupted('Vrouter', 'delete')).toEqual(['unplugged']);
    expect(interrupted('Kubemanager', 'delete')).toEqual(['detach', 'traffic']);
    expect(interrupted('Namespace', 'delete')).toEqual(['content']);
    const number = { path: '/spec/listenerPort', before: 19446, after: 19447 };
    expect(interrupted('Kubemanager', 'replace', number)).toEqual(['replacement', 'traffic', 'kubemanager']);
    expect(interruptionsOf({ action: 'restart', apiVersion: 'v1', kind: 'Pod', fields: [] })).toEqual(['dns']);
  });
});

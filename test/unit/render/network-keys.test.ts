import { describe, expect, test } from '@jest/globals';
import { NETWORK_KEYS } from '../../../src/declare/network-keys.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { render } from '../../../src/render/render.ts';
import { judgeDeclaration } from '../../../src/rules/judge.ts';
import { guideDeclaration, replaced } from '../../support/guide-fleet.ts';
import { EVERY_KEY } from '../../support/network-keys.ts';
import { HAS_SHARED_CN2, sharedText } from '../../support/shared-cn2.ts';
import { smallRelease } from '../../support/small-release.ts';

const VENDOR = smallRelease();

/** The objects of a declaration without findings. */
function rendered(text: string): KubernetesObject[] {
  const declaration = guideDeclaration(text);
  expect([...declaration.findings, ...judgeDeclaration(declaration)]).toEqual([]);
  const { tree, findings } = render({ declaration, vendorFiles: VENDOR });
  expect(findings).toEqual([]);
  return tree!.manifests.map(({ object }) => object);
}

function named(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('the keys of a network', () => {
  test('become fields of its VirtualNetwork, and nothing else does', () => {
    const network = named(rendered(EVERY_KEY), 'VirtualNetwork', 'vn5');
    expect(network.metadata.annotations).toEqual({ 'core.juniper.net/display-name': 'VN5' });
    expect(network.metadata.labels).toMatchObject({ vn: 'spoke' });
    expect(network['spec']).toEqual({
      v4SubnetReference: {
        apiVersion: network.apiVersion,
        kind: 'Subnet',
        namespace: 'ns1',
        name: 'vn5-v4',
      },
      v6SubnetReference: {
        apiVersion: network.apiVersion,
        kind: 'Subnet',
        namespace: 'ns1',
        name: 'vn5-v6',
      },
      podNetwork: true,
      fabricSNAT: false,
      routeTargetList: ['target:64512:1000', 'target:192.0.2.1:7'],
      importRouteTargetList: ['target:64512:2000'],
      exportRouteTargetList: ['target:4200000000:3000'],
      virtualNetworkProperties: { forwardingMode: 'l3', rpf: 'disable' },
      virtualNetworkNetworkId: 5000,
      vlanID: 100,
      routeTableReferences: [{ kind: 'RouteTable', namespace: 'ns1', name: 'static' }],
    });
  });

  test('spec is merged last, also into a part that a key sets', () => {
    const text = replaced(EVERY_KEY, 'vlanID: 100', 'virtualNetworkProperties: {further: 1}');
    expect(named(rendered(text), 'VirtualNetwork', 'vn5')['spec']).toMatchObject({
      virtualNetworkProperties: { forwardingMode: 'l3', rpf: 'disable', further: 1 },
    });
  });

  test('ranges of one key are one collection; addresses are written in one form', () => {
    const objects = rendered(EVERY_KEY);
    expect(named(objects, 'Subnet', 'vn5-v4')['spec']).toEqual({
      cidr: '10.9.0.0/24',
      defaultGateway: '10.9.0.1',
      ranges: [
        {
          key: 'default',
          ipRanges: [
            { from: '10.9.0.10', to: '10.9.0.19' },
            { from: '10.9.0.20', to: '10.9.0.29' },
          ],
        },
        { key: 'second', ipRanges: [{ from: '10.9.0.40', to: '10.9.0.49' }] },
      ],
      dnsNameservers: ['10.9.0.2', '192.0.2.53'],
    });
    expect(named(objects, 'Subnet', 'vn5-v6')['spec']).toEqual({
      cidr: 'fd00:9::/64',
      ranges: [{ key: 'default', ipRanges: [{ from: 'fd00:9::10', to: 'fd00:9::ff' }] }],
      dnsNameservers: ['fd00:9::2'],
    });
  });

  test('a network that is routed in the underlay needs no subnet', () => {
    const objects = rendered(EVERY_KEY);
    expect(named(objects, 'VirtualNetwork', 'routed')['spec']).toEqual({ fabricForwarding: true });
    expect(objects.filter(({ kind, metadata }) => kind === 'Subnet' && metadata.name.startsWith('routed'))).toEqual([]);
  });

  test.each(Object.entries(NETWORK_KEYS))('%s alone becomes its field alone', (key, { field }) => {
    const line = EVERY_KEY.split('\n').find((each) => each.trim().startsWith(`${key}:`)) ?? `    ${key}: true`;
    const [before, , after] = EVERY_KEY.split(
      /(\n {4}name: vn5\n[\s\S]*?)(?=\n {2}- \{cluster: cluster2, namespace: ns1, name: routed)/,
    );
    const text = `${before}\n    name: vn5\n    v4: {cidr: 10.9.0.0/24}\n${line}${after}`;
    const { v4SubnetReference: _, ...spec } = named(rendered(text), 'VirtualNetwork', 'vn5')['spec'] as Record<string, unknown>;
    const [name, inner] = field as readonly string[];
    expect(Object.keys(spec)).toEqual([name]);
    if (inner !== undefined) expect(Object.keys(spec[name!] as object)).toEqual([inner]);
  });

  test('what the file writes in another order renders to the same bytes', () => {
    const texts = [
      EVERY_KEY,
      replaced(EVERY_KEY, '    podNetwork: true\n    fabricSNAT: false\n', '    fabricSNAT: false\n    podNetwork: true\n'),
    ];
    const [one, other] = texts.map((text) => render({ declaration: guideDeclaration(text), vendorFiles: VENDOR }).tree!.files);
    expect(other).toEqual(one);
  });
});

interface CoreField {
  json: string;
  type: string;
}

(HAS_SHARED_CN2 ? describe : describe.skip)('by the published types of the API', () => {
  /** Fields that are not there, or not of their type, by their paths. */
  function unknownFields(value: unknown, type: string, path: string, types: Record<string, { fields: CoreField[] }>): string[] {
    const inner = /^Vec<(.*)>$/.exec(type)?.[1];
    if (inner !== undefined)
      return Array.isArray(value) ? value.flatMap((item) => unknownFields(item, inner, `${path}[]`, types)) : [path];
    const known = types[type];
    if (known === undefined) {
      const isRight = { String: 'string', bool: 'boolean', i64: 'number', i32: 'number' }[type] === typeof value;
      return isRight ? [] : [path];
    }
    return Object.entries(value as object).flatMap(([name, member]) => {
      const field = known.fields.find(({ json }) => json === name);
      return field === undefined ? [`${path}.${name}`] : unknownFields(member, field.type, `${path}.${name}`, types);
    });
  }

  test.each([
    ['Subnet', 'SubnetSpec', 3],
    ['VirtualNetwork', 'VirtualNetworkSpec', 4],
  ])('every field of a %s exists and has its type', (kind, type, count) => {
    const types = JSON.parse(sharedText('core-v4/core-v4-types.json'));
    const objects = rendered(EVERY_KEY).filter((object) => object.kind === kind);
    expect(objects.length).toBeGreaterThanOrEqual(count);
    for (const object of objects) expect(unknownFields(object['spec'], type, object.metadata.name, types)).toEqual([]);
    expect(unknownFields({ cidr: 1, none: true }, 'SubnetSpec', 'x', types)).toEqual(['x.cidr', 'x.none']);
  });
});

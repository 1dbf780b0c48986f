import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allowedPairs } from '../../../lab/cn2/control/allowed.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

const LABELS: Record<string, Record<string, string>> = { ns1: { ns: 'one' }, ns2: { ns: 'two' }, ns3: { ns: 'three' } };

function network(path: string): KubernetesObject {
  const [namespace = '', name = ''] = path.split('/');
  return { apiVersion: 'v', kind: 'VirtualNetwork', metadata: { namespace, name, labels: { vn: name } } };
}

/** A router of the name `<namespace>/<name>` that selects one network label and imports routers `<ns label>/<name>`. */
function router(path: string, type: string, vn: string, ...imports: string[]): KubernetesObject {
  const [namespace = '', name = ''] = path.split('/');
  return {
    apiVersion: 'v',
    kind: 'VirtualNetworkRouter',
    metadata: { namespace, name, labels: { vnr: name } },
    spec: {
      type,
      virtualNetworkSelector: vn === '*' ? {} : { matchLabels: { vn } },
      import: {
        virtualNetworkRouters: imports.map((entry) => {
          const [ns, vnr = ''] = entry.includes('/') ? entry.split('/') : [undefined, entry];
          return {
            virtualNetworkRouterSelector: { matchLabels: { vnr } },
            ...(ns === undefined ? {} : { namespaceSelector: { matchLabels: { ns } } }),
          };
        }),
      },
    },
  };
}

function connected(networks: string[], routers: KubernetesObject[]): string[] {
  return allowedPairs(networks.map(network), routers, (namespace) => LABELS[namespace] ?? {})
    .filter(([from, to]) => from !== to)
    .map((pair) => pair.join(' > '));
}

const NAMESPACES = ['ns1', 'ns2', 'ns3'];
const anyNetwork = fc.tuple(fc.constantFrom(...NAMESPACES), fc.constantFrom('a', 'b')).map(([ns, name]) => `${ns}/${name}`);
const anyRouter = fc
  .record({
    ns: fc.constantFrom(...NAMESPACES),
    name: fc.constantFrom('r1', 'r2', 'r3'),
    type: fc.constantFrom('mesh', 'hub', 'spoke'),
    vn: fc.constantFrom('a', 'b', '*'),
    imports: fc.uniqueArray(
      fc.tuple(fc.constantFrom('one', 'two', 'three'), fc.constantFrom('r1', 'r2', 'r3')).map((parts) => parts.join('/')),
    ),
  })
  .map(({ ns, name, type, vn, imports }) => router(`${ns}/${name}`, type, vn, ...imports));

test('whoever may send may be answered, whatever routers there are', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyNetwork, { maxLength: 6 }),
      fc.uniqueArray(anyRouter, { selector: ({ metadata }) => `${metadata.namespace}/${metadata.name}` }),
      (networks, routers) => {
        const pairs = connected(networks, routers);
        for (const pair of pairs) expect(pairs).toContain(pair.split(' > ').reverse().join(' > '));
      },
    ),
  );
});

describe('which networks may talk', () => {
  test('a network always talks with itself, without any router', () => {
    expect(allowedPairs([network('ns1/a')], [], () => ({}))).toEqual([['ns1/a', 'ns1/a']]);
  });

  test('mesh routers that import each other connect both ways', () => {
    const routers = [router('ns1/r1', 'mesh', 'a', 'two/r2'), router('ns2/r2', 'mesh', 'b', 'one/r1')];
    expect(connected(['ns1/a', 'ns2/b'], routers)).toEqual(['ns1/a > ns2/b', 'ns2/b > ns1/a']);
  });

  test('an import that is not answered connects nothing', () => {
    expect(connected(['ns1/a', 'ns2/b'], [router('ns1/r1', 'mesh', 'a', 'two/r2'), router('ns2/r2', 'mesh', 'b')])).toEqual([]);
  });

  test('all networks that one mesh router selects talk, and only those of its own namespace', () => {
    expect(connected(['ns1/a', 'ns1/b', 'ns2/c'], [router('ns1/r1', 'mesh', '*')])).toEqual(['ns1/a > ns1/b', 'ns1/b > ns1/a']);
  });

  test('a hub talks with its spokes, spokes not with each other', () => {
    const routers = [
      router('ns1/hub', 'hub', 'h', 'two/s1', 'three/s2'),
      router('ns2/s1', 'spoke', 'a', 'one/hub'),
      router('ns3/s2', 'spoke', 'b', 'one/hub'),
    ];
    expect(connected(['ns1/h', 'ns2/a', 'ns3/b'], routers)).toEqual([
      'ns1/h > ns2/a',
      'ns1/h > ns3/b',
      'ns2/a > ns1/h',
      'ns3/b > ns1/h',
    ]);
  });

  test('two networks of one hub, or two hubs that import each other, do not talk', () => {
    expect(connected(['ns1/a', 'ns1/b'], [router('ns1/hub', 'hub', '*')])).toEqual([]);
    const hubs = [router('ns1/r1', 'hub', 'a', 'two/r2'), router('ns2/r2', 'hub', 'b', 'one/r1')];
    expect(connected(['ns1/a', 'ns2/b'], hubs)).toEqual([]);
  });

  test('an import without namespaceSelector means the own namespace', () => {
    const routers = [router('ns1/r1', 'mesh', 'a', 'r2'), router('ns1/r2', 'mesh', 'b', 'r1')];
    expect(connected(['ns1/a', 'ns1/b'], routers)).toEqual(['ns1/a > ns1/b', 'ns1/b > ns1/a']);
    const apart = [router('ns1/r1', 'mesh', 'a', 'r2'), router('ns2/r2', 'mesh', 'b', 'one/r1')];
    expect(connected(['ns1/a', 'ns2/b'], apart)).toEqual([]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { isolationByNamespace, podAddresses } from '../../../lab/cn2/dataplane/cluster-view.ts';
import { fabricAddress } from '../../../lab/cn2/dataplane/fabric.ts';
import { firewallInput } from '../../../lab/cn2/dataplane/node-dataplane.ts';
import { EMPTY_STATE, parseState } from '../../../lab/cn2/dataplane/state.ts';

const namespace = (name: string, labels = {}, annotations = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels, annotations },
});

describe('the state that the kubemanager writes', () => {
  test('entries that are no addresses are left out, the rest is kept', () => {
    const state = parseState(
      JSON.stringify({
        peers: [
          { cluster: 'c2', node: 'n', addresses: ['10.89.0.3', 'n.example', null], podCIDRs: ['10.234.0.0/24', '10.234/16'] },
          7,
        ],
        networks: [{ name: 'ns1/vn1', cidrs: ['10.0.0.0/24', ''], gateways: ['10.0.0.1'] }],
        allowed: [['10.0.0.0/24', '20.0.0.0/24'], ['10.0.0.0/24'], 'x'],
        hosts: [
          { address: '10.0.0.2', node: 'n', cluster: 'c2' },
          { address: 'drop table; x', node: 'n' },
        ],
        isolation: { isolatedNamespaces: ['ns1', 1] },
      }),
    );
    expect(state).toEqual({
      peers: [{ cluster: 'c2', node: 'n', addresses: ['10.89.0.3'], podCIDRs: ['10.234.0.0/24'] }],
      networks: [{ name: 'ns1/vn1', cidrs: ['10.0.0.0/24'], gateways: ['10.0.0.1'] }],
      allowed: [['10.0.0.0/24', '20.0.0.0/24']],
      hosts: [{ address: '10.0.0.2', node: 'n', cluster: 'c2' }],
      isolation: { isolatedNamespaces: ['ns1'], snatNamespaces: [] },
    });
  });

  test('the default networks are no overlay that could be closed', () => {
    const networks = [{ name: 'k-contrail/default-podnetwork', cidrs: ['10.233.128.0/17'], gateways: [] }];
    expect(parseState(JSON.stringify({ networks })).networks).toEqual([]);
  });

  test('what is no object throws, so that the last state stays', () => {
    expect(() => parseState('null')).toThrow('state.json is not an object');
    expect(() => parseState('{"peers": [')).toThrow(SyntaxError);
  });
});

describe('isolation', () => {
  test('comes from labels, annotations, the namespace default and the kubemanager', () => {
    const isolation = isolationByNamespace({
      namespaces: [
        namespace('default'),
        namespace('a', { 'core.juniper.net/isolated-namespace': 'true' }),
        namespace('b', { 'core.juniper.net/isolated-namespace': 'True' }, { 'core.juniper.net/forwarding-mode': 'fabric-snat' }),
        namespace('c'),
        namespace('d', { 'core.juniper.net/isolated-namespace': 'true' }, { 'core.juniper.net/forwarding-mode': 'ip-fabric' }),
      ],
      state: { ...EMPTY_STATE, isolation: { isolatedNamespaces: ['c'], snatNamespaces: [] } },
    });
    expect(Object.fromEntries(isolation)).toEqual({
      default: { isolated: false, snat: true },
      a: { isolated: true, snat: false },
      b: { isolated: false, snat: true },
      c: { isolated: true, snat: false },
      d: { isolated: false, snat: false },
    });
  });

  test('pods on the host network and finished pods have no address of the pod network', () => {
    const pod = (name: string, spec: object, status: object) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'a' },
      spec,
      status,
    });
    const addresses = podAddresses([
      pod('runs', {}, { phase: 'Running', podIPs: [{ ip: '10.1.0.2' }, { ip: 'fd00::2' }] }),
      pod('host', { hostNetwork: true }, { phase: 'Running', podIPs: [{ ip: '10.89.0.2' }] }),
      pod('done', {}, { phase: 'Succeeded', podIPs: [{ ip: '10.1.0.3' }] }),
      pod('new', {}, {}),
    ]);
    expect(addresses).toEqual(new Map([['a', ['10.1.0.2', 'fd00::2']]]));
  });

  test('only nodes of other clusters are foreign: SNAT never hides pods of the own cluster', () => {
    const peer = (node: string, cidr: string) => ({ cluster: 'x', node, addresses: ['10.89.0.9'], podCIDRs: [cidr] });
    const input = firewallInput(
      {
        nodes: ['n1', 'n2'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } })),
        namespaces: [namespace('default'), namespace('ns1', { 'core.juniper.net/isolated-namespace': 'true' })],
        pods: [],
        state: { ...EMPTY_STATE, peers: [peer('n2', '10.233.2.0/24'), peer('other', '10.234.0.0/24')] },
      },
      { name: 'n1', addresses: ['10.89.0.2'], podCidrs: ['10.233.1.0/24'] },
      ['default', 'ns1'].map((name, index) => ({
        containerId: name,
        netns: '/x',
        namespace: name,
        name: 'p',
        uid: 'u',
        interfaces: [
          {
            network: 'd',
            name: 'eth0',
            addresses: [`10.233.1.${index + 2}/24`],
            gateways: [],
            mac: 'm',
            host: 'h',
            virtual: false,
          },
          { network: 'v', name: 'eth1', addresses: [`10.0.0.${index + 2}/24`], gateways: [], mac: 'm', host: 'h', virtual: true },
        ],
      })),
    );
    expect(input.foreignPods).toEqual(['10.234.0.0/24']);
    expect(input.snat).toEqual(['10.233.1.2']);
    expect(input.isolated).toEqual([{ address: '10.233.1.3', neighbours: ['10.233.1.3'] }]);
    expect(input.inside).toContain('10.233.2.0/24');
  });
});

test('fabric addresses differ where the nodes of one bridge differ', () => {
  expect(fabricAddress('10.89.0.5')).toBe('198.19.0.5');
  expect(fabricAddress('10.88.255.5')).toBe('198.18.255.5');
  expect(fabricAddress('fd89:1::abcd')).toBe('2001:2::abcd');
});

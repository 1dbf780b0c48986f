import { describe, expect, test } from '@jest/globals';
import { judgeNetwork, judgeRouter, judgeSubnet } from '../../../lab/cn2/control/judge.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

function object(spec: object, status: object = {}): KubernetesObject {
  return { apiVersion: 'v', kind: 'K', metadata: { namespace: 'ns1', name: 'x' }, spec, status };
}

describe('a Subnet', () => {
  test.each([
    [{ cidr: '10.0.0.0/24' }],
    [{ cidr: '10.0.0.0/24', defaultGateway: '10.0.0.1' }],
    [{ cidr: 'fd00::3:0000/112', defaultGateway: 'fd00::3:1' }],
  ])('%j works', (spec) => expect(judgeSubnet(object(spec))).toEqual({ state: 'Success', observation: '' }));

  test.each([
    [{}, 'invalid CIDR ""'],
    [{ cidr: '10.0.0.0/33' }, 'invalid CIDR "10.0.0.0/33"'],
    [{ cidr: '10.0.0.7/24' }, 'CIDR 10.0.0.7/24 has host bits set'],
    [{ cidr: '10.0.0.0/24', defaultGateway: '10.0.1.1' }, 'defaultGateway 10.0.1.1 is not in 10.0.0.0/24'],
    [{ cidr: '10.0.0.0/24', defaultGateway: 'fd00::1' }, 'defaultGateway fd00::1 is not in 10.0.0.0/24'],
  ])('%j fails', (spec, observation) => expect(judgeSubnet(object(spec))).toEqual({ state: 'Failure', observation }));
});

describe('a VirtualNetwork', () => {
  const success = object({ cidr: '10.0.0.0/24' }, { state: 'Success' });
  const network = object({ v4SubnetReference: { namespace: 'ns1', name: 's' } });

  test('works with a Subnet that does', () => {
    expect(judgeNetwork(network, () => success).state).toBe('Success');
  });

  test('works without any family', () => {
    expect(judgeNetwork(object({}), () => undefined).state).toBe('Success');
  });

  test('waits for a Subnet that is not ready', () => {
    const pending = object({ cidr: '10.0.0.0/24' }, { state: 'Pending' });
    expect(judgeNetwork(network, () => pending)).toEqual({ state: 'Pending', observation: 'Subnet ns1/s is not ready' });
  });

  test('fails without its Subnet, with one that failed, with one of the other family', () => {
    expect(judgeNetwork(network, () => undefined).observation).toBe('Subnet ns1/s not found');
    expect(judgeNetwork(network, () => object({}, { state: 'Failure' })).observation).toBe('Subnet ns1/s is in state Failure');
    const other = object({ cidr: 'fd00::/64' }, { state: 'Success' });
    expect(judgeNetwork(network, () => other).observation).toBe('Subnet ns1/s is no v4 subnet');
  });

  test('looks for a Subnet without namespace in its own', () => {
    const asked: string[] = [];
    judgeNetwork(object({ v6SubnetReference: { name: 's6' } }), (namespace, name) => {
      asked.push(`${namespace}/${name}`);
      return undefined;
    });
    expect(asked).toEqual(['ns1/s6']);
  });

  test('fails with a reserved VNI or with two ways of forwarding', () => {
    expect(judgeNetwork(object({ virtualNetworkNetworkId: 4095 }), () => success).state).toBe('Failure');
    expect(judgeNetwork(object({ virtualNetworkNetworkId: 4096 }), () => success).state).toBe('Success');
    expect(judgeNetwork(object({ fabricForwarding: true, isProviderNetwork: true }), () => success).state).toBe('Failure');
  });
});

test('a VirtualNetworkRouter needs one of three types', () => {
  for (const type of ['mesh', 'hub', 'spoke']) expect(judgeRouter(object({ type })).state).toBe('Success');
  expect(judgeRouter(object({ type: 'ring' }))).toEqual({
    state: 'Failure',
    observation: 'type of ns1/x is "ring", not mesh, hub or spoke',
  });
});

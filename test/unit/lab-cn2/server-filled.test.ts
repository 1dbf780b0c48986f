import { expect, test } from '@jest/globals';
import { serverFilling } from '../../../lab/cn2/control/server-filled.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

const SUBNET = 'back-reference.core.juniper.net/c6dbefed51ec7143c19e3d9285d04ea8f7343de4632174839c9549f1';
const subnet = (uid: string) => ({ apiVersion: 'v', kind: 'Subnet', metadata: { name: 'vn1-v4', uid } });
const find = (uid?: string) => (namespace: string, name: string) =>
  uid !== undefined && namespace === 'default' && name === 'vn1-v4' ? subnet(uid) : undefined;

function network(spec: object, labels: Record<string, string> = {}): KubernetesObject {
  return { apiVersion: 'v', kind: 'VirtualNetwork', metadata: { namespace: 'default', name: 'vn1', labels }, spec };
}

const FILLED = {
  fqName: ['default-domain', 'default', 'vn1'],
  virtualNetworkProperties: { forwardingMode: 'l2_l3', rpf: 'enable' },
  v4SubnetReference: { kind: 'Subnet', name: 'vn1-v4', fqName: ['default-domain', 'default', 'vn1-v4'], uid: 'u1' },
};

test('a network as somebody declares it gets names, identities, properties and the label of its Subnet', () => {
  expect(serverFilling(network({ v4SubnetReference: { kind: 'Subnet', name: 'vn1-v4' } }), find('u1'))).toEqual({
    metadata: { labels: { [SUBNET]: 'Subnet_default_vn1-v4' } },
    spec: {
      fqName: FILLED.fqName,
      virtualNetworkProperties: FILLED.virtualNetworkProperties,
      v4SubnetReference: { fqName: FILLED.v4SubnetReference.fqName, uid: 'u1' },
    },
  });
});

test('one that is filled needs nothing; properties that somebody declares are kept', () => {
  const labels = { [SUBNET]: 'Subnet_default_vn1-v4', vn: 'vn1' };
  expect(serverFilling(network(FILLED, labels), find('u1'))).toBeUndefined();
  const declared = { ...FILLED, virtualNetworkProperties: { forwardingMode: 'l3' } };
  expect(serverFilling(network(declared, labels), find('u1'))).toBeUndefined();
});

test('a Subnet made anew, one that is gone, and a reference that went are followed', () => {
  const labels = { [SUBNET]: 'Subnet_default_vn1-v4' };
  expect(serverFilling(network(FILLED, labels), find('u2'))?.spec['v4SubnetReference']).toMatchObject({ uid: 'u2' });
  expect(serverFilling(network(FILLED, labels), find())?.spec['v4SubnetReference']).toMatchObject({ uid: null });
  const { v4SubnetReference: _, ...without } = FILLED;
  expect(serverFilling(network(without, labels), find('u1'))?.metadata.labels).toEqual({ [SUBNET]: null });
});

test('other kinds get their name', () => {
  const router = { apiVersion: 'v', kind: 'VirtualNetworkRouter', metadata: { namespace: 'a', name: 'r' }, spec: {} };
  expect(serverFilling(router, find())?.spec).toEqual({ fqName: ['default-domain', 'a', 'r'] });
});

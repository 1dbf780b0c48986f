import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { coreKind, SUBNETS } from '../support/core-kinds.ts';
import { drawnSwitches } from '../support/drawn-switches.ts';
import { replaced } from '../support/guide-fleet.ts';
import { allFieldsOf, driftsOf, GuideServers } from '../support/guide-servers.ts';
import { EVERY_KEY } from '../support/network-keys.ts';
import { carryOut, guideDesired, look } from '../support/planning.ts';

const NETWORKS = coreKind('VirtualNetwork', 'virtualnetworks');
const declared = guideDesired(EVERY_KEY);

let guide: GuideServers;

beforeAll(async () => {
  guide = await GuideServers.start(drawnSwitches());
  // Namespaces first, then what is in them.
  for (let round = 0; round < 2; round++) await carryOut(await looked(), guide.clusters);
}, 240_000);

afterAll(async () => {
  await guide?.[Symbol.asyncDispose]();
});

const looked = (text?: string) =>
  text === undefined
    ? look(declared.fleet, declared.desired, guide.clusters)
    : look(declared.fleet, guideDesired(text).desired, guide.clusters);

function wanted(kind: string, name: string): KubernetesObject {
  return declared.desired.find(({ object }) => object.kind === kind && object.metadata.name === name)!.object;
}

describe('every key of networks and connections on real API servers', () => {
  test('is applied as it is declared, and then nothing is left to do', async () => {
    expect(allFieldsOf(await looked())).toEqual([]);
    const live = await guide.central.get({ resource: NETWORKS, namespace: 'ns1', name: 'vn5' });
    expect(live?.['spec']).toEqual(wanted('VirtualNetwork', 'vn5')['spec']);
    const subnet = await guide.central.get({ resource: SUBNETS, namespace: 'ns1', name: 'vn5-v4' });
    expect(subnet?.['spec']).toEqual(wanted('Subnet', 'vn5-v4')['spec']);
  });

  test.each([
    ['a route target more', NETWORKS, 'vn5', { importRouteTargetList: ['target:64512:2000', 'target:64512:9'] }],
    ['other ranges', SUBNETS, 'vn5-v4', { ranges: [{ key: 'x', ipRanges: [{ from: '10.9.0.60', to: '10.9.0.61' }] }] }],
    ['a part of the properties', NETWORKS, 'vn5', { virtualNetworkProperties: { rpf: 'enable' } }],
    ['a field without a key', NETWORKS, 'vn5', { vlanID: 7 }],
  ])('%s by hand is drift, and goes', async (_, resource, name, spec) => {
    const { apiVersion, kind } = wanted(resource.kind, name);
    await guide.meddle('cluster1', resource, { apiVersion, kind, metadata: { namespace: 'ns1', name }, spec }, 'kubectl-edit');
    const holder = guide.holder(resource, 'kubectl-edit') ?? null;
    expect(driftsOf(await looked())).toEqual([[kind, holder === null ? 'changed' : 'conflict', holder]]);
    await carryOut(await looked(), guide.clusters);
    expect(allFieldsOf(await looked())).toEqual([]);
  });

  test('a key that is no longer declared is taken away again', async () => {
    const text = replaced(replaced(EVERY_KEY, '    vni: 5000\n', ''), '    rpf: disable\n', '');
    expect(allFieldsOf(await looked(text))).toEqual([
      [
        expect.stringContaining('update VirtualNetwork ns1/vn5'),
        [
          ['/spec/virtualNetworkNetworkId', null],
          ['/spec/virtualNetworkProperties/rpf', null],
        ],
      ],
    ]);
  });
});

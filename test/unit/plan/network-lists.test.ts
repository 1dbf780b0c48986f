import { describe, expect, test } from '@jest/globals';
import { closedPaths } from '../../../src/cn2/closed-paths.ts';
import { CORE } from '../../../src/cn2/names.ts';
import { driftDocument } from '../../../src/drift/classify.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { undeclared } from '../../../src/plan/surplus.ts';
import { attached, edited, guide } from '../../support/attach.ts';
import { carryOut, look } from '../../support/planning.ts';

const [A, B] = ['target:64512:1000', 'target:64512:9'];
const range = (key: string, from: string) => ({ key, ipRanges: [{ from, to: from }] });

/** A list in the spec of a declared object, what is declared for it, and what somebody makes of it by hand. */
const LISTS: [string, 'VirtualNetwork' | 'Subnet', string, unknown[], unknown[]][] = [
  ['a route target more', 'VirtualNetwork', 'routeTargetList', [A], [A, B]],
  ['another route target', 'VirtualNetwork', 'routeTargetList', [A], [B]],
  ['an imported route target more', 'VirtualNetwork', 'importRouteTargetList', [A], [A, B]],
  ['an exported route target more', 'VirtualNetwork', 'exportRouteTargetList', [A], [A, B]],
  ['a route target less', 'VirtualNetwork', 'routeTargetList', [A, B], [A]],
  ['a range more', 'Subnet', 'ranges', [range('default', '10.0.0.9')], [range('default', '10.0.0.9'), range('x', '10.0.0.7')]],
  ['a name server more', 'Subnet', 'dnsNameservers', ['10.0.0.2'], ['10.0.0.2', '192.0.2.1']],
];
const NAMES = { VirtualNetwork: 'vn1', Subnet: 'subnet1' };

function withSpec(object: KubernetesObject, field: string, value: unknown): KubernetesObject {
  return { ...object, spec: { ...(object['spec'] as object), [field]: value } };
}

describe('lists of networks that somebody changes by hand', () => {
  test.each(LISTS)('%s is drift, and goes with the next apply', async (_, kind, field, declared, byHand) => {
    const { cn2 } = await attached();
    const desired = edited(kind, NAMES[kind], (object) => {
      object['spec'] = withSpec(object, field, declared)['spec'];
    });
    await carryOut(await look(guide.fleet, desired, cn2.clusters), cn2.clusters);
    const drifted = async () => {
      const { plan, live, desired: wanted } = await look(guide.fleet, desired, cn2.clusters);
      return driftDocument({ plan, live, desired: wanted, proposalPending: false }).clusters.flatMap(({ changes }) => changes);
    };
    expect(await drifted()).toEqual([]);
    cn2.central.put(withSpec(cn2.central.peek(kind, 'ns1', NAMES[kind])!, field, byHand), 'kubectl-edit');
    const [change, ...more] = await drifted();
    expect(more).toEqual([]);
    expect(change).toMatchObject({ kind, action: 'update', kindOfDrift: 'conflict', manager: 'kubectl-edit' });
    expect(change!.fields.every(({ path }) => path.startsWith(`/spec/${field}`))).toBe(true);
    await carryOut(await look(guide.fleet, desired, cn2.clusters), cn2.clusters);
    expect(await drifted()).toEqual([]);
    expect((cn2.central.peek(kind, 'ns1', NAMES[kind])!['spec'] as Record<string, unknown>)[field]).toEqual(declared);
  });

  test('where the API owns items one by one, a foreign one is told apart', () => {
    const own = { manager: 'cn2-fleet', operation: 'Apply' as const };
    const metadata = (mine: object, theirs: object) => ({
      namespace: 'ns1',
      name: 'n',
      managedFields: [
        { ...own, fieldsV1: { 'f:spec': mine } as never },
        { manager: 'kubectl-edit', operation: 'Update' as const, fieldsV1: { 'f:spec': theirs } as never },
      ],
    });
    const network = { apiVersion: `${CORE}/v2`, kind: 'VirtualNetwork', metadata: { namespace: 'ns1', name: 'n' } };
    const targets = { ...network, spec: { routeTargetList: [A] } };
    const moreTargets = {
      ...network,
      metadata: metadata({ 'f:routeTargetList': { [`v:"${A}"`]: {} } }, { 'f:routeTargetList': { [`v:"${B}"`]: {} } }),
      spec: { routeTargetList: [A, B] },
    };
    expect(undeclared(targets, moreTargets, closedPaths(targets, new Map())).map((path) => path.join(' '))).toEqual([
      `f:spec f:routeTargetList v:"${B}"`,
    ]);
    const subnet = { ...network, kind: 'Subnet' };
    const ranges = { ...subnet, spec: { ranges: [range('a', '10.0.0.9')] } };
    const keyed = (key: string) => ({ 'f:ranges': { [`k:{"key":"${key}"}`]: { '.': {}, 'f:key': {} } } });
    const moreRanges = {
      ...subnet,
      metadata: metadata(keyed('a'), keyed('b')),
      spec: { ranges: [range('a', '10.0.0.9'), range('b', '10.0.0.7')] },
    };
    expect(undeclared(ranges, moreRanges, closedPaths(ranges, new Map())).map((path) => path.join(' '))).toEqual([
      'f:spec f:ranges k:{"key":"b"}',
    ]);
    // Nothing is declared: CN2 may fill in what it likes.
    const plain = { ...subnet, spec: { cidr: '10.0.0.0/24' } };
    expect(undeclared(plain, moreRanges, closedPaths(plain, new Map()))).toEqual([]);
  });
});

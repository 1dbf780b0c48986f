import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ALL_SERVED } from '../../lab/apiserver/aggregated/switches.ts';
import { CORE, LAST_APPLIED_ANNOTATION } from '../../src/cn2/names.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import { approve, isSubset } from '../../src/plan/approval.ts';
import { allFieldsOf, driftsOf, GuideServers, labelEdit } from '../support/guide-servers.ts';
import { LIMITS } from '../support/limited-cluster.ts';
import { carryOut, changesOn, spell } from '../support/planning.ts';

const MIRROR = 'kubemanager-cluster2-cluster2-ns1';

function core(kind: string, plural: string): Resource {
  return { group: CORE, version: 'v1alpha1', kind, plural, namespaced: true };
}
const KINDS = {
  routers: core('VirtualNetworkRouter', 'virtualnetworkrouters'),
  networks: core('VirtualNetwork', 'virtualnetworks'),
  subnets: core('Subnet', 'subnets'),
};
const VN1 = { resource: KINDS.networks, namespace: 'ns1', name: 'vn1' };

let guide: GuideServers;

beforeAll(async () => {
  guide = await GuideServers.start({});
}, 240_000);

afterAll(async () => {
  await guide?.[Symbol.asyncDispose]();
});

function part(kind: string, name: string, more: object): KubernetesObject {
  const metadata = { namespace: 'ns1', name };
  return { apiVersion: `${CORE}/v1alpha1`, kind, ...more, metadata: { ...metadata, ...(more as KubernetesObject).metadata } };
}

/** An object as the API itself has it. */
async function raw(target: { resource: Resource; namespace: string; name: string }): Promise<KubernetesObject> {
  return (await guide.beneath.get('cluster1')!.get(target))!;
}

/** Nothing of the core kinds is left. */
async function clear(): Promise<void> {
  for (const resource of Object.values(KINDS))
    for (const { metadata } of await guide.central.list(resource))
      await guide.central.delete({ resource, name: metadata.name, namespace: metadata.namespace! });
}

describe.each(LIMITS)('core kinds of an API with %s', (_, switches) => {
  const limited = { serverSideApply: switches.serverSideApply !== 'off', dryRun: (switches.dryRun ?? 'served') === 'served' };
  const recorded = switches.managedFields !== 'off';
  const here = !limited.serverSideApply || !recorded;
  const mark = limited.dryRun ? '' : '?';

  beforeAll(async () => {
    guide.aggregated!.set(ALL_SERVED);
    await clear();
    guide.aggregated!.set(switches);
    await guide.reconnect();
  }, 60_000);

  test('the guide is made, by the mechanism that the plan names; then the plan is empty, and asks nothing but a description', async () => {
    const looked = await guide.look();
    expect(looked.findings.filter(({ rule }) => rule !== 'cluster')).toEqual([]);
    expect(changesOn(looked, 'cluster1').map(spell)).toEqual(
      [
        'create Subnet ns1/subnet1',
        `create Subnet ${MIRROR}/subnet2`,
        'create VirtualNetwork ns1/vn1',
        `create VirtualNetwork ${MIRROR}/vn2`,
        'create VirtualNetworkRouter ns1/vnr1',
        `create VirtualNetworkRouter ${MIRROR}/vnr2`,
      ].map((text) => `${text}${mark}`),
    );
    await carryOut(looked, guide.clusters);
    expect((await raw(VN1)).metadata.annotations?.[LAST_APPLIED_ANNOTATION] !== undefined).toBe(here);

    await guide.reconnect();
    const again = await guide.look();
    expect(allFieldsOf(again)).toEqual([]);
    expect(again.plan.clusters[0]!.limited ?? []).toEqual(
      here || !limited.dryRun ? [{ group: CORE, serverSideApply: !here, dryRun: limited.dryRun }] : [],
    );
    expect(again.plan.clusters[1]).not.toHaveProperty('limited');
    const counts = guide.central.counts();
    expect(again.plan.clusters[0]!.requests).toBe(counts.total);
    expect(counts.total).toBeLessThanOrEqual(25);
    expect(Object.keys(counts.byVerb).sort()).toEqual(['GET', 'LIST']);
  }, 60_000);

  test('a changed field, a removal, and a label that nobody declares stay apart', async () => {
    const more = [labelEdit('VirtualNetwork', 'vn1', 'stays', 'a'), labelEdit('Subnet', 'subnet1', 'goes', 'x')];
    await guide.apply(more);
    await guide.meddle(
      'cluster1',
      KINDS.networks,
      part('VirtualNetwork', 'vn1', { metadata: { labels: { theirs: 'x' } } }),
      'other',
    );
    expect(allFieldsOf(await guide.look(more))).toEqual([]);
    const next = [labelEdit('VirtualNetwork', 'vn1', 'stays', 'b')];
    const looked = await guide.look(next);
    expect(allFieldsOf(looked)).toEqual([
      [`update Subnet ns1/subnet1${mark}`, [['/metadata/labels/goes', null]]],
      [`update VirtualNetwork ns1/vn1${mark}`, [['/metadata/labels/stays', null]]],
    ]);
    expect(JSON.stringify(looked.plan)).not.toContain(LAST_APPLIED_ANNOTATION);
    await carryOut(looked, guide.clusters);
    expect((await raw({ ...VN1, resource: KINDS.subnets, name: 'subnet1' })).metadata.labels).not.toHaveProperty('goes');
    expect((await raw(VN1)).metadata.labels).toMatchObject({ stays: 'b', theirs: 'x' });
    await guide.apply();
    expect((await raw(VN1)).metadata.labels).not.toHaveProperty('stays');
    expect((await raw(VN1)).metadata.labels).toMatchObject({ theirs: 'x' });
    expect(allFieldsOf(await guide.look())).toEqual([]);
  });

  test('what somebody changes is drift that names them where it is known, and is taken back', async () => {
    await guide.meddle(
      'cluster1',
      KINDS.subnets,
      part('Subnet', 'subnet1', { spec: { defaultGateway: '10.0.0.99' } }),
      'kubectl-edit',
    );
    const looked = await guide.look();
    const holder = guide.holder(KINDS.subnets, 'kubectl-edit') ?? null;
    expect(allFieldsOf(looked)).toEqual([[`update Subnet ns1/subnet1${mark}`, [['/spec/defaultGateway', holder]]]]);
    expect(driftsOf(looked)).toEqual([['Subnet', holder === null ? 'changed' : 'conflict', holder]]);
    await carryOut(looked, guide.clusters);
    expect(allFieldsOf(await guide.look())).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      'a label in the selector',
      { virtualNetworkSelector: { matchLabels: { more: 'x' } } },
      '/spec/virtualNetworkSelector/matchLabels/more',
    ],
    ['a further import', { import: { others: [{ name: 'x' }] } }, '/spec/import/others[name=x]/name'],
  ])('a closed path stays closed: %s', async (__, spec, path) => {
    await guide.meddle('cluster1', KINDS.routers, part('VirtualNetworkRouter', 'vnr1', { spec }), 'kubectl-edit');
    const looked = await guide.look();
    const holder = guide.holder(KINDS.routers, 'kubectl-edit') ?? null;
    expect(allFieldsOf(looked)).toEqual([[`update VirtualNetworkRouter ns1/vnr1${mark}`, [[path, holder]]]]);
    await carryOut(looked, guide.clusters);
    expect(allFieldsOf(await guide.look())).toEqual([]);
  });

  test('what was made by hand is adopted with nothing removed, and what leaves the declaration later goes', async () => {
    await guide.central.delete(VN1);
    const byHand = guide.plain('VirtualNetwork', 'vn1');
    byHand.metadata.annotations = { 'example.com/note': 'mine' };
    byHand.metadata.labels = { ...byHand.metadata.labels, leaves: 'later' };
    await guide.beneath.get('cluster1')!.create(KINDS.networks, byHand, { fieldManager: 'kubectl-create' });
    const declared = [labelEdit('VirtualNetwork', 'vn1', 'leaves', 'later')];
    const looked = await guide.look(declared);
    expect(changesOn(looked, 'cluster1').map(spell)).toEqual([`adopt VirtualNetwork ns1/vn1${mark}`]);
    await carryOut(looked, guide.clusters);
    expect(allFieldsOf(await guide.look(declared))).toEqual([]);
    expect((await raw(VN1)).metadata.annotations).toMatchObject({ 'example.com/note': 'mine' });
    await guide.apply();
    expect((await raw(VN1)).metadata.labels).not.toHaveProperty('leaves');
    expect((await raw(VN1)).metadata.annotations).toMatchObject({ 'example.com/note': 'mine' });
    expect(allFieldsOf(await guide.look())).toEqual([]);
  });

  test('an object that moves after the plan is not written to, nor is one of another uid', async () => {
    const edits = [labelEdit('VirtualNetwork', 'vn1', 'new', 'x')];
    const looked = await guide.look(edits);
    await guide.meddle(
      'cluster1',
      KINDS.networks,
      part('VirtualNetwork', 'vn1', { metadata: { labels: { theirs: 'y' } } }),
      'other',
    );
    const moved = await raw(VN1);
    await expect(carryOut(looked, guide.clusters)).rejects.toThrow('has changed since the plan');
    expect(await raw(VN1)).toEqual(moved);
    const { uid: _uid, resourceVersion: _version, managedFields: _fields, ...metadata } = moved.metadata;
    await guide.central.delete(VN1);
    const other = await guide.beneath.get('cluster1')!.create(KINDS.networks, { ...moved, metadata });
    await expect(carryOut(looked, guide.clusters)).rejects.toThrow('has changed since the plan');
    expect((await raw(VN1)).metadata.resourceVersion).toBe(other.metadata.resourceVersion);
    await guide.central.delete(VN1);
    await guide.apply();
  });

  test('a lost record is a finding, never a silent orphan, and is written anew where the object is declared', async () => {
    const { annotations: _a, managedFields: _m, ...metadata } = (await raw(VN1)).metadata;
    const lost = { ...(await raw(VN1)), metadata: { ...metadata, managedFields: [{}] as never } };
    await guide.beneath.get('cluster1')!.update(KINDS.networks, lost, { fieldManager: 'restore' });
    const gone = { kind: 'VirtualNetwork', name: 'vn1', to: () => undefined };
    const looked = await guide.look([gone]);
    if (here) {
      expect(changesOn(looked, 'cluster1')).toEqual([]);
      expect(looked.findings.map(({ message }) => message)).toContainEqual(
        expect.stringContaining('has no record that cn2-fleet applied it'),
      );
    }
    expect(changesOn(await guide.look(), 'cluster1').map(spell)).toEqual([`adopt VirtualNetwork ns1/vn1${mark}`]);
    await guide.apply();
    expect(allFieldsOf(await guide.look())).toEqual([]);
  });

  test('what is declared no more is deleted; nothing that was copied with its annotation is', async () => {
    const copied = await raw(VN1);
    const { uid: _u, resourceVersion: _r, managedFields: _m, creationTimestamp: _c, ...metadata } = copied.metadata;
    await guide.beneath.get('cluster1')!.create(KINDS.networks, { ...copied, metadata: { ...metadata, name: 'copy' } });
    const gone = { kind: 'VirtualNetwork', name: 'vn1', to: () => undefined };
    const looked = await guide.look([gone]);
    expect(changesOn(looked, 'cluster1').map(spell)).toEqual(['delete VirtualNetwork ns1/vn1']);
    await carryOut(looked, guide.clusters);
    expect((await guide.central.list(KINDS.networks)).map(({ metadata: { name } }) => name).sort()).toEqual(['copy', 'vn2']);
    await guide.central.delete({ ...VN1, name: 'copy' });
    await guide.apply();
  });

  test('an approval does not cover what its API can no longer do, nor what it can do since', async () => {
    const edits = [labelEdit('VirtualNetwork', 'vn1', 'new', 'x')];
    const before = await guide.look(edits);
    expect(isSubset(before.plan, approve(before.plan))).toEqual({ ok: true });
    guide.aggregated!.set(ALL_SERVED);
    await guide.reconnect();
    const now = await guide.look(edits);
    if (before.plan.clusters[0]!.limited === undefined) return;
    for (const [plan, approved] of [
      [now.plan, before.plan],
      [before.plan, now.plan],
    ] as const)
      expect(isSubset(plan, approve(approved))).toMatchObject({
        ok: false,
        texts: [
          expect.stringMatching(
            /^cluster1: the API of core\.contrail\.juniper\.net has changed since the plan was approved: then /,
          ),
        ],
      });
    await carryOut(now, guide.clusters);
    await guide.apply();
    expect(allFieldsOf(await guide.look())).toEqual([]);
    expect((await raw(VN1)).metadata.annotations ?? {}).not.toHaveProperty(LAST_APPLIED_ANNOTATION);
  });
});

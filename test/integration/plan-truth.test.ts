import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CORE, ISOLATED_LABEL } from '../../src/cn2/names.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import { coreKind } from '../support/core-kinds.ts';
import { drawnSwitches } from '../support/drawn-switches.ts';
import { allFieldsOf, driftsOf, type Edit, GuideServers, labelEdit, NAMESPACES } from '../support/guide-servers.ts';
import { changesOn, spell } from '../support/planning.ts';

const NETWORKS = coreKind('VirtualNetwork', 'virtualnetworks');
const ROUTERS = coreKind('VirtualNetworkRouter', 'virtualnetworkrouters');
const DEPLOYMENTS: Resource = { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true };
const DEPLOYER = { namespace: 'contrail-deploy', name: 'contrail-k8s-deployer' };

const switches = drawnSwitches();
/** Whether the server itself applies core kinds; else it is done on our side. */
const byServer = switches?.serverSideApply !== 'off' && switches?.managedFields !== 'off';
const testByServer = byServer ? test : test.skip;
/** Not previewed where nobody can be asked. */
const mark = switches?.dryRun === undefined ? '' : '?';

let guide: GuideServers;

beforeAll(async () => {
  guide = await GuideServers.start(switches);
  expect(allFieldsOf(await guide.look())).toEqual([]);
}, 240_000);

afterAll(async () => {
  await guide?.[Symbol.asyncDispose]();
});

function managers(object: KubernetesObject | undefined): string[] {
  return (object?.metadata.managedFields ?? []).map(({ manager, operation }) => `${operation} ${manager}`).sort();
}

describe('what was made by hand and is declared', () => {
  test.each(['kubectl-client-side-apply', 'kubectl-create'])(
    'is taken over from %s, with nothing removed; what leaves the declaration goes',
    async (manager) => {
      const target = { resource: ROUTERS, namespace: 'ns1', name: 'vnr1' };
      await guide.central.delete(target);
      const byHand = guide.plain('VirtualNetworkRouter', 'vnr1');
      byHand.metadata.annotations = { 'example.com/note': 'mine' };
      byHand.metadata.labels = { ...byHand.metadata.labels, leaves: 'later' };
      await guide.central.create(ROUTERS, byHand, { fieldManager: manager });

      const declared = [labelEdit('VirtualNetworkRouter', 'vnr1', 'leaves', 'later')];
      const looked = await guide.look(declared);
      expect(changesOn(looked, 'cluster1').map(spell)).toEqual([`adopt VirtualNetworkRouter ns1/vnr1${mark}`]);
      const [take] = changesOn(looked, 'cluster1')[0]!.takes ?? [];
      // Where the record is ours to write, nothing has to be taken out of another one.
      expect(take?.manager).toBe(byServer ? manager : undefined);
      if (byServer) expect(take!.fields).toEqual(expect.arrayContaining(['/metadata/labels/leaves', '/spec/type']));
      await guide.apply(declared);
      expect(allFieldsOf(await guide.look(declared))).toEqual([]);
      const adopted = await guide.central.get(target);
      expect(adopted?.metadata.annotations).toEqual({ 'example.com/note': 'mine' });
      expect(managers(adopted)).toEqual([
        'Apply cn2-fleet',
        ...(guide.holder(ROUTERS, manager) === undefined ? [] : [`Update ${manager}`]),
      ]);

      await guide.apply();
      const after = await guide.central.get(target);
      expect(after?.metadata.labels).not.toHaveProperty('leaves');
      expect(after?.metadata.annotations).toEqual({ 'example.com/note': 'mine' });
      expect(allFieldsOf(await guide.look())).toEqual([]);
    },
  );

  testByServer('a run that ends between the two writes leaves an adoption, and no drift', async () => {
    const target = { resource: ROUTERS, namespace: 'ns1', name: 'vnr1' };
    await guide.central.delete(target);
    await guide.central.create(ROUTERS, guide.plain('VirtualNetworkRouter', 'vnr1'), { fieldManager: 'kubectl-create' });
    const { object } = guide.desired.find(
      ({ object: { kind, metadata } }) => kind === 'VirtualNetworkRouter' && metadata.name === 'vnr1',
    )!;
    await guide.central.apply(ROUTERS, object, {});
    const looked = await guide.look();
    expect(allFieldsOf(looked)).toEqual([[`adopt VirtualNetworkRouter ns1/vnr1${mark}`, []]]);
    expect(driftsOf(looked)).toEqual([]);
    await guide.apply();
    expect(allFieldsOf(await guide.look())).toEqual([]);
  });

  test.each([
    ['goes as a whole, though kubectl owns its defaults', undefined, undefined],
    ['is a removal that names who holds it as well', 'flux', 'flux, kubectl-create'],
  ])('a container that leaves the declaration %s', async (_, other, holder) => {
    const target = { resource: DEPLOYMENTS, ...DEPLOYER };
    const init = { name: 'prepare', image: 'example.com/prepare:1' };
    const more = (object: KubernetesObject) =>
      podOf(object, { initContainers: [...((podSpec(object)['initContainers'] ?? []) as object[]), init] });
    const withInit: Edit = { kind: 'Deployment', name: DEPLOYER.name, to: more };
    await guide.distributed.delete(target);
    await guide.distributed.create(DEPLOYMENTS, more(guide.plain('Deployment', DEPLOYER.name)), {
      fieldManager: 'kubectl-create',
    });
    await guide.apply([withInit]);
    const same = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: DEPLOYER,
      spec: { template: { spec: { initContainers: [init] } } },
    };
    if (other !== undefined) await guide.distributed.apply(DEPLOYMENTS, same, { fieldManager: other });
    expect(allFieldsOf(await guide.look([withInit]))).toEqual([]);
    const fields = changesOn(await guide.look(), 'cluster2').flatMap((change) => change.fields);
    expect(fields.find(({ path }) => path === '/spec/template/spec/initContainers[name=prepare]/image')?.conflictsWith).toBe(
      holder,
    );
    expect(fields.every(({ after }) => after === undefined)).toBe(true);
    await guide.apply();
    const left = podSpec((await guide.distributed.get(target))!)['initContainers'] as { name: string }[];
    expect(left.map(({ name }) => name)).not.toContain('prepare');
    expect(allFieldsOf(await guide.look())).toEqual([]);
  });

  testByServer('what another tool holds as well is a removal that names it', async () => {
    const edit = [labelEdit('VirtualNetwork', 'vn1', 'shared', 'yes')];
    await guide.apply(edit);
    const other = {
      apiVersion: `${CORE}/v1alpha1`,
      kind: 'VirtualNetwork',
      metadata: { namespace: 'ns1', name: 'vn1', labels: { shared: 'yes' } },
    };
    await guide.central.apply(NETWORKS, other, { fieldManager: 'flux' });
    expect(allFieldsOf(await guide.look(edit))).toEqual([]);
    const looked = await guide.look();
    expect(allFieldsOf(looked)).toEqual([[`update VirtualNetwork ns1/vn1${mark}`, [['/metadata/labels/shared', 'flux']]]]);
    expect(driftsOf(looked)).toEqual([['VirtualNetwork', 'conflict', 'flux']]);
    await guide.apply();
    expect((await guide.central.get({ resource: NETWORKS, namespace: 'ns1', name: 'vn1' }))?.metadata.labels).not.toHaveProperty(
      'shared',
    );
    expect(allFieldsOf(await guide.look())).toEqual([]);
  });
});

describe('closed paths', () => {
  const router = (spec: object) => ({
    resource: ROUTERS,
    where: 'cluster1',
    object: { apiVersion: `${CORE}/v1alpha1`, kind: 'VirtualNetworkRouter', metadata: { namespace: 'ns1', name: 'vnr1' }, spec },
  });
  const network = (part: object) => ({
    resource: NETWORKS,
    where: 'cluster1',
    object: { apiVersion: `${CORE}/v1alpha1`, kind: 'VirtualNetwork', metadata: { namespace: 'ns1', name: 'vn1' }, ...part },
  });
  const deployer = (part: object) => ({
    resource: DEPLOYMENTS,
    where: 'cluster2',
    object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: DEPLOYER, spec: { template: { spec: part } } },
  });
  const container = { name: 'extra', image: 'example.com/extra:1' };

  test.each<[string, { resource: Resource; where: string; object: object }, string]>([
    [
      'a key in the selector of a router',
      router({ virtualNetworkSelector: { matchLabels: { more: 'x' } } }),
      '/spec/virtualNetworkSelector/matchLabels/more',
    ],
    [
      'expressions in the selector of a router',
      router({ virtualNetworkSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } }),
      '/spec/virtualNetworkSelector/matchExpressions/0/key',
    ],
    ['a further import of a router', router({ import: { others: [{ name: 'x' }] } }), '/spec/import/others[name=x]/name'],
    [
      'a label that routers select by',
      network({ metadata: { namespace: 'ns1', name: 'vn1', labels: { group: 'app' } } }),
      '/metadata/labels/group',
    ],
    ['a route target of a network', network({ spec: { routeTargetList: ['target:64512:1'] } }), '/spec/routeTargetList'],
    ['a second family of a network', network({ spec: { v6SubnetReference: { name: 'x' } } }), '/spec/v6SubnetReference/name'],
    [
      'the label of isolation',
      {
        resource: NAMESPACES,
        where: 'cluster1',
        object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns1', labels: { [ISOLATED_LABEL]: 'true' } } },
      },
      '/metadata/labels/core.juniper.net~1isolated-namespace',
    ],
    ['a container', deployer({ containers: [container] }), '/spec/template/spec/containers[name=extra]/image'],
    ['an init container', deployer({ initContainers: [container] }), '/spec/template/spec/initContainers[name=extra]/image'],
    ['a volume', deployer({ volumes: [{ name: 'extra', emptyDir: {} }] }), '/spec/template/spec/volumes[name=extra]/name'],
  ])('%s is drift that names its manager, and goes when that is approved', async (_, { resource, where, object }, path) => {
    // Declared without what the guide happens to declare there.
    const edits = [
      labelEdit('VirtualNetwork', 'vn1', 'group'),
      {
        kind: 'VirtualNetworkRouter',
        name: 'vnr2',
        to: (other: KubernetesObject) => ({
          ...other,
          spec: { ...(other['spec'] as object), virtualNetworkSelector: { matchLabels: { group: 'app' } } },
        }),
      },
      labelEdit('Namespace', 'ns1', ISOLATED_LABEL),
      {
        kind: 'VirtualNetwork',
        name: 'vn1',
        to: (other: KubernetesObject) => withoutSecondFamily(labelEdit('VirtualNetwork', 'vn1', 'group').to(other)!),
      },
    ].reverse();
    await guide.apply(edits);
    expect(allFieldsOf(await guide.look(edits))).toEqual([]);
    const cluster = guide.clusters.get(where)!;
    const target = { resource, ...(object as KubernetesObject).metadata };
    const before = content(await cluster.get(target));
    await guide.meddle(where, resource, object as KubernetesObject, 'kubectl-edit');
    const looked = await guide.look(edits);
    const fields = looked.plan.clusters.flatMap(({ changes }) => changes.flatMap((change) => change.fields));
    const holder = guide.holder(resource, 'kubectl-edit');
    expect(fields.find((field) => field.path === path)).toMatchObject({
      path,
      before: expect.anything(),
      ...(holder === undefined ? {} : { conflictsWith: holder }),
    });
    expect(fields.find((field) => field.path === path)).not.toHaveProperty('after');
    const kind = holder === undefined ? 'changed' : 'conflict';
    expect(driftsOf(looked)).toEqual([[(object as KubernetesObject).kind, kind, holder ?? null]]);
    await guide.apply(edits);
    expect(allFieldsOf(await guide.look(edits))).toEqual([]);
    const left = await cluster.get(target);
    expect(content(left)).toEqual(before);
  });

  test('an addition elsewhere is nobody else’s business', async () => {
    await guide.apply();
    const note = network({ metadata: { namespace: 'ns1', name: 'vn1', annotations: { 'example.com/note': 'x' } } });
    await guide.meddle('cluster1', NETWORKS, note.object as KubernetesObject, 'kubectl-edit');
    expect(allFieldsOf(await guide.look())).toEqual([]);
  });
});

function withoutSecondFamily(object: KubernetesObject): KubernetesObject {
  const { v6SubnetReference: _, ...spec } = object['spec'] as Record<string, unknown>;
  return { ...object, spec };
}

/** What an object says, apart from what the server counts and records. */
function content(object: KubernetesObject | undefined): unknown {
  const { resourceVersion: _, generation: __, managedFields: ___, ...metadata } = object!.metadata;
  return { spec: object!['spec'], metadata };
}

function podSpec(object: KubernetesObject): Record<string, unknown> {
  return (object['spec'] as { template: { spec: Record<string, unknown> } }).template.spec;
}

function podOf(object: KubernetesObject, part: object): KubernetesObject {
  const copy = structuredClone(object);
  Object.assign(podSpec(copy), part);
  return copy;
}

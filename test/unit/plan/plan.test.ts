import { describe, expect, test } from '@jest/globals';
import { CONFIGPLANE, CORE, DATAPLANE } from '../../../src/cn2/names.ts';
import type { Fleet } from '../../../src/model/fleet.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { LiveState } from '../../../src/model/live.ts';
import type { Desired } from '../../../src/model/manifest.ts';
import { scopeOf } from '../../../src/model/scope.ts';
import { openQuestions } from '../../../src/plan/comparison.ts';
import { expectedIsEmpty, planConditions } from '../../../src/plan/outcome.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import type { PreviewResult } from '../../../src/plan/preview.ts';
import { toServed } from '../../../src/plan/served.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';
import { applied, liveCluster, liveState, namespaceObject, wanted } from '../../support/live-state.ts';

const fleet: Fleet = guideDeclaration().fleet!;
const MIRROR = 'kubemanager-cluster2-cluster2-ns1';
const CORE_V1 = `${CORE}/v1alpha1`;
const CORE_KINDS = ['Subnet', 'VirtualNetwork', 'VirtualNetworkRouter'].map((kind) => ({ apiVersion: CORE_V1, kind }));
const VROUTER = { apiVersion: `${DATAPLANE}/v1alpha1`, kind: 'Vrouter' };

function subnet(namespace: string, name: string, spec: object = { cidr: '10.0.0.0/24' }): KubernetesObject {
  return { apiVersion: CORE_V1, kind: 'Subnet', metadata: { namespace, name }, spec };
}

function kubemanager(name: string, clusterName: string): KubernetesObject {
  return {
    apiVersion: `${CONFIGPLANE}/v1alpha1`,
    kind: 'Kubemanager',
    metadata: { namespace: 'contrail', name },
    spec: { clusterName },
  };
}

function pod(name: string, part: object = {}, controller = true): KubernetesObject {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'r', controller: true }];
  const metadata = {
    name,
    namespace: 'default',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...(controller ? { ownerReferences } : {}),
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: {}, status: { phase: 'Running' }, ...part };
}

/** Ours on the central cluster as another run left it. */
function ours(object: KubernetesObject, metadata: Partial<KubernetesObject['metadata']> = {}): KubernetesObject {
  return applied(wanted(fleet, 'cluster1', '80-networks', object).object, metadata);
}

function central(objects: KubernetesObject[], part: Parameters<typeof liveCluster>[4] = {}) {
  return liveCluster('cluster1', 'central', objects, CORE_KINDS, part);
}

function planned(desired: Desired[], live: LiveState, previews: PreviewResult[] = [], only?: string[]) {
  return makePlan({ fleet, index: 'sha256:i', desired, live, previews, scope: scopeOf(fleet, only) });
}

const actions = (result: ReturnType<typeof planned>) =>
  result.plan.clusters.flatMap(({ changes }) =>
    changes.map(({ action, kind, name, predicted }) => `${action} ${kind} ${name}${predicted ? '?' : ''}`),
  );

/** The server takes the desired object as it is. */
function merges(
  desired: Desired,
  live: KubernetesObject | undefined,
  result: KubernetesObject,
  conflicts: { field: string; manager: string }[] = [],
): PreviewResult {
  const resource = { group: '', version: '', kind: '', plural: '', namespaced: true };
  return {
    question: { desired, resource, ...(live === undefined ? {} : { live }) },
    requests: 1,
    status: 'merged',
    result,
    conflicts,
  };
}

describe('deletes', () => {
  const home = namespaceObject('ns1');

  test('take what is ours and no longer wanted, with uid and resourceVersion', () => {
    const result = planned([], liveState(central([home, ours(subnet('ns1', 'old'))])));
    expect(actions(result)).toEqual(['delete Subnet old']);
    expect(result.plan.clusters[0]?.changes[0]).toMatchObject({ uid: 'uid-ns1-old', stage: '80-networks', for: 'cluster1' });
    expect(result.preconditions).toEqual([
      {
        cluster: 'cluster1',
        group: CORE,
        kind: 'Subnet',
        namespace: 'ns1',
        name: 'old',
        uid: 'uid-ns1-old',
        resourceVersion: '100',
      },
    ]);
  });

  test.each<[string, KubernetesObject]>([
    ['an object without our record', ours(subnet('ns1', 'x'), { managedFields: [] })],
    [
      'an object with an Update record only',
      ours(subnet('ns1', 'x'), { managedFields: [{ manager: 'cn2-fleet', operation: 'Update', fieldsV1: {} }] }),
    ],
    ["an object without the fleet's label", applied(subnet('ns1', 'x'))],
    [
      "another fleet's object",
      ours({ ...subnet('ns1', 'x'), metadata: { namespace: 'ns1', name: 'x', labels: { 'cn2-fleet/fleet': 'other' } } }),
    ],
    [
      'an object with a controller',
      ours(subnet('ns1', 'x'), { ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'a', uid: 'a', controller: true }] }),
    ],
    ['an object on its way out', ours(subnet('ns1', 'x'), { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ['a namespace', ours(namespaceObject('ns9'))],
    ['a namespace that CN2 mirrors, labels included', ours(namespaceObject(MIRROR))],
    [
      'a custom resource definition',
      ours({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'x' } }),
    ],
  ])('never take %s', (_, object) => {
    expect(actions(planned([], liveState(central([home, object]))))).toEqual([]);
  });

  test.each<[string, string, string, string, string?]>([
    ['of a core kind that only files of one’s own have', `${CORE_V1}`, 'BGPRouter', '80-networks'],
    ['router', `${CORE_V1}`, 'VirtualNetworkRouter', '90-routers'],
    ['of another kind', 'v1', 'ConfigMap', '95-extra'],
    ['that the vendor’s files may have', 'v1', 'ConfigMap', '20-deployer', 'contrail-network-config'],
  ])('an object %s goes in its stage', (_, apiVersion, kind, stage, name = 'x') => {
    const object = ours({ apiVersion, kind, metadata: { namespace: name === 'x' ? 'ns1' : 'contrail', name } });
    expect(planned([], liveState(central([home, object]))).plan.clusters[0]?.changes).toMatchObject([
      { action: 'delete', stage },
    ]);
  });

  test('go the other way round: pods, what they use, routers, networks, what those refer to, subnets', () => {
    const made = (apiVersion: string, kind: string) => ours({ apiVersion, kind, metadata: { namespace: 'ns1', name: 'x' } });
    const objects = ['RouteTable', 'Subnet', 'VirtualNetwork', 'VirtualNetworkRouter'].map((kind) => made(CORE_V1, kind));
    objects.push(made('v1', 'ConfigMap'), made('v1', 'Pod'), made('k8s.cni.cncf.io/v1', 'NetworkAttachmentDefinition'));
    expect(actions(planned([], liveState(central([home, ...objects]))))).toEqual([
      'delete Pod x',
      'delete ConfigMap x',
      'delete NetworkAttachmentDefinition x',
      'delete VirtualNetworkRouter x',
      'delete VirtualNetwork x',
      'delete RouteTable x',
      'delete Subnet x',
    ]);
  });

  test('never follow from what could not be seen', () => {
    const cluster = central([home, ours(subnet('ns1', 'x'))]);
    const problem = { cause: 'forbidden' as const, message: 'cluster1: may not' };
    const listings = cluster.listings.map((listing) =>
      listing.kind === 'Subnet' ? { group: CORE, kind: 'Subnet', status: 'unreadable' as const, problem } : listing,
    );
    const result = planned([], liveState({ ...cluster, listings, status: 'unknown', problem }));
    expect(result.plan.clusters[0]).toMatchObject({ status: 'unknown', reason: 'cluster1: may not', changes: [] });
    expect(planConditions(result.plan)).toEqual(['unknown-cluster']);
    expect(expectedIsEmpty(result.plan)).toBe(false);
    // Even where the cluster as a whole counts as known.
    expect(actions(planned([], liveState({ ...cluster, listings })))).toEqual([]);
  });

  test('stay within the scope', () => {
    const objects = [home, namespaceObject(MIRROR), ours(subnet('ns1', 'mine')), ours(subnet(MIRROR, 'theirs'))];
    expect(actions(planned([], liveState(central(objects)), [], ['cluster2']))).toEqual(['delete Subnet theirs']);
    expect(actions(planned([], liveState(central(objects)), [], ['cluster1']))).toEqual(['delete Subnet mine']);
  });

  test('never take a cluster along: an undeclared Kubemanager is a finding, a renamed one a replacement', () => {
    const undeclared = planned([], liveState(central([ours(kubemanager('kubemanager-cluster9', 'cluster9'))])));
    expect(actions(undeclared)).toEqual([]);
    expect(undeclared.findings.filter(({ rule }) => rule === 'removal')).toHaveLength(1);
    const renamed = planned([], liveState(central([ours(kubemanager('old-name', 'cluster2'))])));
    expect(renamed.plan.clusters[0]?.changes).toMatchObject([
      {
        action: 'replace',
        name: 'old-name',
        fields: [{ path: '/metadata/name', before: 'old-name', after: 'kubemanager-cluster2' }],
      },
    ]);
    expect(planConditions(renamed.plan)).toEqual(['rule-broken', 'changes']);
  });

  test('of a detached cluster are all of it, in the order of a detach', () => {
    const detached: Fleet = { ...fleet, distributed: fleet.distributed.map((cluster) => ({ ...cluster, state: 'detached' })) };
    const vrouter = ours({ ...VROUTER, metadata: { namespace: 'contrail', name: 'v' }, spec: {} });
    const live = liveState(
      central([ours(kubemanager('kubemanager-cluster2', 'cluster2'))]),
      liveCluster('cluster2', 'distributed', [vrouter]),
    );
    const { plan } = makePlan({ fleet: detached, index: 'i', desired: [], live, previews: [] });
    expect(plan.clusters.map(({ changes }) => changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`))).toEqual([
      ['delete Kubemanager kubemanager-cluster2'],
      ['delete Vrouter v'],
    ]);
    expect(plan.detaches).toMatchObject([{ cluster: 'cluster2' }]);
    const scope = scopeOf(detached, ['cluster1']);
    expect(actions(makePlan({ fleet: detached, index: 'i', desired: [], live, previews: [], scope }))).toEqual([]);
  });
});

describe('creates', () => {
  const desired = wanted(fleet, 'cluster1', '80-networks', subnet(MIRROR, 'subnet2'), 'cluster2');

  test('are not previewed where the kind or the namespace is not there yet', () => {
    expect(openQuestions(fleet, [desired], liveState(central([])))).toEqual([]);
    expect(actions(planned([desired], liveState(central([]))))).toEqual(['create Subnet subnet2?']);
    const withoutKind = liveCluster('cluster1', 'central', [namespaceObject(MIRROR)]);
    expect(actions(planned([desired], liveState(withoutKind)))).toEqual(['create Subnet subnet2?']);
  });

  test('are previewed where everything is there', () => {
    const live = liveState(central([namespaceObject(MIRROR)]));
    expect(openQuestions(fleet, [desired], live)).toHaveLength(1);
    const result = planned([desired], live, [merges(desired, undefined, desired.object)]);
    expect(actions(result)).toEqual(['create Subnet subnet2']);
    expect(result.plan.clusters[0]?.requests).toBe(4);
    expect(result.preconditions).toEqual([]);
  });

  test('say the same whether predicted or not: one digest', () => {
    const before = planned([desired], liveState(central([])));
    const after = planned([desired], liveState(central([namespaceObject(MIRROR)])), [merges(desired, undefined, desired.object)]);
    expect(after.plan.digest).toBe(before.plan.digest);
  });

  test('wait for an object that is on its way out', () => {
    const leaving = ours(subnet(MIRROR, 'subnet2'), { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(actions(planned([desired], liveState(central([namespaceObject(MIRROR), leaving]))))).toEqual([
      'create Subnet subnet2?',
    ]);
  });

  test('are refused where nobody makes the namespace', () => {
    const lost = wanted(fleet, 'cluster1', '80-networks', subnet('nowhere', 'x'));
    const result = planned([lost], liveState(central([])));
    expect(actions(result)).toEqual([]);
    expect(result.findings.map(({ rule }) => rule)).toContain('reference');
    const namespace = wanted(fleet, 'cluster1', '70-namespaces', namespaceObject('nowhere'));
    expect(actions(planned([lost, namespace], liveState(central([])), [merges(namespace, undefined, namespace.object)]))).toEqual(
      ['create Namespace nowhere', 'create Subnet x?'],
    );
  });

  test('become a finding when the server does not accept them', () => {
    const live = liveState(central([namespaceObject(MIRROR)]));
    const [question] = openQuestions(fleet, [desired], live);
    const result = planned([desired], live, [{ question: question!, requests: 1, status: 'refused', message: 'cluster1: no' }]);
    expect(actions(result)).toEqual([]);
    expect(result.findings.find(({ rule }) => rule === 'manifests')).toMatchObject({
      message: 'cluster1: no',
      cluster: 'cluster1',
    });
  });

  test('make the cluster unknown when the preview failed or is missing', () => {
    const live = liveState(central([namespaceObject(MIRROR)]));
    expect(planned([desired], live).plan.complete).toBe(false);
    const [question] = openQuestions(fleet, [desired], live);
    const problem = { cause: 'timeout' as const, message: 'cluster1: too long' };
    const result = planned([desired], live, [{ question: question!, requests: 1, status: 'failed', problem }]);
    expect(result.plan.clusters[0]).toMatchObject({ status: 'unknown', reason: 'cluster1: too long', changes: [] });
  });
});

describe('updates', () => {
  const desired = wanted(
    fleet,
    'cluster1',
    '80-networks',
    subnet('ns1', 's', { cidr: '10.0.0.0/24', defaultGateway: '10.0.0.1' }),
  );
  const home = namespaceObject('ns1');

  test('are none where record and values fit', () => {
    const live = liveState(central([home, applied(desired.object)]));
    expect(openQuestions(fleet, [desired], live)).toEqual([]);
    expect(openQuestions(fleet, [desired], live, { full: true })).toHaveLength(1);
    expect(actions(planned([desired], live))).toEqual([]);
  });

  test('are none where the server says that nothing would change', () => {
    const now = applied(desired.object, {
      managedFields: applied(desired.object).metadata.managedFields!.map((entry) => ({ ...entry, apiVersion: 'other/v1' })),
    });
    expect(actions(planned([desired], liveState(central([home, now])), [merges(desired, now, now)]))).toEqual([]);
  });

  test('take over ownership alone as an adoption', () => {
    const now = applied(desired.object, { managedFields: [] });
    const result = planned([desired], liveState(central([home, now])), [merges(desired, now, applied(desired.object))]);
    expect(result.plan.clusters[0]?.changes).toMatchObject([{ action: 'adopt', uid: 'uid-ns1-s', fields: [] }]);
  });

  test('adopt what ends as it was and is taken over from somebody else, but not a Secret, whose values are hidden', () => {
    const now = applied(desired.object, { managedFields: [] });
    const conflicts = [{ field: '.spec.cidr', manager: 'kubectl' }];
    const preview = merges(desired, now, applied(desired.object), conflicts);
    const result = planned([desired], liveState(central([home, now])), [preview]);
    expect(result.plan.clusters[0]?.changes).toMatchObject([
      {
        action: 'adopt',
        fields: [{ path: '/spec/cidr', before: '10.0.0.0/24', after: '10.0.0.0/24', conflictsWith: 'kubectl' }],
      },
    ]);
    const content = (value: string) => ({
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: { kubeconfig: btoa(value) } },
      metadata: { namespace: 'ns1', name: 'k', labels: desired.object.metadata.labels! },
    });
    const secret = wanted(fleet, 'cluster1', '10-access', content('new'));
    const changed = planned([secret], liveState(central([home, applied(content('old'), { managedFields: [] })])));
    expect(changed.plan.clusters[0]?.changes).toMatchObject([{ action: 'update', kind: 'Secret' }]);
  });

  test('name the other fleet whose object they take', () => {
    const theirs = applied({
      ...desired.object,
      metadata: { ...desired.object.metadata, labels: { ...desired.object.metadata.labels, 'cn2-fleet/fleet': 'other' } },
    });
    const result = planned([desired], liveState(central([home, theirs])), [merges(desired, theirs, applied(desired.object))]);
    expect(result.plan.clusters[0]?.changes[0]?.fields).toEqual([
      { path: '/metadata/labels/cn2-fleet~1fleet', before: 'other', after: 'guide', conflictsWith: 'fleet other' },
    ]);
  });

  test('are replacements where a subnet in use would change, or the server calls the field immutable', () => {
    const now = applied({ ...desired.object, spec: { cidr: '10.9.0.0/24', defaultGateway: '10.0.0.1' } });
    const result = planned([desired], liveState(central([home, now])), [merges(desired, now, applied(desired.object))]);
    expect(actions(result)).toEqual(['replace Subnet s']);
    const [question] = openQuestions(fleet, [desired], liveState(central([home, now])));
    const refused: PreviewResult = { question: question!, requests: 1, status: 'refused', message: 'spec.x: field is immutable' };
    expect(planned([desired], liveState(central([home, now])), [refused]).plan.clusters[0]?.changes).toMatchObject([
      { action: 'replace', fields: [{ path: '/spec/cidr', before: '10.9.0.0/24', after: '10.0.0.0/24' }] },
    ]);
  });

  test('are bound to the object that was previewed, where it has moved since it was listed', () => {
    const listed = applied({ ...desired.object, spec: { cidr: '10.0.0.0/24', defaultGateway: '10.0.0.9' } });
    const moved = { ...listed, metadata: { ...listed.metadata, resourceVersion: '101' } };
    const preview: PreviewResult = { ...merges(desired, listed, applied(desired.object)), live: moved } as PreviewResult;
    expect(planned([desired], liveState(central([home, listed])), [preview]).preconditions).toMatchObject([
      { resourceVersion: '101' },
    ]);
  });
});

describe('the restart of pods older than CN2', () => {
  const vrouter = {
    ...VROUTER,
    metadata: { namespace: 'contrail', name: 'v', creationTimestamp: '2026-02-01T00:00:00Z' },
    spec: {},
  };
  const desired = wanted(fleet, 'cluster2', '50-vrouter', {
    ...VROUTER,
    metadata: { namespace: 'contrail', name: 'v' },
    spec: {},
  });
  const cluster = (objects: KubernetesObject[]) =>
    liveState(liveCluster('cluster2', 'distributed', [namespaceObject('contrail'), ...objects], [VROUTER]));
  const restarts = (live: LiveState, wants: Desired[] = []) =>
    actions(planned(wants, live)).filter((text) => text.startsWith('restart'));

  test('is one change, and only where there are such pods', () => {
    expect(restarts(cluster([vrouter, pod('a'), pod('b')]))).toEqual(['restart Pod *']);
    const young = pod('young');
    young.metadata.creationTimestamp = '2026-03-01T00:00:00Z';
    for (const other of [
      young,
      pod('host', { spec: { hostNetwork: true } }),
      pod('done', { status: { phase: 'Succeeded' } }),
      pod('bare', {}, false),
    ]) {
      expect(restarts(cluster([vrouter, other]))).toEqual([]);
    }
  });

  test('is predicted while CN2 is still to come', () => {
    const bare = (objects: KubernetesObject[]) =>
      liveState(liveCluster('cluster2', 'distributed', [namespaceObject('contrail'), ...objects]));
    expect(restarts(bare([pod('a')]), [desired])).toEqual(['restart Pod *?']);
    expect(restarts(bare([pod('bare', {}, false)]), [desired])).toEqual([]);
    expect(restarts(bare([pod('a')]))).toEqual([]);
  });
});

describe('versions', () => {
  const network = wanted(fleet, 'cluster1', '80-networks', {
    apiVersion: CORE_V1,
    kind: 'VirtualNetwork',
    metadata: { namespace: 'ns1', name: 'vn1' },
    spec: { v4SubnetReference: { apiVersion: CORE_V1, kind: 'Subnet', namespace: 'ns1', name: 's' } },
  });
  const v4 = ['Subnet', 'VirtualNetwork'].map((kind) => ({ apiVersion: `${CORE}/v4`, kind }));

  test('of core kinds follow what the cluster serves, inside references too', () => {
    const { desired, findings } = toServed([network], liveState(liveCluster('cluster1', 'central', [], v4)));
    expect(findings).toEqual([]);
    expect(desired[0]?.object).toMatchObject({
      apiVersion: `${CORE}/v4`,
      spec: { v4SubnetReference: { apiVersion: `${CORE}/v4` } },
    });
    expect(desired[0]?.manifest.object.apiVersion).toBe(CORE_V1);
  });

  test('stay where they are served', () => {
    expect(toServed([network], liveState(central([]))).desired).toEqual([network]);
  });

  test('of operator kinds tell another release: E22', () => {
    const manager = wanted(fleet, 'cluster1', '40-kubemanager', kubemanager('kubemanager-cluster2', 'cluster2'), 'cluster2');
    const other = liveCluster('cluster1', 'central', [], [{ apiVersion: `${CONFIGPLANE}/v1`, kind: 'Kubemanager' }]);
    const { findings } = toServed([manager], liveState(other));
    expect(findings).toMatchObject([
      { rule: 'E22', cluster: 'cluster1', message: expect.stringContaining(`Kubemanager as ${CONFIGPLANE}/v1`) },
    ]);
    expect(toServed([manager], liveState(liveCluster('cluster1', 'central', []))).findings).toEqual([]);
  });

  test('of a cluster that could not be read are nobody’s business', () => {
    const unknown = liveCluster('cluster1', 'central', [], [], { status: 'unknown' });
    expect(toServed([network], liveState(unknown))).toEqual({ desired: [network], findings: [] });
  });
});

describe('the digest', () => {
  const desired = wanted(fleet, 'cluster1', '80-networks', subnet('ns1', 's'));
  const digest = (part: Parameters<typeof liveCluster>[4], index = 'sha256:i') =>
    makePlan({
      fleet,
      index,
      desired: [desired],
      live: liveState(central([namespaceObject('ns1')], part)),
      previews: [merges(desired, undefined, desired.object)],
    }).plan.digest;

  test('is about meaning', () => {
    expect(digest({ requests: 99 })).toBe(digest({}));
    expect(digest({ uid: 'another' })).not.toBe(digest({}));
    expect(digest({}, 'sha256:other')).not.toBe(digest({}));
  });
});

describe('the central cluster', () => {
  test('is named when CN2 on it is not healthy, and not when it could not be read', () => {
    expect(planned([], liveState(central([]))).findings).toMatchObject([
      { rule: 'cluster', severity: 'error', cluster: 'cluster1' },
    ]);
    expect(planned([], liveState(central([], { status: 'unknown' }))).findings).toEqual([]);
  });

  test('marks a plan as emulated', () => {
    expect(planned([], liveState(central([], { emulated: true }))).plan.emulated).toBe(true);
    expect(planned([], liveState(central([]))).plan.emulated).toBeUndefined();
  });
});

import { describe, expect, test } from '@jest/globals';
import { CORE } from '../../../src/cn2/names.ts';
import type { KubernetesObject, Resource } from '../../../src/model/kubernetes.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { scopeOf } from '../../../src/model/scope.ts';
import { withMoreKinds } from '../../../src/observe/more-kinds.ts';
import { type ClusterOrProblem, observe } from '../../../src/observe/observe.ts';
import { preview } from '../../../src/observe/preview.ts';
import { withSecretsRequired } from '../../../src/observe/secrets-required.ts';
import { NO_KINDS, parseKinds } from '../../../src/plan/kinds-in-use.ts';
import type { Question } from '../../../src/plan/preview.ts';
import {
  type Cluster,
  ClusterError,
  type ClusterErrorShape,
  type ServerSideApplyOptions,
  type Target,
} from '../../../src/ports/cluster.ts';
import { guideDeclaration, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { namespaceObject, resourceOf, wanted } from '../../support/live-state.ts';

const fleet = guideDeclaration().fleet!;
const KINDS = [
  ['v1', 'Namespace'],
  ['v1', 'Node'],
  ['v1', 'Secret'],
  ['v1', 'ConfigMap'],
  ['apps/v1', 'DaemonSet'],
  ['apps/v1', 'Deployment'],
  [`${CORE}/v1`, 'Subnet'],
  [`${CORE}/v1alpha1`, 'Subnet'],
] as const;

function failure(cause: ClusterErrorShape['cause'], fieldConflicts: ClusterErrorShape['fieldConflicts'] = []): ClusterError {
  return new ClusterError(`cluster1: ${cause}`, { cluster: 'cluster1', cause, fieldConflicts });
}

/** A cluster whose answers a test decides. */
class StubCluster {
  readonly name: string;
  readonly server = 'https://stub';
  readonly requests: string[] = [];
  objects: KubernetesObject[] = [namespaceObject('kube-system')];
  unavailableGroups: string[] = [];
  onDiscover: () => void | Promise<void> = () => undefined;
  onList: (resource: Resource) => void = () => undefined;
  onGet: (target: Target) => void = () => undefined;
  onApply: (object: KubernetesObject, options: ServerSideApplyOptions) => KubernetesObject = (object) => object;

  constructor(name: string) {
    this.name = name;
  }

  port(): Cluster {
    return this as unknown as Cluster;
  }

  async discover() {
    this.requests.push('discover');
    await this.onDiscover();
    return {
      resources: KINDS.map(([apiVersion, kind]) => resourceOf({ apiVersion, kind })),
      unavailableGroups: this.unavailableGroups,
      serverVersion: 'v1.36.3',
    };
  }

  async abilities() {
    return { serverSideApply: true, dryRun: true };
  }

  async list(resource: Resource) {
    this.requests.push(`list ${resource.kind} ${resource.version}`);
    this.onList(resource);
    return this.objects.filter(({ kind }) => kind === resource.kind);
  }

  async get(target: Target) {
    this.requests.push(`get ${target.resource.kind} ${target.namespace}/${target.name}`);
    this.onGet(target);
    return this.objects.find(({ kind, metadata }) => kind === target.resource.kind && metadata.name === target.name);
  }

  async apply(_: Resource, object: KubernetesObject, options: ServerSideApplyOptions) {
    this.requests.push(
      `apply ${options.dryRun === true ? 'dry' : 'WET'}${options.force === true ? ' force' : ''} @${object.metadata.resourceVersion}`,
    );
    return this.onApply(object, options);
  }

  async peerCertificate() {
    return { names: ['172.27.115.180'], notAfter: '2030-01-01T00:00:00Z' };
  }

  counts() {
    return { total: this.requests.length, byVerb: {} };
  }
}

function secret(name: string, value: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'contrail' }, data: { value } };
}

const MANIFESTS: Manifest[] = [
  wanted(fleet, 'cluster1', '10-access', secret('wanted', '')).manifest,
  wanted(fleet, 'cluster1', '80-networks', {
    apiVersion: `${CORE}/v1alpha1`,
    kind: 'Subnet',
    metadata: { name: 's', namespace: 'n' },
  }).manifest,
];

async function observed(stub: StubCluster) {
  const live = await observe({
    fleet,
    clusters: new Map([['cluster1', stub.port()]]),
    manifests: MANIFESTS,
    scope: scopeOf(fleet, ['cluster1']),
  });
  return live.clusters[0]!;
}

describe('observing a cluster', () => {
  test('lists each kind once, in the version of the manifests, and reads Secrets by name only', async () => {
    const stub = new StubCluster('cluster1');
    stub.objects.push(secret('wanted', 'x'), secret('foreign', 'y'));
    const cluster = await observed(stub);
    expect(stub.requests.sort()).toEqual([
      'discover',
      'get ConfigMap kube-system/kubeadm-config',
      'get Secret contrail/wanted',
      'list DaemonSet v1',
      'list Deployment v1',
      'list Namespace v1',
      'list Node v1',
      'list Subnet v1alpha1',
    ]);
    expect(cluster).toMatchObject({ status: 'known', uid: 'uid-kube-system', requests: stub.requests.length, emulated: false });
    const secrets = cluster.listings.find(({ kind }) => kind === 'Secret');
    expect(secrets?.status === 'listed' && secrets.items.map(({ metadata }) => metadata.name)).toEqual(['wanted']);
    expect(cluster.listings.find(({ kind }) => kind === 'VirtualNetwork')?.status).toBe('absent');
  });

  describe('with kinds that may be left of earlier applies', () => {
    const more = async (stub: StubCluster, kinds: string) => {
      const seen = await observed(stub);
      stub.requests.length = 0;
      const clusters = new Map([['cluster1', stub.port()]]);
      return (await withMoreKinds({ clusters: [seen] }, clusters, parseKinds(kinds) ?? NO_KINDS)).clusters[0]!;
    };

    test('lists those that were not looked at, and nothing else', async () => {
      const stub = new StubCluster('cluster1');
      stub.objects.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'left', namespace: 'n' } });
      const seen = await more(stub, '{"cluster1":["/ConfigMap","core.contrail.juniper.net/Subnet"],"cluster2":["/ConfigMap"]}');
      expect(stub.requests).toEqual(['list ConfigMap v1']);
      expect(seen.listings.filter(({ kind }) => kind === 'ConfigMap')).toEqual([
        expect.objectContaining({
          status: 'listed',
          items: [expect.objectContaining({ metadata: { name: 'left', namespace: 'n' } })],
        }),
      ]);
    });

    test('costs nothing where there are none', async () => {
      const stub = new StubCluster('cluster1');
      expect((await more(stub, '{}')).status).toBe('known');
      expect(stub.requests).toEqual([]);
    });

    test('one that is not served has no objects; one that may not be read makes the cluster unknown', async () => {
      const stub = new StubCluster('cluster1');
      expect(await more(stub, '{"cluster1":["example.org/Widget"]}')).toMatchObject({ status: 'known' });
      stub.onList = ({ kind }) => {
        if (kind === 'ConfigMap') throw failure('forbidden');
      };
      expect(await more(stub, '{"cluster1":["/ConfigMap"]}')).toMatchObject({
        status: 'unknown',
        problem: { cause: 'forbidden', message: 'cluster1: forbidden' },
      });
    });
  });

  test('tells facts: nodes, daemon sets, certificate, version', async () => {
    const stub = new StubCluster('cluster1');
    stub.objects.push(
      {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'n1', labels: { role: 'master' } },
        spec: { podCIDRs: ['10.0.0.0/24'] },
        status: {
          addresses: [
            { type: 'InternalIP', address: '172.18.0.2' },
            { type: 'ExternalIP', address: '203.0.113.2' },
          ],
          conditions: [{ type: 'Ready', status: 'False' }],
          nodeInfo: { kernelVersion: '5.4.0-113-generic', kubeletVersion: 'v1.24.3', osImage: 'x' },
        },
      },
      { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { namespace: 'kube-system', name: 'nodelocaldns' } },
    );
    expect((await observed(stub)).facts).toEqual({
      nodes: [
        {
          name: 'n1',
          labels: { role: 'master' },
          ready: false,
          addresses: ['172.18.0.2', '203.0.113.2'],
          internalIPs: ['172.18.0.2'],
          podCIDRs: ['10.0.0.0/24'],
          system: { kernelVersion: '5.4.0-113-generic', kubeletVersion: 'v1.24.3' },
        },
      ],
      daemonSets: ['kube-system/nodelocaldns'],
      certificate: { names: ['172.27.115.180'], notAfter: '2030-01-01T00:00:00Z' },
      serverVersion: 'v1.36.3',
    });
  });

  test('knows an emulated one by its annotation', async () => {
    const stub = new StubCluster('cluster1');
    stub.objects.push(namespaceObject('contrail', { annotations: { 'cn2-fleet/emulated': 'true' } }));
    expect((await observed(stub)).emulated).toBe(true);
  });
});

describe('what cannot be read', () => {
  test.each(['forbidden', 'timeout', 'unavailable', 'unauthorized', 'certificate', 'throttled'] as const)(
    'makes the cluster unknown: %s',
    async (cause) => {
      const stub = new StubCluster('cluster1');
      stub.onList = ({ kind }) => {
        if (kind === 'Subnet') throw failure(cause);
      };
      const problem = { cause: cause === 'throttled' ? 'error' : cause, message: `cluster1: ${cause}` };
      expect(await observed(stub)).toMatchObject({ status: 'unknown', problem });
    },
  );

  test.each([
    ['timeout', 'unknown'],
    // Whoever plans need not have the right to it: it is not compared.
    ['forbidden', 'known'],
  ] as const)('is a Secret, too: %s makes it %s', async (cause, status) => {
    const stub = new StubCluster('cluster1');
    stub.onGet = ({ resource }) => {
      if (resource.kind === 'Secret') throw failure(cause);
    };
    const cluster = await observed(stub);
    expect(cluster.status).toBe(status);
    expect(cluster.listings.find(({ kind }) => kind === 'Secret')?.status).toBe('unreadable');
    expect(withSecretsRequired({ clusters: [cluster] }).clusters[0]).toMatchObject({ status: 'unknown', problem: { cause } });
  });

  test('is a group that is registered and does not answer, never taken for absent', async () => {
    const stub = new StubCluster('cluster1');
    stub.unavailableGroups = [CORE];
    const cluster = await observed(stub);
    expect(cluster).toMatchObject({ status: 'unknown', problem: { cause: 'unavailable' } });
    expect(cluster.listings.filter(({ group }) => group === CORE).map(({ kind, status }) => [kind, status])).toEqual([
      ['Subnet', 'listed'],
      ['VirtualNetwork', 'unreadable'],
      ['VirtualNetworkRouter', 'unreadable'],
    ]);
  });

  test("is not kubeadm's ConfigMap: it serves a rule only", async () => {
    const stub = new StubCluster('cluster1');
    stub.onGet = ({ resource }) => {
      if (resource.kind === 'ConfigMap') throw failure('forbidden');
    };
    const cluster = await observed(stub);
    expect(cluster.status).toBe('known');
    expect(cluster.listings.find(({ kind }) => kind === 'ConfigMap')?.status).toBe('unreadable');
  });

  test('is not a kind that vanished between discovery and listing', async () => {
    const stub = new StubCluster('cluster1');
    stub.onList = ({ kind }) => {
      if (kind === 'Subnet') throw failure('not-found');
    };
    const cluster = await observed(stub);
    expect([cluster.status, cluster.listings.find(({ kind }) => kind === 'Subnet')?.status]).toEqual(['known', 'absent']);
  });

  test.each([
    [1, 1],
    [2, 2],
    [undefined, 3],
  ])('reads at most as many clusters at the same time as asked: %s', async (concurrency, expected) => {
    let [running, most] = [0, 0];
    const slow = (name: string): ClusterOrProblem => {
      const stub = new StubCluster(name);
      stub.onDiscover = async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        throw failure('unreachable');
      };
      return stub.port();
    };
    const clusters = new Map(['cluster1', 'cluster2', 'cluster3'].map((name) => [name, slow(name)]));
    await observe({ fleet: guideDeclaration(THREE_CLUSTERS).fleet!, clusters, manifests: [] }, concurrency);
    expect(most).toBe(expected);
  });

  test('does not hide other clusters, and a fault of our own is not swallowed', async () => {
    const three = guideDeclaration(THREE_CLUSTERS).fleet!;
    const [dead, well, broken] = [new StubCluster('cluster1'), new StubCluster('cluster2'), new StubCluster('cluster3')];
    dead.onDiscover = () => {
      throw failure('unreachable');
    };
    const missing = { cause: 'credential' as const, message: 'cluster3: no kubeconfig' };
    const live = await observe({
      fleet: three,
      clusters: new Map<string, ClusterOrProblem>([
        ['cluster1', dead.port()],
        ['cluster2', well.port()],
        ['cluster3', missing],
      ]),
      manifests: [],
    });
    expect(Object.fromEntries(live.clusters.map(({ name, status, problem }) => [name, [status, problem?.message]]))).toEqual({
      cluster1: ['unknown', 'cluster1: unreachable'],
      cluster2: ['known', undefined],
      cluster3: ['unknown', 'cluster3: no kubeconfig'],
    });
    broken.onList = () => {
      throw new TypeError('a bug');
    };
    await expect(observe({ fleet, clusters: new Map([['cluster1', broken.port()]]), manifests: [] })).rejects.toThrow('a bug');
  });

  test('is a cluster that cannot be identified', async () => {
    const stub = new StubCluster('cluster1');
    stub.objects = [];
    expect(await observed(stub)).toMatchObject({
      status: 'unknown',
      problem: { message: expect.stringContaining('kube-system') },
    });
  });
});

describe('a preview', () => {
  const desired = wanted(fleet, 'cluster1', '80-networks', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', namespace: 'n' },
  });
  const live: KubernetesObject = { ...desired.object, metadata: { ...desired.object.metadata, uid: 'u', resourceVersion: '7' } };
  const question: Question = { desired, resource: resourceOf(desired.object), live };

  async function previewed(stub: StubCluster, which: Question = question) {
    const [result] = await preview(new Map([['cluster1', stub.port()]]), [which]);
    return result!;
  }

  test('is one dry-run, bound to uid and resourceVersion', async () => {
    const stub = new StubCluster('cluster1');
    expect(await previewed(stub)).toMatchObject({
      status: 'merged',
      conflicts: [],
      requests: 1,
      result: { metadata: { uid: 'u' } },
    });
    expect(stub.requests).toEqual(['apply dry @7']);
  });

  test('of a create fails where something has appeared, and is then of an update', async () => {
    const stub = new StubCluster('cluster1');
    stub.objects.push(live);
    stub.onApply = (object) => {
      if (object.metadata.resourceVersion === '1') throw failure('conflict');
      return object;
    };
    const { live: _, ...create } = question;
    expect(await previewed(stub, create)).toMatchObject({ status: 'merged', live: { metadata: { uid: 'u' } }, requests: 3 });
    expect(stub.requests).toEqual(['apply dry @1', 'get ConfigMap n/c', 'apply dry @7']);
  });

  test('asks again with force only for the fields of a conflict', async () => {
    const stub = new StubCluster('cluster1');
    const conflicts = [{ field: '.data.a', manager: 'kubectl' }];
    stub.onApply = (object, { force }) => {
      if (force !== true) throw failure('conflict', conflicts);
      return object;
    };
    expect(await previewed(stub)).toMatchObject({ status: 'merged', conflicts, requests: 2 });
    expect(stub.requests).toEqual(['apply dry @7', 'apply dry force @7']);
  });

  test('follows an object that moves, for a while', async () => {
    const stub = new StubCluster('cluster1');
    stub.objects.push(live);
    stub.onApply = () => {
      throw failure('conflict');
    };
    expect(await previewed(stub)).toMatchObject({ status: 'failed', problem: { cause: 'error' } });
    expect(stub.requests.filter((request) => request.startsWith('apply'))).toHaveLength(4);
  });

  test.each([
    ['invalid', { status: 'refused', message: 'cluster1: invalid' }],
    ['not-found', { status: 'absent' }],
    ['forbidden', { status: 'forbidden' }],
    ['timeout', { status: 'failed', problem: { cause: 'timeout', message: 'cluster1: timeout' } }],
  ] as const)('that ends in %s', async (cause, expected) => {
    const stub = new StubCluster('cluster1');
    stub.onApply = () => {
      throw failure(cause);
    };
    expect(await previewed(stub)).toMatchObject(expected);
  });

  test('gives no verdict where a webhook forbids dry-runs', async () => {
    const stub = new StubCluster('cluster1');
    stub.onApply = () => {
      const message = 'cluster1: configmaps n/c is not accepted (400): admission webhook "w" does not support dry run';
      throw new ClusterError(message, { cluster: 'cluster1', cause: 'invalid', fieldConflicts: [] });
    };
    expect(await previewed(stub)).toMatchObject({ status: 'failed', problem: { cause: 'error' } });
  });

  test('keeps the order of what was asked', async () => {
    const stub = new StubCluster('cluster1');
    const questions = Array.from(
      { length: 40 },
      (_, index): Question => ({ ...question, live: { ...live, metadata: { ...live.metadata, uid: `u${index}` } } }),
    );
    const results = await preview(new Map([['cluster1', stub.port()]]), questions);
    expect(results.map((result) => result.question)).toEqual(questions);
  });
});

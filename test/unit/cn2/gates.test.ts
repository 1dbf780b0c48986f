import { describe, expect, test } from '@jest/globals';
import type { Gate, Seen } from '../../../src/cn2/gate.ts';
import { certificatesGate } from '../../../src/cn2/gate-certificates.ts';
import { deployerGate } from '../../../src/cn2/gate-deployer.ts';
import { goneGate } from '../../../src/cn2/gate-gone.ts';
import { kubemanagerGate } from '../../../src/cn2/gate-kubemanager.ts';
import { preflightGate } from '../../../src/cn2/gate-preflight.ts';
import { restartGate } from '../../../src/cn2/gate-restart.ts';
import { vrouterGate } from '../../../src/cn2/gate-vrouter.ts';
import { attachGate, fleetGate } from '../../../src/cn2/gates.ts';
import { namespacesGate, successGate } from '../../../src/cn2/gates-fleet.ts';
import { rolledOut } from '../../../src/cn2/rolled-out.ts';
import type { DistributedCluster, Fleet } from '../../../src/model/fleet.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { available, conditions, core, deployment, namespace } from '../../support/memory-cn2.ts';
import { guideDesired } from '../../support/memory-plan.ts';

const { fleet: whole, desired } = guideDesired();
const { smoke: _smoke, ...fleet } = whole;
const manifests = desired.map((entry) => entry.manifest);
const cluster2 = fleet.distributed[0] as DistributedCluster;
const K = 'kubemanager-cluster2-cluster2';
const HOME = `${K}-contrail`;
const CENTRAL_HOME = 'contrail-k8s-kubemanager-cluster1-juniper-local-contrail';

/** Objects as they come, made well: generation 1, seen by their controller. */
function made(object: KubernetesObject): KubernetesObject {
  return { ...object, metadata: { generation: 1, ...object.metadata } };
}

function daemonSet(name: string, desiredPods: number, ready: number, status: object = {}): KubernetesObject {
  return made({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'contrail' },
    status: { observedGeneration: 1, desiredNumberScheduled: desiredPods, numberReady: ready, ...status },
  });
}

/** Every key that a gate looks at must be one that it watches. */
function judge(gate: Gate | undefined, seen: Seen) {
  for (const key of Object.keys(seen)) expect(Object.keys(gate?.watch ?? {})).toContain(key);
  return gate?.judge(seen);
}

describe('00 preflight', () => {
  const gate = preflightGate(fleet, 'cluster2');
  const healthy: Record<string, KubernetesObject[]> = {
    apiServices: [
      {
        apiVersion: 'v1',
        kind: 'APIService',
        metadata: { name: 'v1alpha1.core.contrail.juniper.net' },
        status: conditions('Available', 'True'),
      },
      { apiVersion: 'v1', kind: 'APIService', metadata: { name: 'v1.metrics.k8s.io' }, status: conditions('Available', 'False') },
    ],
    systemDeployments: ['contrail-k8s-apiserver', 'contrail-k8s-controller'].map((name) => deployment('contrail-system', name)),
    deployments: [deployment('contrail', 'contrail-k8s-kubemanager')],
    statefulSets: [
      made({
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'contrail-control', namespace: 'contrail' },
        spec: { replicas: 3 },
        status: { observedGeneration: 1, readyReplicas: 3 },
      }),
    ],
    networks: [core('VirtualNetwork', CENTRAL_HOME, 'default-podnetwork', {})],
  };

  test('a healthy central cluster passes', () => {
    expect(judge(gate, healthy)).toEqual({ state: 'passed', detail: '' });
  });

  test.each([
    ['no API', { apiServices: [] }, 'no APIService of core.contrail.juniper.net is registered'],
    [
      'an API that does not answer',
      {
        apiServices: [
          {
            apiVersion: 'v1',
            kind: 'APIService',
            metadata: { name: 'v4.core.contrail.juniper.net' },
            status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints', message: 'no endpoints' }] },
          },
        ],
      },
      'APIService v4.core.contrail.juniper.net is not Available (MissingEndpoints: no endpoints)',
    ],
    ['a Deployment that is gone', { deployments: [] }, 'Deployment contrail/contrail-k8s-kubemanager does not exist yet'],
    ['no default network', { networks: [] }, 'VirtualNetwork default-podnetwork of the central cluster does not exist'],
    [
      'the default network of another cluster',
      { networks: [core('VirtualNetwork', HOME, 'default-podnetwork', {})] },
      'VirtualNetwork default-podnetwork of the central cluster does not exist',
    ],
  ])('%s waits', (_, broken, detail) => {
    expect(judge(gate, { ...healthy, ...broken })).toEqual({ state: 'waiting', detail });
  });

  test('without a declared Kubernetes cluster name the namespace is known by its prefix', () => {
    const { kubernetesClusterName: _, ...central } = fleet.central;
    const unnamed = preflightGate({ ...fleet, central }, 'cluster2');
    expect(judge(unnamed, healthy)?.state).toBe('passed');
    expect(judge(unnamed, { ...healthy, networks: [core('VirtualNetwork', HOME, 'default-podnetwork', {})] })?.state).toBe(
      'waiting',
    );
  });
});

describe('20 deployer', () => {
  const gate = deployerGate('cluster2');
  const crd = (versions: object[]): KubernetesObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'vrouters.dataplane.juniper.net' },
    spec: { versions },
    status: conditions('Established', 'True'),
  });
  const one = [{ name: 'v1alpha1', served: true, storage: true }];
  const running = { deployments: [made(deployment('contrail-deploy', 'contrail-k8s-deployer'))], definitions: [crd(one)] };

  test('Available in its newest generation, and the CRD Established', () => {
    expect(judge(gate, running)?.state).toBe('passed');
    expect(gate.trial?.(running)).toBeUndefined();
  });

  test('of a newer release: the definitions have to be those in which the Vrouters are written', () => {
    const newer = deployerGate('cluster2', 'v1');
    expect(judge(newer, running)).toEqual({
      state: 'waiting',
      detail: 'CustomResourceDefinition vrouters.dataplane.juniper.net does not serve v1 yet',
    });
    const both = [{ name: 'v1', served: true, storage: true }, ...one.map((version) => ({ ...version, storage: false }))];
    const loaded = { ...running, definitions: [crd(both)] };
    expect(judge(newer, loaded)?.state).toBe('passed');
    expect(newer.trial?.(loaded)?.object).toMatchObject({ apiVersion: 'dataplane.juniper.net/v1alpha1', kind: 'Vrouter' });
  });

  test('an older generation is not enough', () => {
    const updated = { ...running.deployments[0]!, metadata: { ...running.deployments[0]!.metadata, generation: 2 } };
    expect(judge(gate, { ...running, deployments: [updated] })).toEqual({
      state: 'waiting',
      detail: 'Deployment contrail-deploy/contrail-k8s-deployer: its newest generation has not been observed yet',
    });
  });

  test('replicas of an older template are waited for', () => {
    const rolling = made({
      ...deployment('contrail-deploy', 'contrail-k8s-deployer'),
      status: { ...available(1), updatedReplicas: 0 },
    });
    expect(judge(gate, { ...running, deployments: [rolling] })?.detail).toContain('0 of 1 replicas updated');
  });

  test('no CRD yet', () => {
    expect(judge(gate, { ...running, definitions: [] })?.detail).toBe(
      'CustomResourceDefinition vrouters.dataplane.juniper.net does not exist yet',
    );
  });

  test('from 23.3 a Vrouter is tried in the version that is not the stored one', () => {
    const two = [
      { name: 'v1', served: true, storage: true },
      { name: 'v1alpha1', served: true, storage: false },
    ];
    expect(gate.trial?.({ ...running, definitions: [crd(two)] })).toMatchObject({
      cluster: 'cluster2',
      object: { apiVersion: 'dataplane.juniper.net/v1alpha1', kind: 'Vrouter', metadata: { namespace: 'contrail' } },
    });
    const notServed = [two[0]!, { ...two[1]!, served: false }];
    expect(gate.trial?.({ ...running, definitions: [crd(notServed)] })).toBeUndefined();
  });
});

describe('30 certificates', () => {
  const manager: Manifest = {
    path: 'x',
    cluster: 'cluster2',
    stage: '30-certificates',
    for: 'cluster2',
    declaredAt: '',
    text: '',
    digest: '',
    object: {
      apiVersion: 'configplane.juniper.net/v1',
      kind: 'ContrailCertificateManager',
      metadata: { name: 'm', namespace: 'contrail' },
      spec: {
        secrets: [
          { name: 'for-vrouters', namespace: 'contrail', components: ['vrouter-xmpp'] },
          { name: 'for-control', namespace: 'contrail', components: ['control-xmpp'] },
          { name: 'for-nobody', namespace: 'contrail' },
        ],
      },
    },
  };
  const secret: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'for-vrouters', namespace: 'contrail' },
  };

  test('waits for the secrets of the vRouters, by name, and for no other', () => {
    const gate = certificatesGate('cluster2', [manager]);
    expect(Object.values(gate?.watch ?? {})).toEqual([
      { cluster: 'cluster2', group: '', kind: 'Secret', namespace: 'contrail', name: 'for-vrouters' },
    ]);
    expect(judge(gate, {})?.detail).toBe('Secret contrail/for-vrouters does not exist yet');
    expect(judge(gate, { 'contrail/for-vrouters': [secret] })?.state).toBe('passed');
  });

  test('before 22.4 there is none', () => {
    expect(attachGate(fleet, '30-certificates', 'cluster2', manifests)).toBeUndefined();
  });
});

describe('a workload that its operator makes', () => {
  const image = (tag: string, registry = 'hub.juniper.net/cn2') => `${registry}/contrail-vrouter-agent:${tag}`;
  const owner = (containers: object[]): KubernetesObject => ({
    apiVersion: 'dataplane.juniper.net/v1',
    kind: 'Vrouter',
    metadata: { name: 'masters', namespace: 'contrail' },
    spec: { common: { containers } },
  });
  const workload = (containers: object[]): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'masters', namespace: 'contrail' },
    spec: { template: { spec: { containers } } },
  });
  const wanted = owner([{ name: 'agent', image: image('cn2.23.4.0.59') }]);

  test('is not the new one while it runs former images, however ready it is', () => {
    expect(rolledOut(workload([{ name: 'agent', image: image('22.2.0.93') }]), wanted)).toEqual({
      state: 'waiting',
      detail: 'DaemonSet contrail/masters runs contrail-vrouter-agent:22.2.0.93 so far, not contrail-vrouter-agent:cn2.23.4.0.59',
    });
  });

  test.each([
    ['the new image', workload([{ name: 'agent', image: image('cn2.23.4.0.59') }])],
    [
      'the new image of another registry, by digest',
      workload([{ name: 'agent', image: `${image('cn2.23.4.0.59', 'mirror/x')}@sha256:1` }]),
    ],
    ['another image under the name', workload([{ name: 'agent', image: 'lab.local/emulator:1' }])],
    ['other containers', workload([{ name: 'other', image: image('22.2.0.93') }])],
    ['nothing to be seen', workload([])],
  ])('is accepted with %s', (_, running) => {
    expect(rolledOut(running, wanted).state).toBe('passed');
    expect(rolledOut(running, undefined).state).toBe('passed');
  });
});

describe('40 kubemanager', () => {
  const gate = kubemanagerGate(fleet, cluster2);
  const subnets = [
    ['default-podnetwork-pod-v4-subnet', '10.234.128.0/17'],
    ['default-podnetwork-pod-v6-subnet', 'fd85:ee78:d8a6:8607::3:0/112'],
    ['default-servicenetwork-pod-v4-subnet', '10.234.0.0/17'],
    ['default-servicenetwork-pod-v6-subnet', 'fd85:ee78:d8a6:8607::2:1000/116'],
  ] as const;
  const done: Record<string, KubernetesObject[]> = {
    deployments: [deployment('contrail', 'kubemanager-cluster2')],
    home: [namespace(HOME)],
    other: [namespace(`${K}-default`)],
    networks: ['default-podnetwork', 'default-servicenetwork'].map((name) => core('VirtualNetwork', HOME, name, {})),
    subnets: subnets.map(([name, cidr]) => core('Subnet', HOME, name, { cidr })),
  };

  test('passes with the names, CIDRs and spelling that the guide shows', () => {
    expect(judge(gate, done)).toEqual({ state: 'passed', detail: '' });
  });

  test.each(Object.keys(done))('waits while %s are missing', (key) => {
    expect(judge(gate, { ...done, [key]: [] })?.state).toBe('waiting');
  });

  test('another CIDR than the declared one is final', () => {
    const wrong = done['subnets']!.map((subnet, position) =>
      position === 0 ? { ...subnet, spec: { cidr: '10.233.128.0/17' } } : subnet,
    );
    expect(judge(gate, { ...done, subnets: wrong })).toEqual({
      state: 'failed',
      detail: `Subnet ${HOME}/default-podnetwork-pod-v4-subnet has 10.233.128.0/17, but 10.234.128.0/17 is declared`,
    });
  });

  test('a network in Failure is final and says why', () => {
    const broken = {
      ...core('VirtualNetwork', HOME, 'default-podnetwork', {}),
      status: { state: 'Failure', observation: 'no VNI' },
    };
    expect(judge(gate, { ...done, networks: [broken, done['networks']![1]!] })).toEqual({
      state: 'failed',
      detail: `VirtualNetwork ${HOME}/default-podnetwork is in state Failure: no VNI`,
    });
  });

  test('a single-stack cluster has two Subnets', () => {
    const single = kubemanagerGate(fleet, { ...cluster2, podSubnets: ['10.234.128.0/17'], serviceSubnets: ['10.234.0.0/17'] });
    expect(judge(single, { ...done, subnets: [done['subnets']![0]!, done['subnets']![2]!] })?.state).toBe('passed');
  });
});

describe('50 vrouter', () => {
  const names = manifests.filter(({ object }) => object.kind === 'Vrouter').map(({ object }) => object.metadata.name);
  const gate = vrouterGate(
    fleet,
    'cluster2',
    manifests.filter(({ stage }) => stage === '50-vrouter'),
  );
  const node = (ready: 'True' | 'False'): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node1' },
    status: conditions('Ready', ready),
  });
  const done: Record<string, KubernetesObject[]> = {
    daemonSets: names.map((name, position) => daemonSet(name, position === 0 ? 1 : 0, position === 0 ? 1 : 0)),
    nodes: [node('True')],
    routers: [
      core('VirtualRouter', undefined, 'node1', {}),
      core('VirtualRouter', undefined, 'of-another-cluster', {}, 'Failure'),
    ],
  };

  describe('the clusterName on a VirtualRouter', () => {
    const routers = (clusterName?: string) => {
      const router = core('VirtualRouter', undefined, 'node1', {});
      const labels = clusterName === undefined ? {} : { 'core.juniper.net/clusterName': clusterName };
      return { ...done, routers: [{ ...router, metadata: { ...router.metadata, labels } }] };
    };
    const warnings = (clusterName?: string) => gate.warnings?.(routers(clusterName));

    test.each([undefined, 'cluster2', K])('%s is that of the cluster, or says nothing', (name) => {
      expect(judge(gate, routers(name))).toEqual({ state: 'passed', detail: '' });
      expect(warnings(name)).toEqual([]);
    });

    test.each([
      ['distributed-cluster', "the vendor's placeholder"],
      ['distributed-cluster-1', "the vendor's placeholder"],
      ['multi-cluster', "the vendor's placeholder"],
      ['cluster1', 'cluster cluster1'],
      ['contrail-k8s-kubemanager-cluster1-juniper-local', 'cluster cluster1'],
      ['cluster3', 'cluster cluster3'],
      ['km3-cluster3', 'cluster cluster3'],
    ])('%s is that of somebody else: the gate does not pass', (name, whose) => {
      const more = { ...fleet, distributed: [cluster2, { ...cluster2, name: 'cluster3', kubemanager: 'km3' }] };
      expect(judge(vrouterGate(more, 'cluster2', []), routers(name))).toEqual({
        state: 'waiting',
        detail: `VirtualRouter node1 has the clusterName ${name}, that of ${whose}, not cluster2`,
      });
    });

    test('a cluster may be called as the placeholder', () => {
      const named = { ...fleet, distributed: [{ ...cluster2, name: 'multi-cluster' }] };
      expect(judge(vrouterGate(named, 'multi-cluster', []), routers('multi-cluster'))?.state).toBe('passed');
    });

    test('the placeholder passes where a Vrouter is declared with it, the name of another cluster does not', () => {
      const declaring = (clusterName: string) => {
        const object = { apiVersion: 'dataplane.juniper.net/v1alpha1', kind: 'Vrouter', spec: { clusterName } };
        const manifest = { object: { ...object, metadata: { name: names[0]!, namespace: 'contrail' } } } as unknown as Manifest;
        const more = { ...fleet, distributed: [cluster2, { ...cluster2, name: 'cluster3', kubemanager: 'km3' }] };
        return vrouterGate(more, 'cluster2', [manifest]);
      };
      expect(judge(declaring('multi-cluster'), routers('multi-cluster'))).toEqual({ state: 'passed', detail: '' });
      expect(declaring('multi-cluster').warnings?.(routers('multi-cluster'))).toEqual([]);
      expect(judge(declaring('cluster2'), routers('multi-cluster'))?.state).toBe('waiting');
      expect(judge(declaring('cluster3'), routers('cluster3'))?.state).toBe('waiting');
    });

    test.each(['', 'somebody'])('"%s" passes with a warning', (name) => {
      expect(judge(gate, routers(name))?.state).toBe('passed');
      expect(warnings(name)).toEqual([`VirtualRouter node1 has the clusterName "${name}", where cluster2 was expected`]);
    });
  });

  test('ready = desired counts, also 0 of 0; VirtualRouters of other clusters do not', () => {
    expect(names.length).toBeGreaterThan(1);
    expect(judge(gate, done)).toEqual({ state: 'passed', detail: '' });
  });

  test.each([
    ['a DaemonSet that is not there', { daemonSets: [] }, 'does not exist yet'],
    [
      'one that its controller has not seen',
      { daemonSets: names.map((name) => daemonSet(name, 0, 0, { observedGeneration: 0 })) },
      'newest generation',
    ],
    [
      'pods of an older template',
      { daemonSets: names.map((name) => daemonSet(name, 1, 1, { updatedNumberScheduled: 0 })) },
      '0 of 1 pods updated',
    ],
    ['pods that are not ready', { daemonSets: names.map((name) => daemonSet(name, 2, 1)) }, '1 of 2 pods ready'],
    ['a node that is not Ready', { nodes: [node('False')] }, 'Node node1 is not Ready'],
    ['a node without VirtualRouter', { routers: [] }, 'node node1 has no VirtualRouter on cluster1 yet'],
    [
      'a VirtualRouter that is Pending',
      { routers: [core('VirtualRouter', undefined, 'node1', {}, 'Pending')] },
      'VirtualRouter node1 is in state Pending',
    ],
  ])('%s waits', (_, broken, detail) => {
    const judgement = judge(gate, { ...done, ...broken });
    expect(judgement?.state).toBe('waiting');
    expect(judgement?.detail).toContain(detail);
  });
});

describe('60 restart', () => {
  const gate = restartGate('cluster2');
  const vrouters = [
    { apiVersion: 'v1', kind: 'Vrouter', metadata: { name: 'v', creationTimestamp: '2026-01-01T00:00:10Z' } },
    { apiVersion: 'v1', kind: 'Vrouter', metadata: { name: 'w', creationTimestamp: '2026-01-01T01:00:00Z' } },
  ];
  const dns = (creationTimestamp: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'coredns-1', namespace: 'kube-system', creationTimestamp },
    spec: {},
    status: { phase: 'Running' },
  });

  test('Available is not enough while a pod from before CN2 is left', () => {
    const deployments = [deployment('kube-system', 'coredns')];
    expect(judge(gate, { deployments, vrouters, pods: [dns('2026-01-01T00:00:09Z')] })?.detail).toBe(
      'Pod kube-system/coredns-1 is older than CN2',
    );
    expect(judge(gate, { deployments, vrouters, pods: [dns('2026-01-01T00:00:11Z')] })?.state).toBe('passed');
  });

  test('CoreDNS that is not Available is waited for', () => {
    const down = {
      ...deployment('kube-system', 'coredns'),
      status: { observedGeneration: 1, ...conditions('Available', 'False') },
    };
    expect(judge(gate, { deployments: [down], vrouters, pods: [] })?.state).toBe('waiting');
  });
});

describe('70 to 90', () => {
  const name = `${K}-ns1`;
  const alone = { ...namespace(`${K}-alone`), metadata: { name: `${K}-alone`, labels: { ns: 'cluster2-alone' } } };
  const mirror = (labels: Record<string, string>): KubernetesObject => ({ ...namespace(name), metadata: { name, labels } });

  test('the smoke test has a namespace on every attached cluster, and waits for its mirror here, whatever its labels', () => {
    const probing: Fleet = {
      ...fleet,
      namespaces: [],
      smoke: { image: 'x', defaultPodNetwork: ['v4'], networks: 'none', thresholds: { lossPercent: 0, rttP95Ms: 100 } },
    };
    const gate = namespacesGate(probing);
    expect(judge(gate, { namespaces: [namespace('cn2-fleet-smoke')] })).toEqual({
      state: 'waiting',
      detail: `Namespace ${K}-cn2-fleet-smoke does not exist yet`,
    });
    expect(judge(gate, { namespaces: [namespace(`${K}-cn2-fleet-smoke`)] })?.state).toBe('passed');
    const away: Fleet = { ...probing, distributed: probing.distributed.map((entry) => ({ ...entry, state: 'detached' })) };
    expect(namespacesGate(away)).toBeUndefined();
    expect(namespacesGate({ ...probing, smoke: { ...probing.smoke!, defaultPodNetwork: [] } })).toBeUndefined();
  });

  test('mirrors of the distributed namespaces, Active and with the declared labels', () => {
    const gate = namespacesGate(fleet);
    expect(gate?.watch).toEqual({ namespaces: { cluster: 'cluster1', group: '', kind: 'Namespace' } });
    const seen = (object: KubernetesObject) => ({ namespaces: [namespace('ns1'), alone, object] });
    expect(judge(gate, seen(mirror({ ns: 'cluster2-ns1' })))?.state).toBe('passed');
    expect(judge(gate, seen(mirror({})))).toEqual({
      state: 'waiting',
      detail: `Namespace ${name} lacks the label ns=cluster2-ns1 so far`,
    });
    const leaving = { ...mirror({ ns: 'cluster2-ns1' }), metadata: { ...mirror({}).metadata, deletionTimestamp: 'x' } };
    expect(judge(gate, seen(leaving))?.detail).toBe(`Namespace ${name} is Terminating`);
    expect(judge(gate, { namespaces: [namespace('ns1'), alone] })?.detail).toBe(`Namespace ${name} does not exist yet`);
  });

  test('of a namespace that is only referred to, the labels are not demanded', () => {
    const foreign = { ...fleet, namespaces: fleet.namespaces.map((entry) => ({ ...entry, manage: false })) };
    expect(judge(namespacesGate(foreign), { namespaces: [alone, mirror({})] })?.state).toBe('passed');
  });

  test('default networks that connections join exist and are Success', () => {
    const joined: Fleet = {
      ...fleet,
      namespaces: fleet.namespaces.map((entry) => ({ ...entry, isolated: true })),
      connections: [
        {
          name: 'c',
          type: 'mesh',
          networks: ['cluster1/ns1/vn1', 'cluster1/ns1/default-podnetwork', 'cluster2/ns1/default-servicenetwork'],
          routers: {},
        },
      ],
    };
    const gate = namespacesGate(joined);
    expect(gate?.watch).toMatchObject({
      networks: { cluster: 'cluster1', group: 'core.contrail.juniper.net', kind: 'VirtualNetwork' },
    });
    const seen = (state: string) => ({
      namespaces: [alone, mirror({ ns: 'cluster2-ns1' })],
      networks: [
        core('VirtualNetwork', 'ns1', 'default-podnetwork', {}, 'Success'),
        core('VirtualNetwork', name, 'default-servicenetwork', {}, state),
      ],
    });
    expect(judge(gate, seen('Success'))?.state).toBe('passed');
    expect(judge(gate, seen('Pending'))?.state).toBe('waiting');
    expect(judge(gate, { ...seen('Success'), networks: [] })?.detail).toContain(
      'VirtualNetwork ns1/default-podnetwork does not exist yet',
    );
    const away: Fleet = { ...joined, distributed: joined.distributed.map((entry) => ({ ...entry, state: 'detached' })) };
    expect(judge(namespacesGate(away), { networks: seen('Success').networks.slice(0, 1) })?.state).toBe('passed');
  });

  test('networks and routers of their stage, each Success, whatever the number of namespaces one watch a kind', () => {
    const routers = manifests.filter(({ stage }) => stage === '90-routers');
    const gate = fleetGate(fleet, '90-routers', manifests);
    const key = 'VirtualNetworkRouter on cluster1';
    expect(Object.keys(gate?.watch ?? {})).toEqual([key]);
    const states = (state: string) => ({
      [key]: routers.map(({ object: { metadata, kind } }) => core(kind, metadata.namespace, metadata.name, {}, state)),
    });
    expect(judge(gate, states('Success'))?.state).toBe('passed');
    expect(judge(gate, states('Pending'))?.state).toBe('waiting');
    expect(judge(gate, states('Failure'))?.state).toBe('failed');
    expect(judge(gate, {})?.detail).toContain('VirtualNetworkRouter ns1/vnr1 does not exist yet');
  });

  test('a Failure at the version that this run has written is not the answer to it', () => {
    const subnets = manifests.filter(({ object }) => object.kind === 'Subnet' && object.metadata.name === 'subnet1');
    const gate = successGate(fleet, '80-networks', subnets, new Map([['u', '7']]));
    const live = (resourceVersion: string): KubernetesObject => ({
      ...core('Subnet', 'ns1', 'subnet1', {}, 'Failure'),
      metadata: { name: 'subnet1', namespace: 'ns1', uid: 'u', resourceVersion },
    });
    expect(judge(gate, { 'Subnet on cluster1': [live('7')] })?.state).toBe('waiting');
    expect(judge(gate, { 'Subnet on cluster1': [live('8')] })?.state).toBe('failed');
  });

  test('a stage without objects has no gate', () => {
    expect(successGate(fleet, '90-routers', [])).toBeUndefined();
    expect(namespacesGate({ ...fleet, namespaces: [] })).toBeUndefined();
  });

  test('gone is gone by uid: a later object of the same name is another', () => {
    const leaving = { cluster: 'cluster1', group: 'g', kind: 'Subnet', namespace: 'ns1', name: 'subnet1', uid: 'old' };
    const gate = goneGate('80-networks', 'cluster1', [leaving, { ...leaving, uid: 'other' }]);
    const key = 'Subnet on cluster1';
    const subnet = (uid: string): KubernetesObject => ({
      ...core('Subnet', 'ns1', 'subnet1', {}),
      metadata: { name: 'subnet1', namespace: 'ns1', uid },
    });
    expect(gate.watch).toEqual({ [key]: { cluster: 'cluster1', group: 'g', kind: 'Subnet' } });
    expect(judge(gate, { [key]: [subnet('old')] })?.state).toBe('waiting');
    expect(judge(gate, { [key]: [subnet('new')] })?.state).toBe('passed');
    expect(judge(gate, {})?.state).toBe('passed');
  });
});

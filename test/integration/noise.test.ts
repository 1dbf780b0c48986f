import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FIELD_MANAGER } from '../../src/cn2/names.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import { groupOf, versionOf } from '../../src/model/kubernetes.ts';
import type { Desired } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { driftsOf, GuideServers, NAMESPACES } from '../support/guide-servers.ts';

/**
 * What controllers, admission, other tools and people leave on the objects of a fleet without changing what is declared: none of it is
 * drift, and no plan has a field of it. Every noise is made on every object of the guide that can have it.
 */
interface Noise {
  /** Under which the write is recorded. */
  manager: string;
  /** Absent: an update of the whole object. apply: what is declared is applied under that name, too. */
  by?: 'apply';
  /** The object with the noise, as an update writes it; undefined: this one cannot have it. `owner`: uid of kube-system. */
  on(live: KubernetesObject, declared: KubernetesObject, owner: string): KubernetesObject | undefined;
}

function labelled(live: KubernetesObject, labels: Record<string, string>): KubernetesObject {
  return { ...live, metadata: { ...live.metadata, labels: { ...live.metadata.labels, ...labels } } };
}

function annotated(live: KubernetesObject, annotations: Record<string, string>): KubernetesObject {
  return { ...live, metadata: { ...live.metadata, annotations: { ...live.metadata.annotations, ...annotations } } };
}

/** Kinds of which CN2's controllers complete the specification. */
const COMPLETED: Readonly<Record<string, Record<string, unknown>>> = {
  VirtualNetwork: {
    fqName: ['default-domain', 'ns1', 'x'],
    virtualNetworkProperties: { forwardingMode: 'l3' },
    virtualNetworkNetworkId: 7,
  },
  Subnet: { fqName: ['default-domain', 'ns1', 'x'], defaultGateway: '10.10.1.1' },
  VirtualNetworkRouter: { fqName: ['default-domain', 'ns1', 'x'] },
};

const NOISES: Readonly<Record<string, Noise>> = {
  'a back-reference label of a controller of CN2': {
    manager: 'manager',
    on: (live) => labelled(live, { 'core.juniper.net/back-reference': 'abc' }),
  },
  'a label of another tool': { manager: 'helm', on: (live) => labelled(live, { 'helm.sh/chart': 'x-1.0' }) },
  'an annotation of a controller': {
    manager: 'kube-controller-manager',
    on: (live) => annotated(live, { 'deployment.kubernetes.io/revision': '3' }),
  },
  'an owner that does not control it': {
    manager: 'manager',
    on: (live, _, uid) => ({
      ...live,
      metadata: { ...live.metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system', uid }] },
    }),
  },
  'the mark of a tool that shows what it deploys': {
    manager: 'argocd-controller',
    on: (live) => annotated(live, { 'argocd.argoproj.io/tracking-id': `fleet:${live.kind}:${live.metadata.name}` }),
  },
  'the mark of a backup': {
    manager: 'velero-server',
    on: (live) => labelled(live, { 'velero.io/restore-name': 'nightly' }),
  },
  'a label for the accounts of a cloud': {
    manager: 'cost-tagger',
    on: (live) => labelled(live, { 'cost-center': '0815' }),
  },
  'a stamp of an admission webhook': {
    manager: 'stamper',
    on: (live) => annotated(live, { 'example.com/admitted-at': '2026-11-20T00:00:00Z' }),
  },
  'a restart by hand': {
    manager: 'kubectl-rollout',
    on: (live) => {
      if (live.kind !== 'Deployment') return undefined;
      const spec = live['spec'] as { template: { metadata?: { annotations?: object } } };
      const annotations = { ...spec.template.metadata?.annotations, 'kubectl.kubernetes.io/restartedAt': 'now' };
      const template = { ...spec.template, metadata: { ...spec.template.metadata, annotations } };
      return { ...live, spec: { ...spec, template } };
    },
  },
  'sidecars for all pods of a namespace': {
    manager: 'kubectl-label',
    on: (live) => (live.kind === 'Namespace' ? labelled(live, { 'istio-injection': 'enabled' }) : undefined),
  },
  "a person's note": { manager: 'kubectl-annotate', on: (live) => annotated(live, { 'example.com/owner': 'network team' }) },
  "kubectl's copy of what it applied": {
    manager: 'kubectl-client-side-apply',
    on: (live) => annotated(live, { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(live.metadata.name) }),
  },
  'a finalizer': {
    manager: 'manager',
    on: (live) => ({
      ...live,
      metadata: { ...live.metadata, finalizers: [...(live.metadata.finalizers ?? []), 'core.juniper.net/guard'] },
    }),
  },
  'what is declared, applied by another tool as well': { manager: 'flux', by: 'apply', on: (_, declared) => declared },
  'values that a client sent again as they are': { manager: 'kubectl-replace', on: (live) => live },
  'what CN2 fills in': {
    manager: 'kubemanager',
    on: (live) =>
      Object.hasOwn(COMPLETED, live.kind)
        ? { ...live, spec: { ...COMPLETED[live.kind], ...(live['spec'] as object) } }
        : undefined,
  },
  'a status': {
    manager: 'manager',
    on: (live) =>
      groupOf(live.apiVersion).endsWith('juniper.net') ? { ...live, status: { observation: '', state: 'Success' } } : undefined,
  },
  'replicas set by an autoscaler where none are declared': {
    manager: 'kube-controller-manager',
    on: (live, declared) =>
      live.kind === 'Deployment' && (declared['spec'] as { replicas?: number }).replicas === undefined
        ? { ...live, spec: { ...(live['spec'] as object), replicas: 3 } }
        : undefined,
  },
  'levels of Pod Security': {
    manager: 'kubectl-label',
    on: (live) =>
      live.kind === 'Namespace' ? labelled(live, { 'pod-security.kubernetes.io/enforce': 'privileged' }) : undefined,
  },
  'a node selector by a default of the namespace': {
    manager: 'kubectl-annotate',
    on: (live) =>
      live.kind === 'Namespace' ? annotated(live, { 'scheduler.alpha.kubernetes.io/node-selector': 'a=b' }) : undefined,
  },
};

let guide: GuideServers;

beforeAll(async () => {
  guide = await GuideServers.start();
  // How many there are is left to an autoscaler.
  guide.desired = guide.desired.map((entry) => {
    if (entry.object.kind !== 'Deployment') return entry;
    const { replicas: _, ...spec } = entry.object['spec'] as Record<string, unknown>;
    return { ...entry, object: { ...entry.object, spec } };
  });
  await guide.apply();
}, 240_000);

afterAll(async () => {
  await guide?.[Symbol.asyncDispose]();
});

/** The resources of a cluster, asked once. */
async function resourcesOf(cluster: Cluster): Promise<(object: KubernetesObject) => Resource | undefined> {
  const { resources } = await cluster.discover();
  return ({ apiVersion, kind }) =>
    resources.find((one) => one.kind === kind && one.group === groupOf(apiVersion) && one.version === versionOf(apiVersion));
}

/** Makes a noise on an object; whether there was anything to make. */
async function make(noise: Noise, { manifest, object }: Desired, resource: Resource): Promise<boolean> {
  const cluster = guide.clusters.get(manifest.cluster)!;
  const { namespace, name } = object.metadata;
  const target = { resource, name, ...(namespace === undefined ? {} : { namespace }) };
  const live = (await cluster.get(target))!;
  const system = await cluster.get({ resource: NAMESPACES, name: 'kube-system' });
  const wanted = noise.on(live, object, system?.metadata.uid ?? '');
  if (wanted === undefined) return false;
  const { managedFields: _, ...metadata } = wanted.metadata;
  if (noise.by === 'apply') {
    await cluster.apply(resource, { ...wanted, metadata }, { fieldManager: noise.manager });
    return true;
  }
  await cluster.update(resource, { ...wanted, metadata }, { fieldManager: noise.manager });
  return true;
}

test('two hundred cases of noise: no plan has a field of it, none is drift, and an apply leaves it alone', async () => {
  const resourceOf = new Map<string, (object: KubernetesObject) => Resource | undefined>();
  for (const [name, cluster] of guide.clusters) resourceOf.set(name, await resourcesOf(cluster));
  let cases = 0;
  for (const [what, noise] of Object.entries(NOISES)) {
    let made = 0;
    for (const entry of guide.desired) {
      // Their content is compared in memory, and another test's.
      if (entry.object.kind === 'Secret') continue;
      const resource = resourceOf.get(entry.manifest.cluster)!(entry.object)!;
      if (await make(noise, entry, resource)) made += 1;
    }
    expect([what, made]).not.toEqual([what, 0]);
    cases += made;
    const looked = await guide.look();
    const fields = looked.plan.clusters.flatMap(({ changes }) =>
      changes.flatMap(({ kind, name, fields: of }) => of.map(({ path }) => `${kind}/${name}${path}`)),
    );
    expect([what, fields]).toEqual([what, []]);
    expect([what, driftsOf(looked)]).toEqual([what, []]);
  }
  expect(cases).toBeGreaterThanOrEqual(200);

  // What sent declared values again is taken over, once; all else is as it was.
  await guide.apply();
  const after = await guide.look();
  expect(after.plan.clusters.flatMap(({ changes }) => changes)).toEqual([]);
  const networks = guide.desired.filter(({ object }) => object.kind === 'VirtualNetwork');
  for (const { object } of networks) {
    const resource = resourceOf.get('cluster1')!(object)!;
    const live = await guide.central.get({ resource, namespace: object.metadata.namespace!, name: object.metadata.name });
    expect(live?.metadata.labels).toMatchObject({ 'helm.sh/chart': 'x-1.0', 'core.juniper.net/back-reference': 'abc' });
    expect(live?.metadata.annotations).toMatchObject({ 'example.com/owner': 'network team' });
    expect(live?.['spec']).toMatchObject({ virtualNetworkNetworkId: 7 });
    expect(live?.metadata.managedFields?.some(({ manager }) => manager === FIELD_MANAGER)).toBe(true);
  }
}, 240_000);

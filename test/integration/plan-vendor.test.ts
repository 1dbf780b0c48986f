import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { CORE, clusterPrefix } from '../../src/cn2/names.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { Desired } from '../../src/model/manifest.ts';
import { expectedIsEmpty } from '../../src/plan/outcome.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { toDesired } from '../../src/render/desired.ts';
import { render } from '../../src/render/render.ts';
import { takeApiServer } from '../support/api-servers.ts';
import { DEFINITIONS, definition } from '../support/cn2-definitions.ts';
import { GUIDE, guideDeclaration, replaced } from '../support/guide-fleet.ts';
import { carryOut, look, spell } from '../support/planning.ts';
import { HAS_SHARED_CN2, sharedObjects, vendorRelease } from '../support/shared-cn2.ts';

const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

/** A Secret of type kubernetes.io/tls has both keys. */
const TLS_PAIR = JSON.stringify({ 'tls.crt': 'Y2VydGlmaWNhdGU=', 'tls.key': 'a2V5' });

const RELEASES = [
  {
    release: '22.2',
    version: '22.2.0.93',
    core: 'v1alpha1',
    doubt: 'cluster2/20-deployer/deployment.contrail-deploy.contrail-k8s-deployer.yaml',
  },
  {
    release: '23.4',
    version: 'cn2.23.4.0.59',
    core: 'v4',
    doubt: 'cluster2/30-certificates/contrailcertificatemanager.contrail.contrailcertificatemanager.yaml',
  },
];

const when = HAS_SHARED_CN2 ? describe : describe.skip;

when.each(RELEASES)("the guide's fleet with the vendor's $release manifests and CRDs", ({ release, version, core, doubt }) => {
  const servers: ApiServer[] = [];
  const clusters = new Map<string, Cluster>();
  let fleet: Fleet;
  let desired: Desired[];

  beforeAll(async () => {
    const text = replaced(replaced(GUIDE, '22.2.0.93', version), 'cn2/22.2', `cn2/${release}`);
    const { tree, findings } = render({ declaration: guideDeclaration(text), vendorFiles: vendorRelease(release) });
    if (tree === undefined) throw new Error(JSON.stringify(findings));
    fleet = tree.fleet;
    desired = toDesired(tree.manifests, (content) => (content.type === 'manifest' ? TLS_PAIR : '{}'));
    for (const name of ['cluster1', 'cluster2']) {
      const server = await takeApiServer({ name });
      servers.push(server);
      const cluster = kubernetesConnector().connect(name, server.kubeconfig);
      clusters.set(name, cluster);
      for (const object of definitions(release, core, name === 'cluster1')) await cluster.apply(DEFINITIONS, object);
      await cluster.create(
        NAMESPACES,
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'contrail' } },
        { fieldManager: 'kubectl-create' },
      );
    }
    const prefix = clusterPrefix('kubemanager-cluster2', 'cluster2');
    const mirror = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${prefix}-ns1` } };
    await clusters.get('cluster1')!.create(NAMESPACES, mirror);
    await allServed(clusters, desired);
  }, 180_000);

  afterAll(async () => {
    await Promise.all([...clusters.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  test('is empty once it is applied, with at most 25 requests to a cluster', async () => {
    for (let round = 0; round < 3; round++) await carryOut(await look(fleet, desired, clusters), clusters);
    const fresh = new Map(servers.map((server) => [server.name, kubernetesConnector().connect(server.name, server.kubeconfig)]));
    const looked = await look(fleet, desired, fresh);
    expect(looked.plan.clusters.flatMap(({ changes }) => changes.map((change) => [spell(change), change.fields]))).toEqual([]);
    expect(expectedIsEmpty(looked.plan)).toBe(true);
    for (const cluster of fresh.values()) {
      expect(cluster.counts().total).toBeLessThanOrEqual(25);
      await cluster[Symbol.asyncDispose]();
    }
    // The server fills in defaults inside atomic lists of these: only a dry-run can tell that nothing changes.
    expect(looked.previews.map(({ question }) => question.desired.manifest.path)).toEqual([doubt]);
    expect(looked.findings.map(({ rule, message }) => [rule, message])).toEqual([
      ['cluster', expect.stringMatching(/^CN2 on the central cluster cluster1 is not healthy/)],
    ]);
  }, 60_000);

  test('finds nothing either when every object is asked for', async () => {
    const looked = await look(fleet, desired, clusters, { full: true });
    // All but the Secrets: their content goes to no server before it is approved.
    expect(looked.previews).toHaveLength(desired.filter(({ object }) => object.kind !== 'Secret').length);
    expect(looked.plan.clusters.flatMap(({ changes }) => changes.map((change) => [spell(change), change.fields]))).toEqual([]);
  });
});

function definitions(release: string, core: string, central: boolean): KubernetesObject[] {
  const files = [`100-configplane.juniper.net_kubemanagers.yaml`, `100-dataplane.juniper.net_vrouters.yaml`];
  if (release !== '22.2' && !central) files.push('100-configplane.juniper.net_contrailcertificatemanagers.yaml');
  const operator = files.flatMap((file) => sharedObjects(`crds/${release}/${file}`)).map(withoutConversion);
  if (!central) return operator;
  return [
    ...operator,
    definition(CORE, 'Subnet', 'subnets', core),
    definition(CORE, 'VirtualNetwork', 'virtualnetworks', core),
    definition(CORE, 'VirtualNetworkRouter', 'virtualnetworkrouters', core),
  ];
}

/** The conversion webhook is the deployer's, which does not run here. */
function withoutConversion(object: KubernetesObject): KubernetesObject {
  const { status: _, ...crd } = object;
  const { creationTimestamp: __, ...metadata } = object.metadata;
  return {
    ...crd,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata,
    spec: { ...(object['spec'] as object), conversion: { strategy: 'None' } },
  };
}

async function allServed(clusters: ReadonlyMap<string, Cluster>, desired: readonly Desired[]): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const missing = await Promise.all(
      [...clusters].map(async ([name, cluster]) => {
        const { resources } = await cluster.discover();
        return desired.filter(
          ({ manifest, object }) => manifest.cluster === name && !resources.some(({ kind }) => kind === object.kind),
        );
      }),
    );
    if (missing.flat().length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the kinds are not served');
}

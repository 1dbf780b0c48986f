import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/node/clock.ts';
import { FLEET_LABEL } from '../../src/cn2/names.ts';
import { readDeclaration } from '../../src/declare/declaration.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import { type Cluster, ClusterError } from '../../src/ports/cluster.ts';
import { render } from '../../src/render/render.ts';
import { guideFolder } from '../support/guide-folder.ts';
import { takeLock } from '../support/lock.ts';
import { executeReal, planReal, type Rendered, startRealFleet } from '../support/real-fleet.ts';
import { HAS_SHARED_CN2, vendorRelease } from '../support/shared-cn2.ts';

/** The vendor's own files are test data beside the repository; without them these tests are skipped, visibly. */
const where = HAS_SHARED_CN2 ? describe : describe.skip;

const OLDER_VROUTERS: Resource = {
  group: 'dataplane.juniper.net',
  version: 'v1alpha1',
  kind: 'Vrouter',
  plural: 'vrouters',
  namespaced: true,
};
const OLDER_VROUTER: KubernetesObject = {
  apiVersion: 'dataplane.juniper.net/v1alpha1',
  kind: 'Vrouter',
  metadata: { namespace: 'contrail', name: 'older' },
  spec: { common: { containers: [{ name: 'contrail-vrouter-agent', image: 'lab.local/agent:1' }] } },
};

async function namesOf(cluster: Cluster, kind: string): Promise<string[]> {
  const resource = (await cluster.discover()).resources.find((each) => each.kind === kind);
  return resource === undefined ? [] : (await cluster.list(resource)).map(({ metadata }) => metadata.name);
}

/** Everything on a cluster that carries the label of a fleet. */
async function marked(cluster: Cluster): Promise<string[]> {
  const { resources } = await cluster.discover();
  const found = await Promise.all(
    resources.map(async (resource) => {
      const items = await cluster.list(resource, { labelSelector: FLEET_LABEL }).catch((error: unknown) => {
        // Reviews and the like can only be created.
        if (error instanceof ClusterError) return [];
        throw error;
      });
      return items.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    }),
  );
  return [...new Set(found.flat())].sort();
}

function rendered(release: string, version: string): Rendered {
  const text = guideFolder()
    ['clusters.yaml']!.replace('22.2.0.93', version)
    .replace('cn2/22.2', `cn2/${release}`)
    .replace('  registry: lab.local/cn2\n', '');
  const vendorFiles = vendorRelease(release);
  const { tree, findings } = render({ declaration: readDeclaration(text, 'clusters.yaml'), vendorFiles });
  if (tree === undefined) throw new Error(`does not render: ${JSON.stringify(findings)}`);
  const centralFile = vendorFiles[`cn2/${release}/central_cluster_deployer_example.yaml`] ?? '';
  return {
    fleet: tree.fleet,
    manifests: tree.manifests,
    centralFile: centralFile.replaceAll('<base64-encoded-credential>', 'e30='),
  };
}

where("an attach with the vendor's own files", () => {
  test.each([
    ['22.2', '22.2.0.93', 0],
    ['23.4', 'cn2.23.4.0.59', 1],
  ])(
    '%s: every gate passes, and a second look finds nothing to do',
    async (release, version, certificates) => {
      await using world = await startRealFleet(rendered(release, version));
      await world.distributed.create(
        { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false },
        {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: {
            name: 'k8s-cp0',
            labels: { 'node-role.kubernetes.io/master': '', 'node-role.kubernetes.io/control-plane': '' },
          },
        },
      );
      const planned = await planReal(world);
      expect(planned.findings).toEqual([]);
      const lock = await takeLock(world.central, systemClock);
      const result = await executeReal(world, planned, lock);
      expect(result.reason).toBeUndefined();
      expect(result.outcome).toBe('done');
      const gates = result.steps.filter((step) => step.object === 'gate').map((step) => step.stage);
      expect(gates.filter((stage) => stage === '30-certificates')).toHaveLength(certificates);
      const tried = world.distributed.counts().byVerb['CREATE'] ?? 0;
      // The node, and from 23.3 a Vrouter in the version that is not the stored one (a dry-run).
      expect(tried).toBe(1 + certificates);
      const second = await planReal(world);
      expect(second.plan.clusters.flatMap(({ changes }) => changes)).toEqual([]);
      await lock.release();
      const [central, distributed] = [await namesOf(world.central, 'Vrouter'), await namesOf(world.distributed, 'Vrouter')];
      expect(central).toContain('contrail-vrouter-masters');
      expect(await namesOf(world.distributed, 'DaemonSet')).toEqual(expect.arrayContaining(distributed));
      expect(distributed.length).toBeGreaterThan(1);
      // Both served versions can be written: what the real conversion webhook is needed for.
      if (certificates > 0)
        expect(await world.distributed.apply(OLDER_VROUTERS, OLDER_VROUTER)).toMatchObject({ kind: 'Vrouter' });
    },
    180_000,
  );

  test.each([
    ['22.2', '22.2.0.93'],
    ['23.4', 'cn2.23.4.0.59'],
  ])(
    '%s: what it brought leaves with the cluster, nothing of the fleet stays there',
    async (release, version) => {
      await using world = await startRealFleet(rendered(release, version));
      await world.distributed.create(
        { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false },
        {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: {
            name: 'k8s-cp0',
            labels: { 'node-role.kubernetes.io/master': '', 'node-role.kubernetes.io/control-plane': '' },
          },
        },
      );
      const lock = await takeLock(world.central, systemClock);
      expect((await executeReal(world, await planReal(world), lock)).reason).toBeUndefined();
      expect((await marked(world.distributed)).length).toBeGreaterThan(10);
      const distributed = world.fleet.distributed.map((cluster) => ({ ...cluster, state: 'detached' as const }));
      const desired = world.desired.filter(
        ({ manifest, object }) => manifest.for === 'cluster1' && object.metadata.name !== 'vnr1',
      );
      const leaving = { ...world, fleet: { ...world.fleet, distributed, connections: [] }, desired };
      const planned = await planReal(leaving);
      expect(planned.findings).toEqual([]);
      expect((await executeReal(leaving, planned, lock)).reason).toBeUndefined();
      expect(await marked(world.distributed)).toEqual([]);
      const central = await marked(world.central);
      expect(central.filter((name) => name.includes('cluster2'))).toEqual([]);
      expect((await planReal(leaving)).plan.clusters.flatMap(({ changes }) => changes)).toEqual([]);
      await lock.release();
    },
    240_000,
  );
});

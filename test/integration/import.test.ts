import { describe, expect, test } from '@jest/globals';
import type { ImportDocument } from '../../src/model/import.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { Plan } from '../../src/model/plan.ts';
import { cli } from '../support/cli.ts';
import { GUIDE } from '../support/guide-fleet.ts';
import { filesIn, type ImportServers, startImportServers } from '../support/import-servers.ts';
import { toolRequests } from '../support/plain-guide.ts';
import { OWN_OBJECTS, OWN_WAYS, placeholders } from '../support/three-clusters.ts';

/** The example's handover is a kubeconfig of its own, which the servers here do not have. */
const HAND_MADE = GUIDE.replace('  handover: {env: CENTRAL_FOR_DISTRIBUTED}\n', '');
/** Owners that a garbage collector would look for are for memory alone. */
const MADE = { cluster1: OWN_OBJECTS['cluster1']!.filter(({ kind }) => !['VirtualNetwork', 'Subnet'].includes(kind)) };

/** The emulated deployer runs once, whatever its Deployment says. */
function untuned(object: KubernetesObject): KubernetesObject {
  return object.kind === 'Deployment' ? object : placeholders(object);
}

async function importFrom(world: ImportServers): Promise<ImportDocument> {
  const { central, distributed } = world.fleet;
  const refOf = (name: string) => `${name}=env:KUBECONFIG_${name.toUpperCase()}`;
  const words = distributed.flatMap(({ name }) => ['--distributed', refOf(name)]);
  const args = ['import', '--central', refOf(central.name), ...words, '--manifests', 'cn2/22.2', '--format', 'json'];
  const { stdout, stderr, exitCode } = await cli(world.folder, args, { environment: world.environment });
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as ImportDocument;
}

async function planned(world: ImportServers, more: string[] = []) {
  const { stdout } = await cli(world.folder, ['plan', '--format', 'json', ...more], { environment: world.environment });
  const plan = JSON.parse(stdout) as Plan & { findings: { severity: string; message: string }[] };
  const changes = plan.clusters.flatMap(({ name, changes: own }) =>
    own.map(({ action, kind, name: object, fields }) => ({ action, text: `${name} ${kind} ${object}`, fields })),
  );
  return {
    complete: plan.complete,
    adopted: changes.filter(({ action }) => action === 'adopt').length,
    others: changes.filter(({ action }) => action !== 'adopt'),
    errors: plan.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message),
  };
}

/** From what runs to a declaration whose plan adopts, an apply of that, and a plan that is empty. */
async function roundTrip(world: ImportServers): Promise<ImportDocument> {
  const document = await importFrom(world);
  for (const server of world.servers.values()) {
    const requests = toolRequests(server);
    expect(requests.length).toBeGreaterThan(0);
    expect([...new Set(requests.map(({ verb }) => verb))].filter((verb) => !['get', 'list'].includes(verb))).toEqual([]);
  }
  expect(document.remaining).toEqual([]);
  const first = await planned(world);
  expect(first.others).toEqual([]);
  expect(first).toMatchObject({ complete: true, adopted: document.adopted + document.notCompared, errors: [] });
  const run = (args: string[]) => cli(world.folder, args, { environment: world.environment });
  expect(await run(['render'])).toMatchObject({ exitCode: 0 });
  await planned(world, ['--out', 'rendered/plan.json']);
  const applied = await run(['apply', '--lock-ttl', '3', '--gate-timeout', '60', '--format', 'json']);
  const { reason } = JSON.parse(applied.stdout) as { reason?: string };
  expect([applied.exitCode, reason]).toEqual([0, undefined]);
  expect(await planned(world)).toEqual({ complete: true, adopted: 0, others: [], errors: [] });
  return document;
}

describe('import on real API servers', () => {
  test('the guide, attached by hand: read only, then adopted, then nothing is left to do', async () => {
    await using world = await startImportServers(HAND_MADE);
    const document = await roundTrip(world);
    expect(document.counts).toEqual({ namespaces: 2, networks: 2, connections: 1, extra: 0, patches: 0 });
    const again = await cli(
      world.folder,
      ['import', '--central', 'env:KUBECONFIG_CLUSTER1', '--distributed', 'cluster2=env:KUBECONFIG_CLUSTER2'],
      { environment: world.environment },
    );
    expect([again.exitCode, again.stderr]).toEqual([
      1,
      expect.stringContaining('clusters.yaml exists already: import overwrites nothing'),
    ]);
  }, 300_000);

  test('three clusters with numbers, names, labels and objects of their own, and the placeholders of the vendor', async () => {
    await using world = await startImportServers(OWN_WAYS, { edit: untuned, more: MADE });
    const document = await roundTrip(world);
    expect(document.counts).toMatchObject({ namespaces: 4, networks: 5, connections: 2, extra: 3 });
    const files = filesIn(world.folder);
    expect(files['clusters.yaml']).toMatch(/listenerPort: 19600\n {4}constantRouteTargetNumber: 9000\n/);
    expect(files['clusters.yaml']).toMatch(/merge: \{spec: \{clusterName: distributed-cluster/);
    expect(
      Object.keys(files)
        .filter((path) => path.startsWith('extra/'))
        .sort(),
    ).toEqual([
      'extra/cluster1/bgprouter.contrail.spine-01.yaml',
      'extra/cluster1/networkattachmentdefinition.infra.red.yaml',
      'extra/cluster1/virtualnetworkrouter.infra.inside.yaml',
    ]);
    expect(JSON.stringify(files)).not.toContain('canary-of-the-pull-secret');
  }, 400_000);
});

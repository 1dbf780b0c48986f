import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { CORE } from '../../src/cn2/names.ts';
import type { Resource } from '../../src/model/kubernetes.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { asAdministrator } from '../support/as-administrator.ts';
import { type CliOptions, cli, guideCopy } from '../support/cli.ts';
import { DEFINITIONS, definition } from '../support/cn2-definitions.ts';
import { coreKind } from '../support/core-kinds.ts';
import { withoutSmoke } from '../support/guide-fleet.ts';
import { type PlainGuide, startPlainGuide } from '../support/plain-guide.ts';

const NAD_GROUP = 'k8s.cni.cncf.io';
const NADS: Resource = {
  group: NAD_GROUP,
  version: 'v1',
  kind: 'NetworkAttachmentDefinition',
  plural: 'network-attachment-definitions',
  namespaced: true,
};
const ROUTERS = coreKind('BGPRouter', 'bgprouters');
const CONFIG_MAPS: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const LEASES: Resource = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', plural: 'leases', namespaced: true };

const BGP = `apiVersion: ${CORE}/v1alpha1
kind: BGPRouter
metadata: {name: gateway, namespace: contrail}
spec: {bgpRouterParameters: {address: 172.27.115.1, autonomousSystem: 64512}}
`;
const NOTES = `apiVersion: v1
kind: ConfigMap
metadata: {name: notes, namespace: ns1}
data: {contact: netops}
`;
const NAD = `apiVersion: ${NAD_GROUP}/v1
kind: NetworkAttachmentDefinition
metadata: {name: edge, namespace: ns1}
spec: {config: '{"type": "contrail-k8s-cni"}'}
`;

let world: PlainGuide;
let folder: string;
let central: Cluster;
let distributed: Cluster;
let plain: string;

beforeAll(async () => {
  world = await startPlainGuide();
  folder = guideCopy((text) => {
    plain = world.declare(withoutSmoke(text));
    return plain;
  });
  const connect = (server: typeof world.central) => kubernetesConnector().connect(server.name, server.kubeconfig);
  [central, distributed] = [connect(world.central), connect(world.distributed)];
}, 120_000);

afterAll(async () => {
  await Promise.all([central, distributed].map((cluster) => cluster?.[Symbol.asyncDispose]()));
  await world?.[Symbol.asyncDispose]();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const run = (args: string[], options: CliOptions = {}) => cli(folder, args, { environment: world.environment, ...options });

/** Declares these files of one's own for these clusters, renders, and approves the plan for it. */
async function approve(
  own: Record<string, string>,
): Promise<{ plan: Plan & { findings: { message: string }[] }; changes: string[] }> {
  rmSync(join(folder, 'own'), { recursive: true, force: true });
  for (const [path, text] of Object.entries(own)) {
    mkdirSync(join(folder, 'own', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'own', path), text);
  }
  const clusters = [...new Set(Object.keys(own).map((path) => path.split('/')[0]!))];
  const entries = clusters.map((cluster) => `  - {cluster: ${cluster}, path: own/${cluster}}\n`);
  writeFileSync(join(folder, 'clusters.yaml'), entries.length === 0 ? plain : `${plain}extra:\n${entries.join('')}`);
  const rendered = await run(['render']);
  expect([rendered.exitCode, rendered.stderr]).toEqual([0, '']);
  return planned(['--out', 'rendered/plan.json']);
}

async function planned(more: string[] = []): Promise<Awaited<ReturnType<typeof approve>>> {
  const { stdout, exitCode } = await run(['plan', '--format', 'json', ...more]);
  const plan = JSON.parse(stdout) as Awaited<ReturnType<typeof approve>>['plan'];
  expect([plan.complete, [0, 2].includes(exitCode)]).toEqual([true, true]);
  const changes = plan.clusters.flatMap(({ name, changes: own }) =>
    own.map((change) => `${name} ${change.stage} ${change.action} ${change.kind} ${change.namespace ?? ''}/${change.name}`),
  );
  return { plan, changes };
}

async function applied(): Promise<string[]> {
  const { stdout, exitCode } = await run(['apply', '--lock-ttl', '3', '--format', 'json']);
  const { steps, reason } = JSON.parse(stdout) as { steps: { stage: string; object: string }[]; reason?: string };
  expect([exitCode, reason]).toEqual([0, undefined]);
  return steps.map(({ stage, object }) => `${stage} ${object}`);
}

async function recorded(): Promise<string | undefined> {
  const lease = await central.get({ resource: LEASES, namespace: 'contrail', name: 'cn2-fleet-guide' });
  return lease?.metadata.annotations?.['cn2-fleet/extra-kinds'];
}

const notes = () => central.get({ resource: CONFIG_MAPS, namespace: 'ns1', name: 'notes' });
const gateway = () => central.get({ resource: ROUTERS, namespace: 'contrail', name: 'gateway' });
const edge = () => distributed.get({ resource: NADS, namespace: 'ns1', name: 'edge' });

const ALL = { 'cluster1/bgp.yaml': BGP, 'cluster1/notes.yaml': NOTES, 'cluster2/edge.yaml': NAD };

test('objects of one’s own are planned with what a fleet declares, a kind too that nothing serves yet', async () => {
  const { plan, changes } = await approve(ALL);
  expect(changes).toEqual(
    expect.arrayContaining([
      'cluster1 80-networks create BGPRouter contrail/gateway',
      'cluster1 95-extra create ConfigMap ns1/notes',
      'cluster2 95-extra create NetworkAttachmentDefinition ns1/edge',
    ]),
  );
  expect(plan.findings.map(({ message }) => message)).toContain(
    'cluster2 does not serve NetworkAttachmentDefinition of k8s.cni.cncf.io/v1 yet: what extra has of it is not previewed',
  );
}, 60_000);

test('they are applied in their order, and then there is nothing to do', async () => {
  const nad = definition(NAD_GROUP, 'NetworkAttachmentDefinition', NADS.plural, 'v1', {
    spec: { type: 'object', properties: { config: { type: 'string' } } },
  });
  await distributed.create(DEFINITIONS, nad);
  const steps = await applied();
  const at = (step: string) => {
    expect(steps).toContain(step);
    return steps.indexOf(step);
  };
  const order = [
    '80-networks Subnet/ns1/subnet1',
    '80-networks BGPRouter/contrail/gateway',
    '80-networks VirtualNetwork/ns1/vn1',
    '80-networks gate',
    '90-routers gate',
    '95-extra ConfigMap/ns1/notes',
  ].map(at);
  expect(at('95-extra NetworkAttachmentDefinition/ns1/edge')).toBeGreaterThan(at('90-routers gate'));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(await recorded()).toBe(
    '{"cluster1":["/ConfigMap","core.contrail.juniper.net/BGPRouter"],"cluster2":["k8s.cni.cncf.io/NetworkAttachmentDefinition"]}',
  );
  expect((await planned()).changes).toEqual([]);
  expect((await run(['drift'])).exitCode).toBe(0);
}, 180_000);

test('a manual change is drift, and what is approved comes back', async () => {
  const url = `${world.central.url}/api/v1/namespaces/ns1/configmaps/notes`;
  await asAdministrator(url, 'PATCH', { data: { contact: 'me' } }, 'application/merge-patch+json');
  const drift = await run(['drift', '--format', 'json']);
  expect(drift.exitCode).toBe(2);
  const { clusters } = JSON.parse(drift.stdout) as { clusters: { changes: { kind: string; fields: { path: string }[] }[] }[] };
  expect(clusters.flatMap(({ changes }) => changes)).toMatchObject([{ kind: 'ConfigMap', fields: [{ path: '/data/contact' }] }]);
  expect((await approve(ALL)).changes).toEqual(['cluster1 95-extra update ConfigMap ns1/notes']);
  await applied();
  expect((await notes())?.['data']).toEqual({ contact: 'netops' });
}, 120_000);

test('the last object of a kind goes when it leaves, also where the apply was killed on the way', async () => {
  const { changes } = await approve({ 'cluster1/bgp.yaml': BGP, 'cluster1/notes.yaml': NOTES });
  expect(changes).toEqual(['cluster2 95-extra delete NetworkAttachmentDefinition ns1/edge']);
  const killed = await run(['apply', '--lock-ttl', '3'], { killAt: (line) => line.includes('NetworkAttachmentDefinition') });
  expect(killed.signal).toBe('SIGKILL');
  expect(await recorded()).toContain('NetworkAttachmentDefinition');
  await applied();
  expect(await edge()).toBeUndefined();
  expect(await recorded()).toBe('{"cluster1":["/ConfigMap","core.contrail.juniper.net/BGPRouter"]}');
}, 180_000);

test('what leaves all at once goes the other way round, and nothing stays recorded', async () => {
  expect((await approve({})).changes).toEqual([
    'cluster1 95-extra delete ConfigMap ns1/notes',
    'cluster1 80-networks delete BGPRouter contrail/gateway',
  ]);
  const drift = await run(['drift']);
  expect(drift.stdout).toContain('notes');
  const steps = await applied();
  expect(steps.filter((step) => /notes|gateway/.test(step))).toEqual([
    '95-extra ConfigMap/ns1/notes',
    '80-networks BGPRouter/contrail/gateway',
  ]);
  expect([await notes(), await gateway(), await recorded()]).toEqual([undefined, undefined, undefined]);
  expect((await planned()).changes).toEqual([]);
}, 180_000);

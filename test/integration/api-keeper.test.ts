import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { Resource } from '../../src/model/kubernetes.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { ApiKeeper } from '../support/api-keeper.ts';
import { takeApiServer } from '../support/api-servers.ts';
import { cn2Definitions, DEFINITIONS } from '../support/cn2-definitions.ts';

const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const NODES: Resource = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };
const CONFIG_MAPS: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: false };
const ROLES: Resource = { ...RBAC, kind: 'ClusterRole', plural: 'clusterroles' };
const BINDINGS: Resource = { ...RBAC, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings' };

/** What moves without anybody's doing: of Leases only names are compared. */
const MOVING = ['Lease'];

let first: Map<string, string>;
let url: string;

/** Every object of every kind that can be listed, as text: with its uid, so that nothing can have been made again. */
async function everything(server: ApiServer): Promise<Map<string, string>> {
  await using cluster = kubernetesConnector().connect(server.name, server.kubeconfig);
  const found = new Map<string, string>();
  for (const resource of (await cluster.discover()).resources) {
    for (const object of await cluster.list(resource)) {
      const { resourceVersion: _, ...metadata } = object.metadata;
      const text = MOVING.includes(resource.kind) ? '' : JSON.stringify({ ...object, metadata });
      found.set([resource.group, resource.plural, metadata.namespace ?? '', metadata.name].join('/'), text);
    }
  }
  return found;
}

async function changeAllOverIt(cluster: Cluster): Promise<void> {
  for (const definition of cn2Definitions('central')) await cluster.create(DEFINITIONS, definition);
  await cluster.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'left' } });
  await cluster.create(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'left', labels: { left: 'yes' } } });
  await cluster.create(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'left', name: 'left' } });
  await cluster.apply(NAMESPACES, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'default', labels: { changed: 'yes' } },
  });
  // Aggregated into admin, edit and view by a controller.
  await cluster.create(ROLES, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'left', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    rules: [{ apiGroups: ['left.example'], resources: ['lefts'], verbs: ['get'] }],
  });
  await cluster.delete({ resource: BINDINGS, name: 'system:basic-user' });
}

/** Its own: that of the run has servers which other files give back meanwhile. */
let keeper: ApiKeeper;
const OF_THE_RUN = process.env['CN2_FLEET_API_KEEPER'];

beforeAll(async () => {
  keeper = await ApiKeeper.start();
  process.env['CN2_FLEET_API_KEEPER'] = keeper.socket;
  const server = await takeApiServer({ name: 'one', podSubnets: ['10.1.0.0/16'] });
  ({ url } = server);
  first = await everything(server);
  await using cluster = kubernetesConnector().connect('one', server.kubeconfig);
  await changeAllOverIt(cluster);
  await server.stop();
}, 120_000);

let next: ApiServer | undefined;

afterAll(async () => {
  await next?.stop();
  await keeper?.[Symbol.asyncDispose]();
  if (OF_THE_RUN === undefined) delete process.env['CN2_FLEET_API_KEEPER'];
  else process.env['CN2_FLEET_API_KEEPER'] = OF_THE_RUN;
});

test('the next one gets the same server, and nothing is left in it of the one before', async () => {
  next = await takeApiServer({ name: 'two', podSubnets: ['10.2.0.0/16'] });
  expect(next.url).toBe(url);
  const now = await everything(next);
  const configuration = '/configmaps/kube-system/kubeadm-config';
  expect(now.get(configuration)).toContain('10.2.0.0/16');
  expect(now.get(configuration)).not.toContain('10.1.0.0/16');
  for (const objects of [first, now]) objects.delete(configuration);
  expect(Object.fromEntries(now)).toEqual(Object.fromEntries(first));
  expect(now.size).toBeGreaterThan(100);
}, 60_000);

test('its audit log begins with the one that has it', async () => {
  const events = (await readFile(next!.auditLog!, 'utf8')).trim().split('\n');
  const asked = events.map((line) => JSON.parse(line) as { requestURI: string; userAgent: string });
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter(({ requestURI }) => requestURI.includes('left'))).toEqual([]);
});

test('one that was killed is not handed out again', async () => {
  await next!.stop();
  await using server = await takeApiServer({ name: 'three' });
  expect(server.url).toBe(url);
  await server.kill();
  await expect(everything(server)).rejects.toThrow(/refuses connections/);
  await using other = await takeApiServer({ name: 'four' });
  expect(other.url).not.toBe(url);
}, 60_000);

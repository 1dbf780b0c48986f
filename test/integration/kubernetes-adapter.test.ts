import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import { type Cluster, ClusterError, type WatchEvent } from '../../src/ports/cluster.ts';
import { takeApiServer } from '../support/api-servers.ts';

const CONFIG_MAPS: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const SECRETS: Resource = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
const API_SERVICES: Resource = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  namespaced: false,
};
const CRDS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};
const ROUTERS: Resource = { group: 'test.example', version: 'v1', kind: 'Router', plural: 'routers', namespaced: true };

function configMap(name: string, data: Record<string, string>, metadata: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...metadata }, data };
}

async function failureOf(promise: Promise<unknown>): Promise<ClusterError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ClusterError) return error;
    throw error;
  }
  throw new Error('it succeeded');
}

describe('the Kubernetes adapter against a real API server', () => {
  let server: ApiServer;
  let cluster: Cluster;

  beforeAll(async () => {
    server = await takeApiServer({ name: 'adapter' });
    cluster = kubernetesConnector().connect('adapter', server.kubeconfig);
  }, 90_000);

  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    await server?.stop();
  });

  test('discovers every kind in three requests, preferred version first', async () => {
    const fresh = kubernetesConnector().connect('adapter', server.kubeconfig);
    const found = await fresh.discover();
    expect(fresh.counts()).toEqual({ total: 3, byVerb: { GET: 3 } });
    expect(found.resources).toContainEqual(CONFIG_MAPS);
    expect(found.resources).toContainEqual(CRDS);
    expect(found.resources.find(({ kind }) => kind === 'HorizontalPodAutoscaler')?.version).toBe('v2');
    expect(found.unavailableGroups).toEqual([]);
    expect(found.serverVersion).toMatch(/^v1\.\d+\.\d+/);
    await fresh[Symbol.asyncDispose]();
  });

  test('names a group whose API service does not answer, and leaves its kinds out', async () => {
    await cluster.create(API_SERVICES, {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.core.contrail.example' },
      spec: {
        group: 'core.contrail.example',
        version: 'v1',
        groupPriorityMinimum: 1000,
        versionPriority: 10,
        insecureSkipTLSVerify: true,
        service: { namespace: 'default', name: 'nowhere' },
      },
    });
    let groups: string[] = [];
    for (let attempt = 0; attempt < 100 && groups.length === 0; attempt++) groups = (await cluster.discover()).unavailableGroups;
    expect(groups).toEqual(['core.contrail.example']);
    const error = await failureOf(
      cluster.list({ group: 'core.contrail.example', version: 'v1', kind: 'Subnet', plural: 'subnets', namespaced: true }),
    );
    expect(error.cause).toBe('unavailable');
    expect(error.message).toBe('adapter: the API that serves subnets.core.contrail.example is not available (503)');
    await cluster.delete({ resource: API_SERVICES, name: 'v1.core.contrail.example' });
  });

  test('lists over several pages and gives every item its kind', async () => {
    await Promise.all(Array.from({ length: 510 }, (_, index) => cluster.create(CONFIG_MAPS, configMap(`many-${index}`, {}))));
    const before = cluster.counts().byVerb['LIST'] ?? 0;
    const items = await cluster.list(CONFIG_MAPS, { namespace: 'default' });
    expect((cluster.counts().byVerb['LIST'] ?? 0) - before).toBe(2);
    expect(new Set(items.map((item) => item.metadata.name)).size).toBe(items.length);
    expect(items.filter((item) => item.metadata.name.startsWith('many-'))).toHaveLength(510);
    expect(items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    await Promise.all(
      items.map((item) => cluster.delete({ resource: CONFIG_MAPS, namespace: 'default', name: item.metadata.name })),
    );
  }, 60_000);

  test('keeps fields that no client library knows', async () => {
    await cluster.apply(CRDS, crd());
    const router = {
      apiVersion: 'test.example/v1',
      kind: 'Router',
      metadata: { name: 'r', namespace: 'default' },
      spec: { newField: { deep: [1, 'two'] } },
    };
    await eventually(() => cluster.apply(ROUTERS, router));
    expect((await cluster.get({ resource: ROUTERS, namespace: 'default', name: 'r' }))?.['spec']).toEqual({
      newField: { deep: [1, 'two'] },
    });
  });

  test('answers undefined for an object that is missing, an error for a kind that is', async () => {
    expect(await cluster.get({ resource: CONFIG_MAPS, namespace: 'default', name: 'nothing' })).toBeUndefined();
    const error = await failureOf(
      cluster.get({ resource: { ...ROUTERS, group: 'nobody.example' }, namespace: 'default', name: 'x' }),
    );
    expect(error.cause).toBe('not-found');
    expect(error.message).toBe('adapter: the cluster does not serve routers.nobody.example (404)');
  });

  describe('preconditions of writes', () => {
    test('creates only what is absent: an impossible resourceVersion', async () => {
      const created = await cluster.apply(CONFIG_MAPS, configMap('create-only', { a: '1' }, { resourceVersion: '1' }));
      expect(created.metadata.managedFields?.map(({ manager, operation }) => [manager, operation])).toEqual([
        ['cn2-fleet', 'Apply'],
      ]);
      const again = await failureOf(
        cluster.apply(CONFIG_MAPS, configMap('create-only', { a: '2' }, { resourceVersion: '1' }), { force: true }),
      );
      expect(again.cause).toBe('conflict');
      expect(again.fieldConflicts).toEqual([]);
    });

    test('updates only the object and the state that were seen', async () => {
      const first = await cluster.apply(CONFIG_MAPS, configMap('update', { a: '1' }));
      const { uid, resourceVersion } = first.metadata;
      const second = await cluster.apply(CONFIG_MAPS, configMap('update', { a: '2' }, { uid, resourceVersion }));
      expect(second.metadata.resourceVersion).not.toBe(resourceVersion);
      expect((await failureOf(cluster.apply(CONFIG_MAPS, configMap('update', { a: '3' }, { uid, resourceVersion })))).cause).toBe(
        'conflict',
      );
      const wrong = configMap(
        'update',
        { a: '3' },
        { uid: '00000000-0000-0000-0000-000000000000', resourceVersion: second.metadata.resourceVersion },
      );
      expect((await failureOf(cluster.apply(CONFIG_MAPS, wrong))).cause).toBe('invalid');
      await cluster.delete({ resource: CONFIG_MAPS, namespace: 'default', name: 'update' });
      expect((await failureOf(cluster.apply(CONFIG_MAPS, configMap('update', { a: '3' }, { uid, resourceVersion })))).cause).toBe(
        'conflict',
      );
    });

    test('leaves resourceVersion as it is when nothing changes', async () => {
      const first = await cluster.apply(CONFIG_MAPS, configMap('same', { a: '1' }));
      const second = await cluster.apply(CONFIG_MAPS, configMap('same', { a: '1' }));
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    });

    test('deletes only the object and the state that were seen', async () => {
      const first = await cluster.apply(CONFIG_MAPS, configMap('delete', { a: '1' }));
      const target = { resource: CONFIG_MAPS, namespace: 'default', name: 'delete' };
      const wrongUid = await failureOf(cluster.delete(target, { uid: 'other' }));
      expect([wrongUid.cause, wrongUid.status]).toEqual(['conflict', 409]);
      await cluster.apply(CONFIG_MAPS, configMap('delete', { a: '2' }));
      const { uid = '', resourceVersion = '' } = first.metadata;
      expect((await failureOf(cluster.delete(target, { uid, resourceVersion }))).cause).toBe('conflict');
      await cluster.delete(target, { uid });
      expect(await cluster.get(target)).toBeUndefined();
      await cluster.delete(target);
    });

    test('names every field in conflict and its owner, without force, in a dry-run too', async () => {
      await cluster.apply(CONFIG_MAPS, configMap('conflict', { a: '1', b: '1' }), { fieldManager: 'somebody "else"' });
      const error = await failureOf(cluster.apply(CONFIG_MAPS, configMap('conflict', { a: '2', b: '1' }), { dryRun: true }));
      expect(error.cause).toBe('conflict');
      expect(error.fieldConflicts).toEqual([{ field: '.data.a', manager: 'somebody "else"' }]);
      expect(error.message).toBe(
        'adapter: configmaps default/conflict: .data.a belongs to field manager "somebody \\"else\\"" (409)',
      );
      await cluster.apply(CONFIG_MAPS, configMap('conflict', { a: '2' }), { dryRun: true, force: true });
      expect((await cluster.get({ resource: CONFIG_MAPS, namespace: 'default', name: 'conflict' }))?.['data']).toEqual({
        a: '1',
        b: '1',
      });
    });

    test('says invalid for a field that is not in the schema, and for a namespace that is not there not-found', async () => {
      const unknown = await failureOf(cluster.apply(CONFIG_MAPS, { ...configMap('invalid', {}), nonsense: 1 }, { dryRun: true }));
      expect(unknown.cause).toBe('invalid');
      const nowhere = await failureOf(cluster.apply(CONFIG_MAPS, configMap('x', {}, { namespace: 'nowhere' }), { dryRun: true }));
      expect(nowhere.cause).toBe('not-found');
      expect(nowhere.message).toContain('namespaces "nowhere" not found');
    });

    test('never repeats what the server quotes of a Secret', async () => {
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's', namespace: 'default' },
        data: { key: 'hunter2-is-no-base64!' },
      };
      const error = await failureOf(cluster.apply(SECRETS, secret));
      expect(error.message).not.toContain('hunter2');
      expect((await failureOf(cluster.create(SECRETS, secret))).message).not.toContain('hunter2');
    });
  });

  describe('watch', () => {
    test('starts with what is there, follows changes, ends with the signal', async () => {
      await cluster.apply(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'watched' } });
      await cluster.apply(CONFIG_MAPS, configMap('w1', { a: '1' }, { namespace: 'watched' }));
      const stop = new AbortController();
      const seen: string[] = [];
      const watching = (async () => {
        for await (const { type, object } of cluster.watch(CONFIG_MAPS, { namespace: 'watched', signal: stop.signal })) {
          if (object.metadata.name.startsWith('w')) seen.push(`${type} ${object.metadata.name}`);
        }
      })();
      await eventually(() => expect(seen).toEqual(['ADDED w1']));
      await cluster.apply(CONFIG_MAPS, configMap('w1', { a: '2' }, { namespace: 'watched' }));
      await cluster.apply(CONFIG_MAPS, configMap('w2', {}, { namespace: 'watched' }));
      await cluster.delete({ resource: CONFIG_MAPS, namespace: 'watched', name: 'w1' });
      await eventually(() => expect(seen).toEqual(['ADDED w1', 'MODIFIED w1', 'ADDED w2', 'DELETED w1']));
      stop.abort();
      await watching;
    });

    test('lets go of its connection when the consumer leaves', async () => {
      const stop = new AbortController();
      let first: WatchEvent | undefined;
      for await (const event of cluster.watch(NAMESPACES, { name: 'default', signal: stop.signal })) {
        first = event;
        break;
      }
      expect(first?.object.metadata.name).toBe('default');
    });

    test('refuses a kind that the cluster does not serve', async () => {
      const events = cluster.watch({ ...ROUTERS, group: 'nobody.example' }, { signal: new AbortController().signal });
      expect((await failureOf(events[Symbol.asyncIterator]().next())).cause).toBe('not-found');
    });
  });

  describe('a login that is not enough', () => {
    test('says 401 in words', async () => {
      const stranger = kubernetesConnector().connect('adapter', server.kubeconfig.replace(/token: .*}/, 'token: nobody}'));
      const error = await failureOf(stranger.discover());
      expect([error.cause, error.message]).toEqual([
        'unauthorized',
        'adapter: the server does not accept the credential (401): expired, revoked, or of another cluster',
      ]);
      await stranger[Symbol.asyncDispose]();
    });

    test('says which verb and resource a 403 is about', async () => {
      const restricted = server.kubeconfig.replace(/user: \{token/, 'user: {as: some-reader, token');
      const reader = kubernetesConnector().connect('adapter', restricted);
      const listing = await failureOf(reader.list(CONFIG_MAPS, { namespace: 'default' }));
      expect([listing.cause, listing.message]).toEqual([
        'forbidden',
        'adapter: the credential may not list configmaps in namespace default (403)',
      ]);
      expect((await failureOf(reader.apply(CONFIG_MAPS, configMap('x', {}), { dryRun: true }))).message).toBe(
        'adapter: the credential may not patch configmaps in namespace default (403)',
      );
      await reader[Symbol.asyncDispose]();
    });
  });

  test('looks at a certificate without trusting it', async () => {
    const seen = await cluster.peerCertificate(server.url);
    expect(seen?.names).toContain('kubernetes.default.svc');
    expect(Date.parse(seen?.notAfter ?? '')).toBeGreaterThan(Date.now());
    expect(await cluster.peerCertificate('https://127.0.0.1:1')).toBeUndefined();
  });

  test('refuses a server that the kubeconfig has no authority for', async () => {
    const blind = kubernetesConnector().connect('adapter', server.kubeconfig.replace(/, certificate-authority-data: [^}]*/, ''));
    const error = await failureOf(blind.discover());
    expect(error.cause).toBe('certificate');
    expect(error.message).toBe(
      `adapter: the certificate of ${server.url} is signed by an authority that the kubeconfig does not name`,
    );
  });

  test('keeps a handful of connections for hundreds of reads', async () => {
    const start = Date.now();
    await Promise.all(Array.from({ length: 300 }, () => cluster.get({ resource: NAMESPACES, name: 'default' })));
    expect(Date.now() - start).toBeLessThan(10_000);
  });
});

async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function crd(): KubernetesObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'routers.test.example' },
    spec: {
      group: 'test.example',
      scope: 'Namespaced',
      names: { plural: 'routers', singular: 'router', kind: 'Router', listKind: 'RouterList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          },
        },
      ],
    },
  };
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Agent, fetch } from 'undici';
import { parse } from 'yaml';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { systemClock } from '../../src/adapters/node/clock.ts';
import { expect as expectedOf } from '../../src/expectation/expect.ts';
import { smokeDocument } from '../../src/expectation/smoke-document.ts';
import type { Cluster, ExecRequest } from '../../src/ports/cluster.ts';
import type { Progress } from '../../src/ports/reporter.ts';
import { NAMESPACES, PODS } from '../../src/probe/marks.ts';
import { probePod } from '../../src/probe/probe-pod.ts';
import { probesFor } from '../../src/probe/probes.ts';
import { routelessProbes } from '../../src/probe/routeless.ts';
import { runSmoke, type SmokeInput } from '../../src/probe/run-smoke.ts';
import { takeApiServer } from '../support/api-servers.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { smokeFleet } from '../support/smoke-fleet.ts';
import { probeImagesFor } from '../support/smoke-world.ts';

const request: ExecRequest = {
  namespace: 'default',
  pod: 'probe',
  container: 'probe',
  command: ['sh', '-c', 'true'],
  deadline: 2_000,
  sentinel: '#END',
};

interface Kubeconfig {
  clusters: { cluster: { 'certificate-authority-data': string } }[];
  users: { user: { token: string } }[];
}

const parts = (kubeconfig: string) => parse(kubeconfig) as Kubeconfig;
const authority = (server: ApiServer) => parts(server.kubeconfig).clusters[0]!.cluster['certificate-authority-data'];

/** Two real API servers without nodes; the test plays the kubelet by writing pod status. */
describe('probes and exec against real API servers', () => {
  let servers: ApiServer[];
  let clusters: Map<string, Cluster>;
  const hole: { server?: Server } = {};

  const raw = async (name: string, method: string, path: string, body?: object, type = 'application/merge-patch+json') => {
    const at = servers.findIndex((server) => server.name === name);
    const { token } = parts(servers[at]!.kubeconfig).users[0]!.user;
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const answer = await fetch(`${servers[at]!.url}${path}`, {
      method,
      dispatcher,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    await dispatcher.close();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as { items: { metadata: { name: string; namespace: string }; status?: { phase?: string } }[] };
  };

  beforeAll(async () => {
    servers = await Promise.all(['cluster1', 'cluster2'].map((name) => takeApiServer({ name })));
    const connector = kubernetesConnector();
    clusters = new Map(servers.map((server) => [server.name, connector.connect(server.name, server.kubeconfig)]));
  }, 120_000);

  afterAll(async () => {
    hole.server?.close();
    await Promise.all([...clusters.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  test('a pod that is not there: the API server is asked over TLS with the token, its words come back', async () => {
    const result = await clusters.get('cluster1')!.exec(request);
    expect(result).toMatchObject({
      status: 'incomplete',
      reason: expect.stringMatching(/refused with HTTP status 404: pods "probe" not found/),
    });
    expect(clusters.get('cluster1')!.counts().byVerb['EXEC']).toBe(1);
  });

  test('through the proxy of the kubeconfig, TLS with the server inside the tunnel', async () => {
    await using proxy = await startConnectProxy();
    const kubeconfig = parse(servers[0]!.kubeconfig) as { clusters: { cluster: Record<string, string> }[] };
    kubeconfig.clusters[0]!.cluster['proxy-url'] = `http://${proxy.host}`;
    await using cluster = kubernetesConnector().connect('cluster1', JSON.stringify(kubeconfig));
    expect(await cluster.exec(request)).toMatchObject({ reason: expect.stringContaining('404: pods "probe" not found') });
    expect(proxy.seen.map(({ url }) => `https://${url}`)).toEqual([servers[0]!.url]);
  });

  test('another authority and a token that is not known are sentences, not stack traces', async () => {
    const [one, two] = servers as [ApiServer, ApiServer];
    const connector = kubernetesConnector();
    await using wrong = connector.connect('cluster1', one.kubeconfig.replace(authority(one), authority(two)));
    expect(await wrong.exec(request)).toMatchObject({
      status: 'incomplete',
      reason: expect.stringMatching(/authority|certificate/),
    });
    await using unknown = connector.connect(
      'cluster1',
      one.kubeconfig.replaceAll(parts(one.kubeconfig).users[0]!.user.token, 'nobody'),
    );
    expect(await unknown.exec(request)).toMatchObject({
      status: 'incomplete',
      reason: expect.stringContaining('HTTP status 401'),
    });
  });

  test('a kubelet that takes the connection and says nothing: the deadline holds through the API server', async () => {
    const kubelet = createServer(() => undefined).listen(0, '127.0.0.1');
    hole.server = kubelet;
    await once(kubelet, 'listening');
    const port = (kubelet.address() as { port: number }).port;
    await raw(
      'cluster1',
      'POST',
      '/api/v1/nodes',
      { apiVersion: 'v1', kind: 'Node', metadata: { name: 'hole' } },
      'application/json',
    );
    await raw('cluster1', 'PATCH', '/api/v1/nodes/hole/status', {
      status: { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], daemonEndpoints: { kubeletEndpoint: { Port: port } } },
    });
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'stuck' },
      spec: { nodeName: 'hole', containers: [{ name: 'probe', image: 'x' }] },
    };
    await raw('cluster1', 'POST', '/api/v1/namespaces/default/pods', pod, 'application/json');
    const started = Date.now();
    const result = await clusters.get('cluster1')!.exec({ ...request, pod: 'stuck' });
    expect(result).toMatchObject({
      status: 'incomplete',
      reason: expect.stringMatching(/did not end within 2 s|closed|refused/),
    });
    expect(Date.now() - started).toBeLessThan(6_000);
    await raw('cluster1', 'DELETE', '/api/v1/namespaces/default/pods/stuck', { gracePeriodSeconds: 0 }, 'application/json');
  });

  test('the default-network probe passes Pod Security "restricted" and strict field validation; the one with routes does not and says why', async () => {
    const cluster = clusters.get('cluster1')!;
    const probes = probesFor(smokeFleet(), expectedOf(smokeFleet()), 'run');
    const options = { image: 'example.org/probe:1', run: 'run', now: Date.now(), pullSecret: 'x' };
    const enforce = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    for (const name of ['cn2-fleet-smoke', 'ns1']) {
      await cluster.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: enforce } });
    }
    const plain = probePod(probes[0]!, 'plain', { ...options, echo: 'ping-socket' as const, routes: [] });
    expect((await cluster.create(PODS, plain, { dryRun: true })).metadata.name).toBe('plain');
    const routes = [{ cidr: '20.0.0.0/24', gateway: '10.0.0.1' }];
    const withRoutes = { ...options, echo: 'ping-socket' as const, routes };
    const routed = probePod(probes[2]!, 'routed', withRoutes);
    const said: string[] = [];
    const reporter = { progress: (event: Progress) => void said.push('text' in event ? event.text : '') };
    const routeless = await routelessProbes(cluster, [{ probe: probes[2]!, options: withRoutes }], {
      expected: expectedOf(smokeFleet()),
      reporter,
    });
    const reason = /^cluster1: namespace ns1 refuses the init container .* \(Pod Security "restricted:latest"\): allow NET_ADMIN/;
    expect([...routeless.values()]).toEqual([expect.stringMatching(reason)]);
    expect(said).toEqual([expect.stringMatching(/; 2 paths will not be measured$/)]);
    await expect(cluster.create(PODS, routed, { dryRun: true })).rejects.toThrow(/PodSecurity|forbidden/i);
    await raw('cluster1', 'PATCH', '/api/v1/namespaces/ns1', {
      metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    });
    // Admission reads a namespace's labels from a cache.
    const created = await eventually(() => cluster.create(PODS, routed, { dryRun: true }));
    expect(created.metadata.name).toBe('routed');
    for (const name of ['cn2-fleet-smoke', 'ns1']) await cluster.delete({ resource: NAMESPACES, name });
  });

  /** Gives pods the status that a kubelet would. */
  async function play(status: (name: string) => object, until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      for (const name of ['cluster1', 'cluster2']) {
        const { items } = await raw(name, 'GET', '/api/v1/pods?labelSelector=cn2-fleet%2Fsmoke');
        for (const { metadata, status: live } of items) {
          if (live?.phase === 'Running') continue;
          const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`;
          await raw(name, 'PATCH', path, { status: status(metadata.name) }).catch(() => undefined);
        }
      }
      await systemClock.sleep(200, until);
    }
  }

  async function smoke(status: (name: string) => object, change: Partial<SmokeInput> = {}) {
    const fleet = smokeFleet({ networks: [], connections: [] });
    const done = new AbortController();
    const players = play(status, done.signal);
    const result = await runSmoke({
      fleet,
      expected: expectedOf(fleet),
      clusters,
      resources: async () => PODS,
      clock: systemClock,
      reporter: { progress: () => undefined },
      runId: `it-${Date.now()}`,
      signal: new AbortController().signal,
      images: probeImagesFor(fleet),
      ask: async () => undefined,
      ...change,
    });
    done.abort();
    await players;
    return smokeDocument(fleet, expectedOf(fleet), result);
  }

  async function remains(): Promise<string[]> {
    const found: string[] = [];
    for (const name of ['cluster1', 'cluster2']) {
      const pods = await raw(name, 'GET', '/api/v1/pods');
      for (const { metadata } of pods.items) if (/cn2-fleet-smoke/.test(metadata.name)) found.push(metadata.name);
    }
    return found;
  }

  test('without the namespace of the fleet nothing is measured, and the reason says what makes it', async () => {
    await gone();
    const document = await smoke(() => ({ phase: 'Pending' }), { images: probeImagesFor(smokeFleet(), '{"auths":{}}') });
    expect(new Set(document.pairs.map((pair) => pair.verdict))).toEqual(new Set(['not-run']));
    expect(document.pairs[0]?.reason).toContain(
      'cluster1: namespace cn2-fleet-smoke does not exist; it is an object of the fleet',
    );
    expect(document.leftovers).toBeUndefined();
    for (const cluster of clusters.values())
      expect(await cluster.get({ resource: NAMESPACES, name: 'cn2-fleet-smoke' })).toBeUndefined();
  }, 90_000);

  test('an image that cannot be pulled is reported in seconds, also where the namespace is a moment old; nothing is left', async () => {
    for (const cluster of clusters.values())
      await cluster.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cn2-fleet-smoke' } });
    const started = Date.now();
    const document = await smoke(() => ({
      phase: 'Pending',
      containerStatuses: [
        {
          name: 'probe',
          image: 'x',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: 'ErrImagePull', message: 'no such host' } },
        },
      ],
    }));
    expect(document.pairs.map((pair) => [pair.verdict, pair.reason])).toEqual(
      Array(2).fill(['not-run', 'source: ErrImagePull: no such host']),
    );
    expect(Date.now() - started).toBeLessThan(40_000);
    expect(document.leftovers).toBeUndefined();
    expect(await remains()).toEqual([]);
  }, 90_000);

  test('interrupted while probes start: deletes are out within 3 s and pods go', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 4_000);
    const started = Date.now();
    const document = await smoke(() => ({ phase: 'Pending' }), { signal: abort.signal });
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(new Set(document.pairs.map((pair) => pair.reason))).toEqual(new Set(['interrupted']));
    for (let at = 0; at < 60 && (await remains()).length > 0; at++) await systemClock.sleep(500);
    expect(await remains()).toEqual([]);
  }, 90_000);

  /** The namespace of a test before may still be on its way out. */
  async function gone(): Promise<void> {
    for (const cluster of clusters.values())
      for (let at = 0; at < 60; at++) {
        if ((await cluster.get({ resource: NAMESPACES, name: 'cn2-fleet-smoke' })) === undefined) break;
        await systemClock.sleep(500);
      }
  }
});

/** The first success within 10 s, or the last error. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await systemClock.sleep(50);
    }
  }
}

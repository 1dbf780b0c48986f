import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { systemClock } from '../../src/adapters/node/clock.ts';
import { EVERY_RIGHT } from '../../src/doctor/rights.ts';
import { expect as expectedOf } from '../../src/expectation/expect.ts';
import { smokeDocument } from '../../src/expectation/smoke-document.ts';
import { missingRights } from '../../src/observe/rights.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { NAMESPACES, PODS } from '../../src/probe/marks.ts';
import { runSmoke } from '../../src/probe/run-smoke.ts';
import { takeApiServer } from '../support/api-servers.ts';
import { asAdministrator } from '../support/as-administrator.ts';
import { connectAs, deploy } from '../support/deployed-identities.ts';
import { SmallKubelet } from '../support/small-kubelet.ts';
import { smokeFleet } from '../support/smoke-fleet.ts';
import { probeImagesFor } from '../support/smoke-world.ts';

/** Two real API servers whose pods run on this host: RBAC, admission, and logs through the API server. */
describe('a smoke test by the identity of deploy/, without exec', () => {
  const fleet = smokeFleet({ networks: [], connections: [] });
  let servers: ApiServer[];
  const administrators = new Map<string, Cluster>();
  const identities = new Map<string, Cluster>();
  const kubelets: SmallKubelet[] = [];

  beforeAll(async () => {
    servers = await Promise.all(['cluster1', 'cluster2'].map((name) => takeApiServer({ name })));
    await Promise.all(
      servers.map(async (server, at) => {
        const cluster = await kubernetesConnector().connect(server.name, server.kubeconfig);
        administrators.set(server.name, cluster);
        await cluster.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cn2-fleet-smoke' } });
        await deploy(cluster, 'distributed', ['smoke.yaml']);
        kubelets.push(await SmallKubelet.start(server, 10 + 100 * at));
        identities.set(server.name, await connectAs('smoke', cluster));
      }),
    );
  }, 120_000);

  afterAll(async () => {
    await Promise.all(kubelets.map((kubelet) => kubelet[Symbol.asyncDispose]()));
    await Promise.all([...administrators.values(), ...identities.values()].map((each) => each[Symbol.asyncDispose]()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  async function smoke() {
    const execs = () => [...identities.values()].map((cluster) => cluster.counts().byVerb['EXEC'] ?? 0);
    const before = execs();
    const result = await runSmoke({
      fleet,
      expected: expectedOf(fleet),
      clusters: new Map([...identities]),
      resources: async () => PODS,
      clock: systemClock,
      reporter: { progress: () => undefined },
      runId: `it-${Date.now()}`,
      signal: new AbortController().signal,
      images: probeImagesFor(fleet),
      ask: async (cluster, rights) => {
        const answer = await missingRights(cluster, rights, EVERY_RIGHT);
        return 'problem' in answer ? undefined : answer.missing;
      },
    });
    const document = smokeDocument(fleet, result.expected, result);
    return { document, execs: execs().map((count, at) => count - before[at]!) };
  }

  /** Takes verbs on a resource from the role, or gives them. */
  async function allow(resource: string, verbs: readonly string[]): Promise<void> {
    for (const { url } of servers) {
      const path = `${url}/apis/rbac.authorization.k8s.io/v1/clusterroles/cn2-fleet-smoke`;
      const { rules } = JSON.parse(await asAdministrator(path, 'PATCH', {}, 'application/merge-patch+json')) as {
        rules: { resources: string[]; verbs: string[] }[];
      };
      const changed = rules.map((rule) =>
        rule.resources.includes(resource) ? { ...rule, verbs: verbs.length === 0 ? ['nothing'] : verbs } : rule,
      );
      await asAdministrator(path, 'PATCH', { rules: changed }, 'application/merge-patch+json');
    }
    // RBAC is read from a cache.
    const [verb = 'get', path = ''] = [verbs[0] ?? 'get', resource];
    const [name = '', subresource] = path.split('/');
    const right = { verb, group: '', resource: name, ...(subresource === undefined ? {} : { subresource }) };
    for (const cluster of identities.values())
      for (let tries = 0; tries < 100; tries += 1) {
        const answer = await missingRights(cluster, [right], EVERY_RIGHT);
        if ('missing' in answer && answer.missing.length === (verbs.length === 0 ? 1 : 0)) break;
        await systemClock.sleep(50);
      }
  }

  async function remains(): Promise<string[]> {
    const lists = await Promise.all([...administrators.values()].map((cluster) => cluster.list(PODS)));
    return lists.flat().flatMap(({ metadata }) => (metadata.deletionTimestamp === undefined ? [metadata.name] : []));
  }

  test('exec is not among its rights: measured by logs, with packets, and nothing is left', async () => {
    await allow('pods/exec', []);
    const { document, execs } = await smoke();
    expect(document.pairs.map(({ verdict, sent, received, reason }) => [verdict, sent, received, reason])).toEqual(
      Array(2).fill(['ok', 5, 5, 'default pod networks with fabric SNAT reach each other']),
    );
    expect(document.pairs[0]?.rttMs?.median).toBeGreaterThan(0);
    expect(document.means).toEqual(
      ['cluster1', 'cluster2'].map((cluster) => ({
        cluster,
        means: 'logs',
        echo: 'ping-socket',
        reason: 'the credential may not get pods/exec in cn2-fleet-smoke',
      })),
    );
    expect(execs).toEqual([0, 0]);
    expect(document.leftovers).toBeUndefined();
    expect(await remains()).toEqual([]);
  }, 60_000);

  test('admission denies exec, which only trying tells: the same', async () => {
    await allow('pods/exec', ['get', 'create']);
    const spec = {
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CONNECT'], resources: ['pods/exec'] }],
      },
      validations: [{ expression: 'false', message: 'no exec here' }],
    };
    for (const { url } of servers) {
      const path = `${url}/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic`;
      const of = (kind: string, body: object) => ({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind,
        metadata: { name: 'no-exec' },
        spec: body,
      });
      await asAdministrator(`${path}ies`, 'POST', of('ValidatingAdmissionPolicy', spec));
      const binding = { policyName: 'no-exec', validationActions: ['Deny'] };
      await asAdministrator(`${path}ybindings`, 'POST', of('ValidatingAdmissionPolicyBinding', binding));
    }
    await denied();
    const { document, execs } = await smoke();
    expect(document.pairs.map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
    expect(document.means?.[0]).toMatchObject({
      means: 'logs',
      reason: expect.stringMatching(/^exec was refused with HTTP status 4\d\d: .*no exec here/),
    });
    expect(execs).toEqual([1, 1]);
    expect(await remains()).toEqual([]);
  }, 60_000);

  test('it may not delete pods: nothing is made', async () => {
    await allow('pods', ['get', 'list', 'watch', 'create']);
    await gone();
    const made = () => [...identities.values()].reduce((sum, cluster) => sum + (cluster.counts().byVerb['WATCH'] ?? 0), 0);
    const before = made();
    const { document } = await smoke();
    expect(new Set(document.pairs.map(({ verdict }) => verdict))).toEqual(new Set(['not-run']));
    expect(document.pairs[0]?.reason).toMatch(
      /^source: cluster\d: nothing was made, as the credential may not delete pods in cn2-fleet-smoke$/,
    );
    expect(made()).toBe(before);
    expect(await remains()).toEqual([]);
  }, 60_000);

  /** A server obeys a policy a moment after it has stored it. */
  async function denied(): Promise<void> {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'tried' },
      spec: { nodeName: 'small', containers: [{ name: 'probe', image: 'x' }] },
    };
    const at = {
      namespace: 'cn2-fleet-smoke',
      pod: 'tried',
      container: 'probe',
      command: ['true'],
      deadline: 2_000,
      sentinel: '#',
    };
    for (const { url, name } of servers) {
      await asAdministrator(`${url}/api/v1/namespaces/cn2-fleet-smoke/pods`, 'POST', pod);
      for (let tries = 0; tries < 100; tries += 1) {
        const result = await administrators.get(name)!.exec(at);
        if ('reason' in result && result.reason.includes('no exec here')) break;
        await systemClock.sleep(50);
      }
      await asAdministrator(`${url}/api/v1/namespaces/cn2-fleet-smoke/pods/tried`, 'DELETE', { gracePeriodSeconds: 0 });
    }
  }

  async function gone(): Promise<void> {
    for (let tries = 0; tries < 50 && (await remains()).length > 0; tries += 1) await systemClock.sleep(100);
  }
});

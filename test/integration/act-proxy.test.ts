import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { publishedAction } from '../../lab/github/act-export.ts';
import { eventOf } from '../../lab/github/events.ts';
import { runWorkflow, type WorkflowRun } from '../../lab/github/workflow-run.ts';
import { onTwin } from '../../lab/github/workflow-run-twin.ts';
import { REPOSITORY as ACTION } from '../../src/version.ts';
import { NO_ACT } from '../support/act-repository.ts';
import { selfSigned } from '../support/certificate.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { type PlainGuide, startPlainGuide } from '../support/plain-guide.ts';
import { type PublishForge, publishForge, REPOSITORY } from '../support/publish-forge.ts';
import { startTlsFront } from '../support/tls-front.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORKFLOW = '.github/workflows/cn2-fleet-plan.yml';
const LOGIN = 'runner:canary-of-the-proxy';

/** A kubeconfig whose server has a name that only the proxy knows; it is still known by its certificate. */
function behindTheProxy(kubeconfig: string, name: string): string {
  return kubeconfig.replace(/https:\/\/[\d.]+:(\d+)"/, `https://${name}:$1", tls-server-name: kubernetes.default.svc`);
}

/** The recipe for a runner behind a proxy: real API servers and a GitHub under names that nothing but the proxy resolves. */
(NO_ACT === undefined ? describe : describe.skip)('docs/recipes/proxy.yml', () => {
  const parts = new AsyncDisposableStack();
  let hub: PublishForge;
  let run: WorkflowRun;
  let pull: number;
  let tunnels: string[];
  let guide: PlainGuide;
  const shown: string[] = [];

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-proxy-'));
    parts.defer(() => rmSync(folder, { recursive: true }));
    const { act } = await ensureBinaries(['act']);
    const action = parts.use(await publishedAction(ROOT));
    guide = parts.use(await startPlainGuide());
    hub = parts.use(await publishForge((text) => guide.declare(text)));
    const recipe = readFileSync(join(ROOT, 'docs/recipes/proxy.yml'), 'utf8');
    await hub.twin.commit(REPOSITORY, { branch: 'main', files: { [WORKFLOW]: recipe } });
    const declaration = await hub.file('main', 'clusters.yaml');
    pull = await hub.openPull('topic', { 'clusters.yaml': declaration.replace('rttP95Ms: 100', 'rttP95Ms: 120') });

    const identity = selfSigned({ names: ['github.test'] });
    writeFileSync(join(folder, 'authority.pem'), identity.certificate);
    const { port } = parts.use(await startTlsFront(hub.twin.port, identity));
    const hosts = {
      'github.test': '127.0.0.1',
      'central.test': new URL(guide.central.url).hostname,
      'distributed.test': new URL(guide.distributed.url).hostname,
    };
    const proxy = parts.use(await startConnectProxy({ hosts, login: LOGIN }));
    const server = `https://github.test:${port}`;
    run = await runWorkflow({
      act,
      ...onTwin(hub.twin, REPOSITORY),
      addresses: { server, api: `${server}/api/v3`, graphql: `${server}/api/graphql` },
      workflow: WORKFLOW,
      event: await eventOf(hub.twin.hub, REPOSITORY, { name: 'pull_request', number: pull }),
      variables: { HTTPS_PROXY: `http://${LOGIN}@${proxy.host}`, NO_PROXY: 'localhost,127.0.0.1' },
      // The runner's own: who signs the certificate of this GitHub.
      environment: { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'), GIT_SSL_CAINFO: join(folder, 'authority.pem') },
      secrets: {
        ...guide.environment,
        KUBECONFIG_CLUSTER1: behindTheProxy(guide.central.kubeconfig, 'central.test'),
        KUBECONFIG_CLUSTER2: behindTheProxy(guide.distributed.kubeconfig, 'distributed.test'),
      },
      actions: { [ACTION]: action.folder },
      log: (line) => shown.push(line),
    });
    tunnels = proxy.seen.map(({ url = '', headers }) => `${url.replace(/:\d+$/, '')} ${headers.authorization ?? 'no token'}`);
  }, 600_000);

  afterAll(() => parts.disposeAsync());

  test('plans on the live clusters, and says so on the pull request', () => {
    expect({ result: run.result, said: run.result === 'success' ? [] : [...run.log, ...run.words] }).toEqual({
      result: 'success',
      said: [],
    });
    expect(run.outputs['plan']).toMatchObject({ changed: 'true', 'exit-code': '2', 'unknown-clusters': '' });
    expect(hub.comments(pull)).toHaveLength(1);
    expect(hub.comments(pull)[0]).toContain('Plan for guide');
  });

  test('clusters and GitHub were reached through the proxy, which saw names and no token', () => {
    const counted = (name: string) => tunnels.filter((tunnel) => tunnel === `${name} no token`).length;
    expect(counted('central.test')).toBeGreaterThan(0);
    expect(counted('distributed.test')).toBeGreaterThan(0);
    // The check-out and the Action: git and the API.
    expect(counted('github.test')).toBeGreaterThan(1);
    expect(tunnels.filter((tunnel) => !tunnel.endsWith(' no token'))).toEqual([]);
  });

  test('the login of the proxy is in no log', () => {
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((line) => line.includes('canary-of-the-proxy'))).toEqual([]);
  });
});

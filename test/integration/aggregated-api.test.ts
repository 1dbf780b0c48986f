import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AggregatedApiServer } from '../../lab/apiserver/aggregated/start.ts';
import { kubeconfigText } from '../../lab/apiserver/kubeconfig.ts';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { CRD, NAMESPACE, pathOf } from '../../lab/cn2/control/kinds.ts';
import { startAggregatedCore } from '../support/aggregated.ts';
import { APPLY, named, offersDryRun, operations, path, refused, SUBNET, until } from '../support/aggregated-subnets.ts';

const run = promisify(execFile);

let server: AggregatedApiServer;
let client: KubeClient;

beforeAll(async () => {
  server = await startAggregatedCore({ name: 'central' });
  client = new KubeClient(connectionOf(server.kubeconfig));
}, 120_000);

afterAll(async () => {
  client?.[Symbol.dispose]();
  await server?.stop();
});

describe('everything served', () => {
  test('the group is found through the first server, which has no definition of it', async () => {
    const groups = (await client.json('GET', '/apis')) as { groups: { name: string }[] };
    expect(groups.groups.map(({ name }) => name)).toContain('core.contrail.juniper.net');
    expect((await client.list(CRD)).items).toEqual([]);
  });

  test('server-side apply with its owners, dry-run and its absence afterwards', async () => {
    const object = named();
    await client.json('PATCH', path(object, '?fieldManager=a&dryRun=All'), object, APPLY);
    expect(await client.get(SUBNET, 'default', object.metadata.name)).toBeUndefined();
    const live = await client.apply(SUBNET, object, 'a');
    expect(live.metadata.managedFields).toMatchObject([{ manager: 'a', operation: 'Apply' }]);
    const other = { ...object, spec: { cidr: '10.9.0.0/24' } };
    expect(await refused(client.json('PATCH', path(object, '?fieldManager=b'), other, APPLY))).toMatchObject({ status: 409 });
  });

  test('the description offers what is served', async () => {
    const { patch, post } = await operations(client);
    expect(Object.keys(patch.requestBody?.content ?? {})).toContain(APPLY);
    expect([offersDryRun(patch), offersDryRun(post)]).toEqual([true, true]);
  });

  test('kubectl finds short names and columns, and compares with a dry-run of the server', async () => {
    const { kubectl } = await ensureBinaries(['kubectl']);
    const folder = mkdtempSync(join(tmpdir(), 'aggregated-'));
    try {
      const object = named();
      await client.apply(SUBNET, object, 'kubectl');
      const [config, file] = [join(folder, 'kubeconfig'), join(folder, 'subnet.json')];
      writeFileSync(config, server.kubeconfig);
      writeFileSync(file, JSON.stringify({ ...object, spec: { cidr: '10.99.0.0/24' } }));
      const listed = await run(kubectl, ['--kubeconfig', config, 'get', 'sn', object.metadata.name]);
      expect(listed.stdout).toMatch(/^NAME\s+CIDR\s+USAGE\s+STATE\s+AGE\n/);
      const diff = await run(kubectl, ['--kubeconfig', config, 'diff', '--server-side', '-f', file]).catch(
        (error: unknown) => error,
      );
      expect(diff).toMatchObject({ code: 1, stdout: expect.stringContaining('+  cidr: 10.99.0.0/24') });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a namespace that the first server does not know takes nothing; one that goes takes everything with it', async () => {
    expect(await refused(client.json('POST', pathOf(SUBNET, 'absent'), named('absent')))).toMatchObject({ status: 404 });
    await client.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'goes' } });
    const object = named('goes');
    await client.apply(SUBNET, object, 'a');
    await client.delete(NAMESPACE, undefined, 'goes');
    await until(async () => (await client.get(NAMESPACE, undefined, 'goes')) === undefined);
    using behind = new KubeClient(connectionOf(server.behind.kubeconfig));
    expect(await behind.get(SUBNET, 'goes', object.metadata.name)).toBeUndefined();
  }, 60_000);
});

describe('rights', () => {
  const RBAC = 'rbac.authorization.k8s.io';
  const kind = (name: string, plural: string) => ({ group: RBAC, version: 'v1', kind: name, plural, namespaced: false });

  test('those of the first server count, in both of them, as soon as they change', async () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader', namespace: 'default' } };
    await client.json('POST', '/api/v1/namespaces/default/serviceaccounts', account);
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const answer = await client.json('POST', '/api/v1/namespaces/default/serviceaccounts/reader/token', review);
    const { token } = (answer as { status: { token: string } }).status;
    const authority = Buffer.from(client.connection.authority ?? '').toString('base64');
    using reader = new KubeClient(connectionOf(kubeconfigText('reader', server.url, authority, token)));
    using direct = new KubeClient(connectionOf(server.behind.kubeconfig));
    const mayBehind = () => mayList(direct, 'system:serviceaccount:default:reader');

    expect(await refused(reader.list(SUBNET, 'default'))).toMatchObject({ status: 403 });
    expect(await mayBehind()).toBe(false);
    const rules = [{ apiGroups: ['core.contrail.juniper.net'], resources: ['subnets'], verbs: ['get', 'list', 'watch'] }];
    await client.apply(
      kind('ClusterRole', 'clusterroles'),
      { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: 'reader' }, rules },
      'a',
    );
    const binding = {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reader' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'default' }],
    };
    await client.apply(kind('ClusterRoleBinding', 'clusterrolebindings'), binding, 'a');
    await until(async () => (await reader.list(SUBNET, 'default')).items !== undefined);
    expect(await mayBehind()).toBe(true);
    expect(await refused(reader.apply(SUBNET, named(), 'reader'))).toMatchObject({ status: 403 });
    await client.delete(kind('ClusterRoleBinding', 'clusterrolebindings'), undefined, 'reader');
    await until(async () => !(await mayBehind()));
  });

  test('who is not the first server gets nothing out of the filter', async () => {
    const service = (await client.json('GET', '/api/v1/namespaces/contrail-system/services/contrail-k8s-apiserver')) as {
      spec: { ports: { port: number }[] };
    };
    using stranger = new KubeClient({ server: `https://127.0.0.1:${service.spec.ports[0]?.port}`, insecure: true });
    expect(await refused(stranger.json('GET', '/apis'))).toMatchObject({ status: 0 });
  });
});

/** What the second server by itself decides for a user who lists subnets. */
async function mayList(direct: KubeClient, user: string): Promise<boolean> {
  const resourceAttributes = { group: 'core.contrail.juniper.net', resource: 'subnets', verb: 'list', namespace: 'default' };
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: { user, resourceAttributes } };
  const answer = await direct.json('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', review);
  return (answer as { status: { allowed: boolean } }).status.allowed;
}

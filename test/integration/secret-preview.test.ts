import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pMap from 'p-map';
import { type ApiServer, startApiServer } from '../../lab/apiserver/apiserver.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { Desired } from '../../src/model/manifest.ts';
import { type Conflict, fieldChanges } from '../../src/plan/fields.ts';
import { ownEntry } from '../../src/plan/ownership.ts';
import { mergeSecret } from '../../src/plan/secret-merge.ts';
import { type Cluster, ClusterError } from '../../src/ports/cluster.ts';
import { changesOn, guideDesired, look, spell } from '../support/planning.ts';

const SECRETS: Resource = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const CANARY = 'made'; // what guideDesired fills every secret with: {"made":"up"}

/** Every request with its body. */
const POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Request}]\n';

describe('a plan of Secrets against a real API server', () => {
  let folder: string;
  let server: ApiServer;
  let cluster: Cluster;
  let fleet: Fleet;
  let desired: Desired[];

  beforeAll(async () => {
    ({ fleet, desired } = guideDesired());
    desired = desired.filter(({ manifest }) => manifest.cluster === 'cluster1' && manifest.stage === '10-access');
    folder = await mkdtemp(join(tmpdir(), 'cn2-fleet-audit-'));
    await writeFile(join(folder, 'policy.yaml'), POLICY);
    const flags = [`--audit-policy-file=${join(folder, 'policy.yaml')}`];
    server = await startApiServer({ name: 'cluster1', audit: true, controllerManager: false, flags });
    cluster = kubernetesConnector().connect('cluster1', server.kubeconfig);
    await cluster.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'contrail' } });
  }, 120_000);

  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function dryRuns(): Promise<string[]> {
    const lines = (await readFile(server.auditLog!, 'utf8')).split('\n');
    return lines.filter((line) => /[?&]dryRun=All/.test(line));
  }

  test('sends no content in a dry-run, and still names what would change and who owns it', async () => {
    expect(desired.map(({ object }) => object.kind)).toEqual(['Secret']);
    const wanted = desired[0]!.object;
    const target = { resource: SECRETS, namespace: 'contrail', name: wanted.metadata.name };
    const planned = async () => changesOn(await look(fleet, desired, new Map([['cluster1', cluster]])), 'cluster1');

    expect((await planned()).map(spell)).toEqual([`create Secret contrail/${target.name}?`]);

    await cluster.apply(SECRETS, wanted);
    expect(await planned()).toEqual([]);

    const other = { ...wanted, metadata: { name: target.name, namespace: 'contrail' }, data: { kubeconfig: 'b3RoZXI=' } };
    await cluster.apply(SECRETS, other, { fieldManager: 'kubectl-edit', force: true });
    expect(await planned()).toMatchObject([
      {
        action: 'update',
        fields: [{ path: '/data/kubeconfig', before: '(secret)', after: '(secret)', conflictsWith: 'kubectl-edit' }],
      },
    ]);
    await cluster.apply(SECRETS, wanted, { force: true });
    await cluster.delete(target);
    await cluster.create(
      SECRETS,
      { ...wanted, metadata: { name: target.name, namespace: 'contrail' } },
      { fieldManager: 'kubectl-create' },
    );
    expect((await planned()).map(({ action }) => action)).toEqual(['adopt']);
    await cluster.delete(target);

    const asked = await dryRuns();
    expect(asked.filter((line) => line.includes('/secrets/') || line.includes(CANARY))).toEqual([]);
  });

  test('says of a merge in memory exactly what the server says of a dry-run', async () => {
    const seed = Date.now() % 1_000_000;
    const verdicts = await pMap(
      fc.sample(history, { numRuns: 150, seed }),
      async ({ first, meddling, second }, index) => {
        const name = `s${index}`;
        if (first !== undefined) await cluster.apply(SECRETS, secret(name, first), { force: true });
        for (const { manager, content, apply } of meddling) await meddle(cluster, name, manager, content, apply);
        const wanted = secret(name, second);
        const live = await cluster.get({ resource: SECRETS, namespace: 'contrail', name });
        if (live === undefined) return 'absent';
        const said = await serverVerdict(cluster, wanted);
        const merged = mergeSecret(wanted, live);
        const trace = JSON.stringify({ seed, first, meddling, second });
        if (said === 'refused' || merged.status === 'refused') {
          expect([trace, merged.status]).toEqual([trace, said === 'refused' ? 'refused' : 'merged']);
          return 'refused';
        }
        const order = (conflicts: Conflict[]) => conflicts.map(({ field, manager }) => `${field} ${manager}`).sort();
        expect([trace, order(merged.conflicts)]).toEqual([trace, order(said.conflicts)]);
        const fields = fieldChanges(live, said.result, said.conflicts);
        expect([trace, fieldChanges(live, merged.result, merged.conflicts)]).toEqual([trace, fields]);
        expect([trace, owned(merged.result)]).toEqual([trace, owned(said.result)]);
        if (said.conflicts.length > 0) return 'conflict';
        return fields.length === 0 ? 'unchanged' : 'changed';
      },
      { concurrency: 8 },
    );
    // No answer may be missing, or it was not tested.
    for (const verdict of ['unchanged', 'changed', 'conflict', 'refused']) expect(verdicts).toContain(verdict);
  }, 120_000);
});

interface Content {
  data?: Record<string, string>;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  type?: string;
}

/** What our record owns; a server now and then forgets an empty map, and nobody calls that a change. */
function owned(object: KubernetesObject): string[] {
  const walk = (part: object, at: string): string[] =>
    Object.entries(part).flatMap(([key, member]) => {
      const path = `${at}/${key}`;
      if (Object.keys(member).length > 0) return walk(member, path);
      return /f:(data|labels|annotations|metadata)$/.test(path) ? [] : [path];
    });
  return walk(ownEntry(object)?.fieldsV1 ?? {}, '').sort();
}

const value = fc.constantFrom('YQ==', 'YR==', 'Yg==', '');
const text = fc.constantFrom('a', 'b');
const members = (of: fc.Arbitrary<string>) => fc.dictionary(fc.constantFrom('k1', 'k.2', '.k3', 'x-4'), of, { maxKeys: 3 });
const labels = fc.dictionary(fc.constantFrom('k1', 'cn2-fleet/fleet', 'app.kubernetes.io/managed-by'), text, { maxKeys: 2 });
const content: fc.Arbitrary<Content> = fc.record(
  {
    data: members(value),
    labels,
    annotations: labels,
    type: fc.oneof({ weight: 8, arbitrary: fc.constant('Opaque') }, { weight: 1, arbitrary: fc.constant('example.org/other') }),
  },
  { requiredKeys: ['data'] },
);
const meddling = fc.array(
  fc.record({ manager: fc.constantFrom('kubectl', 'kubectl-edit', 'cn2-fleet'), content, apply: fc.boolean() }),
  { maxLength: 2 },
);
const history = fc
  .record({ first: fc.option(content, { nil: undefined }), meddling, second: content, again: fc.boolean() })
  .map(({ again, ...rest }) => (again && rest.first !== undefined ? { ...rest, second: rest.first } : rest));

function secret(name: string, { data, labels, annotations, type }: Content): KubernetesObject {
  const metadata = { name, namespace: 'contrail', ...(labels && { labels }), ...(annotations && { annotations }) };
  return { apiVersion: 'v1', kind: 'Secret', metadata, ...(type && { type }), ...(data && { data }) };
}

/** Somebody else's write; one that the server refuses (another type) has not happened. */
async function meddle(cluster: Cluster, name: string, manager: string, content: Content, apply: boolean): Promise<void> {
  try {
    const live = await cluster.get({ resource: SECRETS, namespace: 'contrail', name });
    const object = secret(name, content);
    if (apply && manager !== 'cn2-fleet') await cluster.apply(SECRETS, object, { fieldManager: manager, force: true });
    else if (live === undefined) await cluster.create(SECRETS, object, { fieldManager: manager });
    else {
      const { resourceVersion = '' } = live.metadata;
      await cluster.update(
        SECRETS,
        { ...live, ...object, metadata: { ...live.metadata, ...object.metadata, resourceVersion } },
        { fieldManager: manager },
      );
    }
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
  }
}

async function serverVerdict(cluster: Cluster, wanted: KubernetesObject) {
  const conflicts: Conflict[] = [];
  try {
    return { result: await cluster.apply(SECRETS, wanted, { dryRun: true }), conflicts };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.cause === 'invalid') return 'refused';
    if (error.fieldConflicts.length === 0) throw error;
    conflicts.push(...error.fieldConflicts);
  }
  try {
    return { result: await cluster.apply(SECRETS, wanted, { dryRun: true, force: true }), conflicts };
  } catch (error) {
    if (error instanceof ClusterError && error.cause === 'invalid') return 'refused';
    throw error;
  }
}

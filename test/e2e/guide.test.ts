import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { STAGES } from '../../src/model/manifest.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { SmokeDocument } from '../../src/model/smoke.ts';
import { cli, guideCopy, vendorCopy } from '../support/cli.ts';
import { DeployedIdentities, type Identity } from '../support/identities.ts';
import { auditedRequests, type Lab, lineCount, listed, NO_LAB, resourceOf, startLab, takeLab } from '../support/lab.ts';
import { switchCoreApi } from '../support/lab-switches.ts';
import { HAS_SHARED_CN2, sharedText } from '../support/shared-cn2.ts';
import { type Remains, snapshot, withoutManifests } from '../support/snapshot.ts';

const K = 'kubemanager-cluster2-cluster2';
const suite = NO_LAB === undefined ? describe : describe.skip;
const whereObserved = HAS_SHARED_CN2 ? test : test.skip;

/** To an object of a built-in kind, of a definition, and of the aggregated API. */
const WRITES = [
  { on: 'cluster2', to: ['namespace', 'cn2-fleet'] },
  { on: 'cluster1', to: ['kubemanager.configplane.juniper.net', 'kubemanager-cluster2', '-n', 'contrail'] },
  { on: 'cluster1', to: ['subnet.core.contrail.juniper.net', 'subnet1', '-n', 'ns1'] },
];

let lab: Lab;
/** What an attach that nobody disturbed leaves behind. */
let undisturbed: Record<string, Remains>;

const run = (...args: string[]) => cli(lab.folder, args, { environment: lab.environment });

async function approve(): Promise<Plan> {
  expect((await run('render')).exitCode).toBe(0);
  const planned = await run('plan', '--out', 'rendered/plan.json', '--format', 'json');
  expect(planned.stderr).toBe('');
  expect(planned.exitCode).toBe(2);
  return JSON.parse(planned.stdout) as Plan;
}

/** A copy of a declaration's folder in which CN2 is given kubeconfigs of its own. */
function withHandover(from: string): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'cn2-fleet-handover-'));
  cpSync(from, path, { recursive: true });
  const file = join(path, 'clusters.yaml');
  const text = readFileSync(file, 'utf8')
    .replace('  kubeconfig: {env: KUBECONFIG_CLUSTER1}\n', '$&  handover: {env: CENTRAL_FOR_DISTRIBUTED}\n')
    .replace('    kubeconfig: {env: KUBECONFIG_CLUSTER2}\n', '$&    handover: {env: CLUSTER2_FOR_CENTRAL}\n');
  writeFileSync(file, text);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** 'cluster1 ns1/vn1 > cluster2 ns1/vn2 v4: ok' for every pair. */
function verdicts(document: SmokeDocument): string[] {
  return document.pairs.map(
    ({ source, target, family, expected, verdict }) =>
      `${source.cluster} ${source.network} > ${target.cluster} ${target.network} ${family}: ${expected} ${verdict}`,
  );
}

/** The columns of a kubectl listing that do not depend on time: rows of words. */
function rows(text: string, columns: string[]): string[] {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  return lines.map((line) =>
    columns
      .map((column) => {
        const start = head.indexOf(column);
        return line.slice(start).split(/\s{2,}|\s/)[0];
      })
      .join(' '),
  );
}

suite(`the guide's two clusters${NO_LAB === undefined ? '' : ` (skipped: ${NO_LAB})`}`, () => {
  /** The lab is one that was attached before, by the workflows. */
  let attached = false;

  beforeAll(async () => {
    const taken = await takeLab();
    attached = taken !== undefined;
    lab = taken ?? (await startLab(guideCopy()));
  }, 2_400_000);

  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
  }, 120_000);

  test('an approved plan is applied: pods of both clusters reach each other as declared, and only so', async () => {
    const smoke = attached ? await measured() : await attach();
    expect(smoke.emulated).toBe(true);
    const said = verdicts(smoke);
    for (const family of ['v4', 'v6']) {
      expect(said).toContain(`cluster1 default > cluster2 default ${family}: reach ok`);
      expect(said).toContain(`cluster2 default > cluster1 default ${family}: reach ok`);
    }
    expect(said).toContain('cluster1 ns1/vn1 > cluster2 ns1/vn2 v4: reach ok');
    expect(said).toContain('cluster2 ns1/vn2 > cluster1 ns1/vn1 v4: reach ok');
    expect(said).toContain('cluster1 alone/vn3 > cluster2 alone/vn4 v4: block ok');
    expect(said).toContain('cluster1 ns1/vn1 > cluster1 alone/vn3 v4: block ok');
    expect(said.every((line) => line.endsWith(' ok'))).toBe(true);
    expect(smoke.leftovers).toBeUndefined();
    undisturbed = await snapshot(lab.clusters);
  }, 300_000);

  async function measured(): Promise<SmokeDocument> {
    const smoke = await run('smoke', '--format', 'json');
    expect(smoke.exitCode).toBe(0);
    return JSON.parse(smoke.stdout) as SmokeDocument;
  }

  async function attach(): Promise<SmokeDocument> {
    const plan = await approve();
    const actions = plan.clusters.flatMap(({ changes }) => changes.map(({ action }) => action));
    expect(actions.filter((action) => action !== 'create' && action !== 'restart')).toEqual([]);
    const applied = await run('apply', '--format', 'json');
    const { outcome, smoke } = JSON.parse(applied.stdout) as { outcome: string; smoke: SmokeDocument };
    expect([outcome, applied.exitCode]).toEqual(['done', 0]);
    return smoke;
  }

  whereObserved(
    'the central cluster holds the names, CIDRs and states that the guide shows',
    async () => {
      const central = lab.clusters.get('cluster1')!;
      const namespaces = (await listed(central, 'Namespace')).map(
        ({ metadata, status }) => `${metadata.name} ${(status as { phase: string }).phase}`,
      );
      expect(namespaces).toEqual(expect.arrayContaining(rows(sharedText('observed/central_get_ns.txt'), ['NAME', 'STATUS'])));
      const networks = (await listed(central, 'VirtualNetwork')).map(
        ({ metadata, status }) => `${metadata.namespace} ${metadata.name} ${(status as { state: string }).state}`,
      );
      expect(networks).toEqual(
        expect.arrayContaining(rows(sharedText('observed/central_get_vn_A.txt'), ['NAMESPACE', 'NAME  ', 'STATE'])),
      );
      const subnets = (await listed(central, 'Subnet')).map(
        ({ metadata, spec, status }) =>
          `${metadata.namespace} ${metadata.name} ${(spec as { cidr: string }).cidr} ${(status as { state: string }).state}`,
      );
      expect(subnets).toEqual(
        expect.arrayContaining(rows(sharedText('observed/central_get_subnet_A.txt'), ['NAMESPACE', 'NAME  ', 'CIDR', 'STATE'])),
      );
    },
    60_000,
  );

  test('nothing is left to do: few requests, no write but dry-runs, and a second apply writes nothing at all', async () => {
    const logs = [...lab.auditLogs.values()];
    const before = logs.map(lineCount);
    const planned = await run('plan', '--format', 'json');
    expect(planned.exitCode).toBe(0);
    const plan = JSON.parse(planned.stdout) as Plan;
    for (const [position, log] of logs.entries()) {
      const requests = auditedRequests(log, before[position]);
      expect(requests.length).toBeGreaterThan(5);
      expect(requests.length).toBeLessThanOrEqual(25);
      expect(requests.length).toBe(plan.clusters[position]?.requests);
      expect(requests.filter(({ write }) => write)).toEqual([]);
    }
    const applied = await run('apply', '--format', 'json');
    expect(JSON.parse(applied.stdout)).toMatchObject({ outcome: 'nothing', steps: [] });
    expect(applied.exitCode).toBe(0);
    for (const [position, log] of logs.entries())
      expect(auditedRequests(log, before[position]).filter(({ write }) => write)).toEqual([]);
  }, 60_000);

  test('the identities of deploy/ are enough to plan, to look for drift and to measure, and the first cannot write', async () => {
    const { kubectl } = await ensureBinaries(['kubectl']);
    const kubeconfig = (name: string) => Buffer.from(lab.environment[name] ?? '', 'base64').toString();
    using central = new DeployedIdentities(kubectl, kubeconfig('KUBECONFIG_CLUSTER1'));
    using distributed = new DeployedIdentities(kubectl, kubeconfig('KUBECONFIG_CLUSTER2'));
    central.deploy('central');
    distributed.deploy('distributed');
    for (const { to, on } of WRITES) {
      const identities = on === 'cluster1' ? central : distributed;
      // kubectl sends nothing where the label has its value already.
      const tried = (time: number) => identities.tries('plan', ['label', ...to, '--overwrite', `tried=${time}`]);
      // A server obeys a policy a moment after it has stored it.
      let answer = tried(0);
      for (let attempt = 1; attempt <= 50 && answer.status === 0; attempt++) {
        await sleep(200);
        answer = tried(attempt);
      }
      expect(answer).toEqual({ status: 1, said: expect.stringMatching(/forbidden/i) });
    }
    using folder = withHandover(lab.folder);
    const handed = {
      CENTRAL_FOR_DISTRIBUTED: lab.environment['KUBECONFIG_CLUSTER1'] ?? '',
      CLUSTER2_FOR_CENTRAL: lab.environment['KUBECONFIG_CLUSTER2'] ?? '',
    };
    const as = (identity: Identity) => ({
      ...lab.environment,
      ...handed,
      KUBECONFIG_CLUSTER1: central.kubeconfig(identity),
      KUBECONFIG_CLUSTER2: distributed.kubeconfig(identity),
    });
    const logs = [...lab.auditLogs.values()];
    const before = logs.map(lineCount);
    expect((await cli(folder.path, ['render'])).exitCode).toBe(0);
    const planned = await cli(folder.path, ['plan', '--format', 'json'], { environment: as('plan') });
    expect([planned.stderr, planned.exitCode]).toEqual(['', 0]);
    const drift = await cli(folder.path, ['drift', '--format', 'json'], { environment: as('plan') });
    expect([drift.stderr, drift.exitCode]).toEqual(['', 0]);
    for (const [position, log] of logs.entries())
      expect(auditedRequests(log, before[position]).filter(({ write }) => write)).toEqual([]);
    const smoke = await cli(folder.path, ['smoke', '--format', 'json'], { environment: as('smoke') });
    expect(smoke.exitCode).toBe(0);
    const document = JSON.parse(smoke.stdout) as SmokeDocument;
    expect(verdicts(document).every((line) => line.endsWith(' ok'))).toBe(true);
    expect(document.leftovers).toBeUndefined();
    // Compared with what the apply has kept, and kept in its turn.
    expect(document.baseline).toBeDefined();
    expect(smoke.stderr).not.toContain('not compared');
    // What CN2 is given must be made for it.
    const own = await cli(lab.folder, ['plan'], { environment: as('plan') });
    expect(own.stdout).toContain('is that of cn2-fleet-plan');
  }, 240_000);

  test('the core kinds come from an aggregated API, which can be switched while everything runs', async () => {
    const central = lab.clusters.get('cluster1')!;
    const definitions = (await listed(central, 'CustomResourceDefinition')).map(({ metadata }) => metadata.name);
    expect(definitions).toContain('kubemanagers.configplane.juniper.net');
    expect(definitions.filter((name) => name.endsWith('.core.contrail.juniper.net'))).toEqual([]);
    const kubeconfig = Buffer.from(lab.environment['KUBECONFIG_CLUSTER1'] ?? '', 'base64').toString();
    const owned = async () =>
      (await listed(central, 'VirtualNetwork')).filter(({ metadata }) => metadata.managedFields !== undefined).length;
    expect(await owned()).toBeGreaterThan(0);
    await switchCoreApi(kubeconfig, { managedFields: 'off' });
    expect(await owned()).toBe(0);
    await switchCoreApi(kubeconfig, {});
    expect(await owned()).toBeGreaterThan(0);
  }, 60_000);

  test('a hand change shows with its author, and is undone', async () => {
    const central = lab.clusters.get('cluster1')!;
    const resource = (await resourceOf(central, 'VirtualNetworkRouter'))!;
    const router = (await central.get({ resource, namespace: `${K}-ns1`, name: 'vnr2' }))!;
    const spec = { ...(router['spec'] as object), import: { virtualNetworkRouters: [] } };
    await central.update(resource, { ...router, spec }, { fieldManager: 'someone' });
    const plan = await approve();
    const changes = plan.clusters.flatMap((cluster) => cluster.changes);
    expect(changes.map(({ action, name }) => `${action} ${name}`)).toEqual(['update vnr2']);
    expect(changes[0]?.fields.map(({ conflictsWith }) => conflictsWith)).toContain('someone');
    const applied = await run('apply', '--format', 'json');
    expect(applied.exitCode).toBe(0);
    expect(verdicts((JSON.parse(applied.stdout) as { smoke: SmokeDocument }).smoke)).toContain(
      'cluster1 ns1/vn1 > cluster2 ns1/vn2 v4: reach ok',
    );
  }, 180_000);

  test('a change of a vRouter stands before everything else in the plan, with what it interrupts', async () => {
    const vrouters = join(lab.folder, 'cn2/22.2/distributed_cluster_vrouter_example.yaml');
    const file = join(lab.folder, 'clusters.yaml');
    const [before, declared] = [readFileSync(vrouters, 'utf8'), readFileSync(file, 'utf8')];
    try {
      writeFileSync(vrouters, before.replace('maxUnavailablePercentage: 100%', 'maxUnavailablePercentage: 50%'));
      // Created on the central cluster, which a plan shows before the others.
      const network = '  - {cluster: cluster1, namespace: ns1, name: vn5, v4: {cidr: 10.0.5.0/24, gateway: 10.0.5.1}}';
      writeFileSync(file, declared.replace(/^networks:\n/m, `$&${network}\n`));
      expect((await run('render')).exitCode).toBe(0);
      const planned = await run('plan');
      expect(planned.exitCode).toBe(2);
      const [heading, first] = planned.stdout.split('\n').filter((line) => line.trim() !== '');
      expect(heading).toContain('1 disruptive change (policy.disruptive: allow)');
      expect(first).toMatch(/update.*Vrouter contrail\/contrail-vrouter-nodes-1.*vRouters restart/);
      expect(planned.stdout).toMatch(/create.*VirtualNetwork ns1\/vn5/);
      expect(planned.stdout).toMatch(/2 to create, 1 to update.*1 disruptive/);
    } finally {
      writeFileSync(vrouters, before);
      writeFileSync(file, declared);
    }
    expect((await run('render')).exitCode).toBe(0);
    expect((await run('plan')).exitCode).toBe(0);
  }, 60_000);

  test('without the connection its networks are blocked as declared', async () => {
    const file = join(lab.folder, 'clusters.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^connections:\n(?: .*\n)+/m, 'connections: []\n'));
    const plan = await approve();
    expect(plan.clusters[0]?.changes.map(({ action, name }) => `${action} ${name}`).sort()).toEqual([
      'delete vnr1',
      'delete vnr2',
    ]);
    const applied = await run('apply', '--format', 'json');
    expect(applied.exitCode).toBe(0);
    expect(verdicts((JSON.parse(applied.stdout) as { smoke: SmokeDocument }).smoke)).toContain(
      'cluster1 ns1/vn1 > cluster2 ns1/vn2 v4: block ok',
    );
  }, 180_000);

  test('routers that someone left behind show as unexpectedly reachable: exit 9', async () => {
    const central = lab.clusters.get('cluster1')!;
    const resource = (await resourceOf(central, 'VirtualNetworkRouter'))!;
    const stray = (namespace: string, name: string, vn: string, peer: string, ns: string) => ({
      apiVersion: `${resource.group}/${resource.version}`,
      kind: 'VirtualNetworkRouter',
      metadata: { namespace, name, labels: { vnr: name } },
      spec: {
        type: 'mesh',
        virtualNetworkSelector: { matchLabels: { vn } },
        import: {
          virtualNetworkRouters: [
            { virtualNetworkRouterSelector: { matchLabels: { vnr: peer } }, namespaceSelector: { matchLabels: { ns } } },
          ],
        },
      },
    });
    await central.create(resource, stray('ns1', 'stray1', 'vn1', 'stray2', 'cluster2-ns1'));
    await central.create(resource, stray(`${K}-ns1`, 'stray2', 'vn2', 'stray1', 'ns1'));
    const smoke = await run('smoke', '--format', 'json');
    expect(smoke.exitCode).toBe(9);
    const said = verdicts(JSON.parse(smoke.stdout) as SmokeDocument);
    expect(said.filter((line) => line.includes('unexpectedly-reachable')).sort()).toEqual([
      'cluster1 ns1/vn1 > cluster2 ns1/vn2 v4: block unexpectedly-reachable',
      'cluster2 ns1/vn2 > cluster1 ns1/vn1 v4: block unexpectedly-reachable',
    ]);
    // What is deleted is gone once its node has stopped it, for which no run waits.
    const stays = ({ name, deletionTimestamp }: { name: string; deletionTimestamp?: string }) =>
      name.startsWith('cn2-fleet-smoke') && deletionTimestamp === undefined;
    expect((await listed(central, 'Pod')).filter(({ metadata }) => stays(metadata))).toEqual([]);
  }, 180_000);
});

suite(`an apply that is killed in each stage${NO_LAB === undefined ? '' : ` (skipped: ${NO_LAB})`}`, () => {
  beforeAll(async () => {
    lab = await startLab(HAS_SHARED_CN2 ? vendorCopy('22.2', '22.2.0.93') : guideCopy());
  }, 2_400_000);

  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
  }, 120_000);

  // Where they are, the vendor's own manifests are attached here: what differs from the guide's is what they say of workloads and roles.
  test(`the same command again ends as if nothing had happened${HAS_SHARED_CN2 ? ", with the vendor's manifests of 22.2" : ''}`, async () => {
    await approve();
    const killed: string[] = [];
    // Stage 30 is empty in this release, stage 95 in this fleet.
    const stages = STAGES.filter((id) => id !== '30-certificates' && id !== '95-extra');
    for (const stage of stages) {
      const result = await cli(lab.folder, ['apply', '--lock-ttl', '3'], {
        environment: lab.environment,
        killAt: (line) => line.includes(`✓`) && line.includes(` ${stage} `),
      });
      if (result.signal === 'SIGKILL') killed.push(stage);
      else expect([stage, result.exitCode, result.stderr]).toEqual([stage, 0, '']);
    }
    expect(killed).toEqual(stages);
    const last = await cli(lab.folder, ['apply', '--lock-ttl', '3', '--format', 'json'], { environment: lab.environment });
    expect(last.exitCode).toBe(0);
    const document = JSON.parse(last.stdout) as {
      outcome: string;
      steps: { object: string; result: string }[];
      smoke: SmokeDocument;
    };
    expect(document.steps.filter(({ object }) => object === 'gate').every(({ result }) => result === 'passed')).toBe(true);
    expect(document.smoke.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);
    const again = await run('apply', '--format', 'json');
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'nothing' });
    const remains = await snapshot(lab.clusters);
    const compared = HAS_SHARED_CN2 ? withoutManifests : (objects: Record<string, Remains>) => objects;
    expect(compared(remains)).toEqual(compared(undisturbed));
  }, 600_000);
});

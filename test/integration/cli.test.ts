import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/model/plan.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { withoutSmoke } from '../support/guide-fleet.ts';
import { type PlainGuide, startPlainGuide, toolRequests } from '../support/plain-guide.ts';
import { readMetrics } from '../support/prometheus-text.ts';

/** Without pods there is nothing to ping from: the lab's end-to-end test has the smoke test. */

let world: PlainGuide;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  world = await startPlainGuide();
  environment = world.environment;
  folder = guideCopy((text) => world.declare(withoutSmoke(text)));
}, 120_000);

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => cli(folder, args, { environment });
const both = () => [world.central, world.distributed];
const writes = () => both().map((server) => toolRequests(server).filter(({ write }) => write).length);
const requests = () => both().map((server) => toolRequests(server).length);

describe('the main job from the command line', () => {
  test('a plan says what an attach would do, and writes nothing', async () => {
    const written = writes();
    expect((await run('render')).exitCode).toBe(0);
    const planned = await run('plan', '--out', 'rendered/plan.json', '--format', 'json');
    const plan = JSON.parse(planned.stdout) as Plan & { findings: { severity: string }[] };
    expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(planned.stderr).toBe('');
    expect(planned.exitCode).toBe(2);
    expect(plan.complete).toBe(true);
    expect(plan.clusters[1]?.changes.map(({ kind, name, action }) => `${action} ${kind} ${name}`)).toContain(
      'create Vrouter contrail-vrouter-masters',
    );
    expect(writes()).toEqual(written);
    expect(planned.stdout).not.toContain('canary');
  }, 60_000);

  test('an apply attaches the cluster', async () => {
    const applied = await run('apply');
    expect(applied.stdout).toContain('everything was applied and every gate passed');
    expect(applied.exitCode).toBe(0);
    expect(applied.stderr).toContain('no smoke test');
    expect(applied.stdout + applied.stderr).not.toContain('canary');
  }, 120_000);

  test('then nothing is left: at most 25 requests per cluster, and a second apply writes nothing', async () => {
    const before = requests();
    const planned = await run('plan', '--format', 'json');
    expect(planned.exitCode).toBe(0);
    const after = requests();
    for (const [position, count] of after.entries()) {
      expect(count - (before[position] ?? 0)).toBeGreaterThan(5);
      expect(count - (before[position] ?? 0)).toBeLessThanOrEqual(25);
    }
    const plan = JSON.parse(planned.stdout) as Plan;
    expect(
      plan.clusters.map((cluster, position) => cluster.requests - ((after[position] ?? 0) - (before[position] ?? 0))),
    ).toEqual([0, 0]);
    const written = writes();
    const applied = await run('apply', '--format', 'json');
    expect(JSON.parse(applied.stdout)).toMatchObject({ outcome: 'nothing', steps: [] });
    expect(applied.exitCode).toBe(0);
    expect(writes()).toEqual(written);
  }, 60_000);

  test('drift as metrics, and as a page beside: both clusters were judged, and nothing differs', async () => {
    const drift = await run('drift', '--format', 'prometheus', '--html', 'pages/drift.html');
    const page = readFileSync(join(folder, 'pages/drift.html'), 'utf8');
    expect(page).toContain('"title":"Drift of guide","verdict":{"tone":"good"');
    expect(page).toContain('"title":"vn1","subnets":["10.0.0.0/24"]');
    expect(page).not.toContain('canary');
    expect(drift.exitCode).toBe(0);
    const samples = [...readMetrics(drift.stdout).samples];
    const of = (name: string) => samples.filter(([key]) => key.startsWith(`cn2_fleet_${name}{`)).map(([, value]) => value);
    expect([of('cluster_judged'), of('drift_complete')]).toEqual([[1, 1], [1]]);
    expect(of('drift_changes')).toEqual(new Array(8).fill(0));
  }, 60_000);

  test('a plan is the same document twice', async () => {
    const [first, second] = [await run('plan', '--format', 'json'), await run('plan', '--format', 'json')];
    expect((JSON.parse(first.stdout) as Plan).digest).toBe((JSON.parse(second.stdout) as Plan).digest);
  }, 60_000);
});

describe('what goes wrong is said, with nothing written', () => {
  const untouched = async (expected: number, words: string, args: string[], change: Record<string, string> = {}) => {
    const written = writes();
    const result = await cli(folder, args, { environment: { ...environment, ...change } });
    expect(result.stdout + result.stderr).toContain(words);
    expect(result.exitCode).toBe(expected);
    expect(writes()).toEqual(written);
    expect(result.stdout + result.stderr).not.toContain('canary');
    return result;
  };

  test('a missing variable: file, line, column, exit 8', async () => {
    await untouched(8, 'clusters.yaml:17:15 error credential environment variable KUBECONFIG_CLUSTER1 is', ['plan'], {
      KUBECONFIG_CLUSTER1: '',
    });
    await untouched(8, 'environment variable KUBECONFIG_CLUSTER2 is empty', ['apply'], { KUBECONFIG_CLUSTER2: '' });
  }, 60_000);

  test('a wrong kubeconfig, a cluster that does not answer: the cluster and the cause, exit 8', async () => {
    await untouched(8, 'cluster2: the kubeconfig', ['plan'], { KUBECONFIG_CLUSTER2: 'not a kubeconfig: at all' });
    const { host, hostname } = new URL(world.distributed.url);
    const gone = world.distributed.kubeconfig.replace(host, `${hostname}:1`);
    const { stdout } = await untouched(8, 'cluster2', ['plan'], { KUBECONFIG_CLUSTER2: gone });
    expect(stdout).toMatch(new RegExp(`clusters\\.yaml:26:17 error cluster cluster2: .*${RegExp.escape(hostname)}:1`));
    await untouched(8, 'nothing was written', ['apply'], { KUBECONFIG_CLUSTER2: gone });
  }, 60_000);

  test('one kubeconfig for two clusters: said at the second, nothing written', async () => {
    const { stdout } = await untouched(8, 'cluster2: is the same cluster as cluster1', ['apply'], {
      KUBECONFIG_CLUSTER2: environment['KUBECONFIG_CLUSTER1']!,
    });
    expect(stdout).toContain('Give each cluster its own kubeconfig.');
  }, 60_000);

  test('a token that is not valid any more: exit 8', async () => {
    const revoked = world.distributed.kubeconfig.replace(/token: \S+/, 'token: revoked}');
    await untouched(8, 'cluster2', ['plan'], { KUBECONFIG_CLUSTER2: revoked });
  }, 60_000);

  test('a rendered file edited by hand: its name and line, exit 4', async () => {
    const file = join(folder, 'rendered/cluster1/90-routers/virtualnetworkrouter.ns1.vnr1.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('mesh', 'hub'));
    const line = text.split('\n').findIndex((part) => part.includes('mesh')) + 1;
    const { stdout } = await untouched(4, 'was edited by hand', ['render']);
    expect(stdout).toContain(`rendered/cluster1/90-routers/virtualnetworkrouter.ns1.vnr1.yaml:${line}:1 error rendered`);
    expect((await untouched(4, 'was edited by hand', ['apply'])).stdout).toContain(`vnr1.yaml:${line}:1 error rendered`);
    writeFileSync(file, text);
  }, 60_000);

  test('an unknown object in the vendor’s folder, another version: exit 3 with its place', async () => {
    const file = join(folder, 'cn2/22.2/distributed_cluster_vrouter_example.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: surprise, namespace: contrail}\n`);
    await untouched(3, 'surprise', ['plan']);
    writeFileSync(file, text.replaceAll('22.2.0.93', '22.2.0.100'));
    const { stdout } = await untouched(3, 'E22', ['plan']);
    expect(stdout).toMatch(/cn2\/22\.2\/distributed_cluster_vrouter_example\.yaml:\d+:\d+ error E22/);
    writeFileSync(file, text);
  }, 60_000);

  test('an apply without an approved plan: exit 3; with an edited one: exit 4', async () => {
    await untouched(3, 'nothing was approved', ['apply', '--plan', 'rendered/other.json']);
    const file = join(folder, 'rendered/plan.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/"index": "sha256:..../, '"index": "sha256:0000'));
    await untouched(4, 'belongs to rendered files other than', ['apply']);
    writeFileSync(file, text);
  }, 60_000);
});

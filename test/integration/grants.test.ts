import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { Change, Plan } from '../../src/model/plan.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { replaced, withoutSmoke } from '../support/guide-fleet.ts';
import { type PlainGuide, startPlainGuide, toolRequests } from '../support/plain-guide.ts';

const DEPLOYER = 'cn2/22.2/distributed_cluster_deployer_example.yaml';
const VROUTER = 'cn2/22.2/distributed_cluster_vrouter_example.yaml';
const BINDINGS = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
};

let world: PlainGuide;
let folder: string;

beforeAll(async () => {
  world = await startPlainGuide();
  folder = guideCopy((text) => world.declare(withoutSmoke(text)));
}, 120_000);

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => cli(folder, args, { environment: world.environment });
const requests = () => [world.central, world.distributed].map((server) => toolRequests(server).length);

describe('what an attach gives away, against real API servers', () => {
  test('a plan shows it: all of a create, what comes and goes of an update; the approved part has none of it', async () => {
    await using cluster = kubernetesConnector().connect('cluster2', world.distributed.kubeconfig);
    await cluster.create(BINDINGS, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'contrail-rolebinding' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'contrail-role' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:authenticated' }],
    });
    const planned = await run('plan', '--out', 'rendered/plan.json', '--format', 'json');
    expect(planned.exitCode).toBe(2);
    const plan = JSON.parse(planned.stdout) as Plan;
    const named = (kind: string, name: string): Change | undefined =>
      plan.clusters[1]?.changes.find((change) => change.kind === kind && change.name === name);
    expect(named('ClusterRole', 'contrail-role')?.grants).toEqual([
      { what: 'rule', detail: 'every verb on every resource of every group' },
    ]);
    expect(named('ClusterRoleBinding', 'contrail-rolebinding')).toMatchObject({
      action: 'update',
      grants: [
        { what: 'subject', detail: 'ServiceAccount contrail/contrail-serviceaccount', mark: 'added' },
        { what: 'subject', detail: 'Group system:authenticated (everybody who can log in)', mark: 'removed' },
        { what: 'role', detail: 'ClusterRole contrail-role in the whole cluster' },
      ],
    });
    expect(plan.vendor).toMatchObject({ asPublished: false });
    const approved = readFileSync(join(folder, 'rendered/plan.json'), 'utf8');
    expect(JSON.parse(approved)).toMatchObject({ digest: plan.digest });
    expect(approved).not.toMatch(/"grants"|"vendor"|hostNetwork: |"mark"/);
    expect(planned.stdout).not.toContain('canary');
  }, 60_000);

  test('and says it in words', async () => {
    const { stdout } = await run('plan');
    expect(stdout).toContain('* new: given to: ServiceAccount contrail/contrail-serviceaccount\n');
    expect(stdout).toContain('* no more: given to: Group system:authenticated (everybody who can log in)\n');
    expect(stdout).toContain('Vendor files not as published by Juniper: cn2/22.2/');
    const markdown = (await run('plan', '--format', 'markdown')).stdout;
    expect(markdown).toContain('| new: given to | `ServiceAccount contrail/contrail-serviceaccount` |');
  }, 60_000);
});

describe('an edited vendor file ends with 3 and its place; no cluster is asked, nothing is written', () => {
  test.each([
    [
      'another subject in a ClusterRoleBinding',
      DEPLOYER,
      'subjects:\n',
      'subjects:\n  - {kind: Group, name: "system:masters"}\n',
      'gives ClusterRole contrail-deploy-role to Group system:masters',
    ],
    [
      'an image from elsewhere',
      VROUTER,
      /'hub\.juniper\.net\/cn2\/contrail-init:[^']*'/,
      "'elsewhere.example/own/cert-manager-x'",
      'image elsewhere.example/own/cert-manager-x comes from elsewhere.example/own',
    ],
  ])(
    '%s',
    async (_, file, part, by, words) => {
      const path = join(folder, file);
      const text = readFileSync(path, 'utf8');
      const before = requests();
      writeFileSync(path, replaced(text, part, by));
      try {
        for (const args of [['validate'], ['plan'], ['plan', '--offline'], ['render']]) {
          const { exitCode, stdout } = await run(...args);
          expect(exitCode).toBe(3);
          expect(stdout).toMatch(new RegExp(`^${RegExp.escape(file)}:\\d+:\\d+ error manifests .*${RegExp.escape(words)}`, 'm'));
        }
      } finally {
        writeFileSync(path, text);
      }
      expect(requests()).toEqual(before);
    },
    60_000,
  );
});

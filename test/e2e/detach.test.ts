import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { SmokeDocument } from '../../src/model/smoke.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { type Lab, listed, NO_LAB, resourceOf, startLab } from '../support/lab.ts';

const suite = NO_LAB === undefined ? describe : describe.skip;
const IMAGE = 'lab.local/cn2-fleet/probe:1';
const USER = 65532;

const CLUSTER3 = `  - name: cluster3
    index: 1
    kubeconfig: {env: KUBECONFIG_CLUSTER3}
    server: https://172.27.115.186:6443
    podSubnets: [10.235.128.0/17, "fd85:ee78:d8a6:8607::5:0000/112"]
    serviceSubnets: [10.235.0.0/17, "fd85:ee78:d8a6:8607::4:1000/116"]
`;

/** The guide with a third cluster, whose network the connection joins as well. */
function ofThree(text: string): string {
  return text
    .replace(
      'namespaces:\n',
      () => `${CLUSTER3}namespaces:\n  - {cluster: cluster3, name: ns1, isolated: true, labels: {ns: cluster3-ns1}}\n`,
    )
    .replace(
      'networks:\n',
      () =>
        `networks:\n  - {cluster: cluster3, namespace: ns1, name: vn5, labels: {vn: vn5}, v4: {cidr: 10.0.5.0/24, gateway: 10.0.5.1}}\n`,
    )
    .replace('cluster2/ns1/vn2]', 'cluster2/ns1/vn2, cluster3/ns1/vn5]');
}

/** The second cluster leaves; what the connection joins is the others'. */
function leaving(text: string): string {
  return text
    .replace('    index: 0\n', '    index: 0\n    state: detached\n')
    .replace('[cluster1/ns1/vn1, cluster2/ns1/vn2, cluster3/ns1/vn5]', '[cluster1/ns1/vn1, cluster3/ns1/vn5]')
    .replace(', cluster2/ns1/vn2: vnr2}', '}');
}

let lab: Lab;
const run = (...args: string[]) => cli(lab.folder, args, { environment: lab.environment });

async function approve(): Promise<Plan> {
  expect((await run('render')).exitCode).toBe(0);
  const planned = await run('plan', '--out', 'rendered/plan.json', '--format', 'json');
  expect([planned.exitCode, planned.stderr]).toEqual([2, '']);
  return JSON.parse(planned.stdout) as Plan;
}

async function apply(): Promise<SmokeDocument> {
  const applied = await run('apply', '--format', 'json');
  const { outcome, reason, smoke } = JSON.parse(applied.stdout) as { outcome: string; reason?: string; smoke: SmokeDocument };
  expect([outcome, reason, applied.exitCode]).toEqual(['done', undefined, 0]);
  return smoke;
}

/** A pod that may ping; what it runs it does from its start. */
async function startPod(cluster: Cluster, name: string, command: string): Promise<string> {
  const pods = (await resourceOf(cluster, 'Pod'))!;
  const object: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      terminationGracePeriodSeconds: 1,
      tolerations: [{ operator: 'Exists' }],
      securityContext: {
        runAsUser: USER,
        runAsGroup: USER,
        sysctls: [{ name: 'net.ipv4.ping_group_range', value: `${USER} ${USER}` }],
      },
      volumes: [{ name: 'tmp', emptyDir: {} }],
      containers: [
        {
          name: 'probe',
          image: IMAGE,
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', command],
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
        },
      ],
    },
  };
  await cluster.create(pods, object);
  for (let round = 0; round < 240; round += 1) {
    const live = await cluster.get({ resource: pods, namespace: 'default', name });
    const { phase, podIP } = (live?.['status'] ?? {}) as { phase?: string; podIP?: string };
    if (phase === 'Running' && podIP !== undefined) return podIP;
    await sleep(500);
  }
  throw new Error(`pod ${name} of ${cluster.name} does not run`);
}

/** Ends the ping of a pod, and gives its summary. */
async function summary(cluster: Cluster, pod: string): Promise<string> {
  const command = ['sh', '-c', 'kill -2 $(cat /tmp/pid); sleep 1; tail -3 /tmp/out; echo "#END"'];
  const result = await cluster.exec({
    namespace: 'default',
    pod,
    container: 'probe',
    command,
    deadline: 20_000,
    sentinel: '#END',
  });
  return result.stdout;
}

const namesOf = async (cluster: Cluster, kind: string) => (await listed(cluster, kind)).map(({ metadata }) => metadata.name);

suite(`a cluster leaves a fleet of three${NO_LAB === undefined ? '' : ` (skipped: ${NO_LAB})`}`, () => {
  beforeAll(async () => {
    lab = await startLab(guideCopy(ofThree));
  }, 2_400_000);

  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
  }, 120_000);

  test('the others lose no packet, before, while and after it leaves', async () => {
    const [central, , third] = [...lab.clusters.values()] as [Cluster, Cluster, Cluster];
    await approve();
    const before = await apply();
    expect(before.pairs.every(({ verdict }) => verdict === 'ok')).toBe(true);

    const target = await startPod(third, 'pinged', 'exec sleep 3600');
    await startPod(central, 'pinging', `/usr/bin/ping -n -i 0.2 ${target} > /tmp/out & echo $! > /tmp/pid; exec sleep 3600`);
    const file = join(lab.folder, 'clusters.yaml');
    writeFileSync(file, leaving(readFileSync(file, 'utf8')));
    const plan = await approve();
    expect(plan.detaches).toMatchObject([{ cluster: 'cluster2', namespaces: ['alone', 'ns1'] }]);
    const after = await apply();
    await sleep(3000);
    const said = await summary(central, 'pinging');
    expect(said).toMatch(/ [1-9]\d\d+ received, 0% packet loss/);

    const pairs = after.pairs.map(({ source, target: to, verdict }) => `${source.cluster} ${to.cluster} ${verdict}`);
    expect(pairs).toContain('cluster1 cluster3 ok');
    expect(pairs).toContain('cluster3 cluster1 ok');
    expect(pairs.filter((pair) => pair.includes('cluster2') || !pair.endsWith(' ok'))).toEqual([]);
  }, 900_000);

  test('nothing of it is left on the central cluster, its own vRouters are gone, and the plan is empty', async () => {
    const [central, second] = [...lab.clusters.values()] as [Cluster, Cluster];
    for (const kind of ['Namespace', 'Kubemanager', 'VirtualRouter', 'VirtualNetworkRouter', 'Secret'])
      expect(
        (await namesOf(central, kind)).filter((name) => name.includes('cluster2') || name === 'workload-kubeconfig'),
      ).toEqual([]);
    expect(await namesOf(second, 'Vrouter')).toEqual([]);
    expect((await namesOf(second, 'Namespace')).filter((name) => /^(contrail|ns1|alone)/.test(name))).toEqual([]);
    const planned = await run('plan', '--format', 'json');
    expect([planned.exitCode, planned.stderr]).toEqual([0, '']);
    const drift = await run('drift', '--format', 'json');
    expect(drift.exitCode).toBe(0);
  }, 120_000);
});

/**
 * The life of a fleet of three clusters in a lab: attached, forgotten and imported, upgraded from a release of the 22.2 shape to one of
 * the 23.4 shape, and a cluster of it detached, with a ping between the clusters that are not touched all the while:
 * node test/soak/life-of-a-fleet.ts [vendor]. Ends with 1 where something is not so. `vendor`: with the vendor's own files of 22.2 and 23.4.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { Plan } from '../../src/model/plan.ts';
import { cli } from '../support/cli.ts';
import { forgetFleet } from '../support/forget-fleet.ts';
import { lifeFleet } from '../support/life-fleet.ts';
import { snapshot } from '../support/snapshot.ts';
import { type ConstantPing, startPing } from './constant-ping.ts';
import { attachAll, expected, type LabRun, say, startLabRun } from './lab-run.ts';

const CLUSTERS = ['cluster1', 'cluster2', 'cluster3'];

try {
  await using lab = await startLabRun(lifeFleet(process.argv[2] === 'vendor' ? 'vendor' : 'lab'));
  say(`three clusters were up after ${lab.seconds.toFixed(0)} s`);
  const clients = new Map(CLUSTERS.map((name) => [name, new KubeClient(connectionOf(lab.kubeconfig(name)))]));
  const client = (name: string) => clients.get(name)!;
  const before = await remains(lab);
  const smoke = await attachAll(lab);
  say(`attached, ${smoke.pairs.length} paths are as declared`);
  const untouched = await startPing('untouched', client('cluster1'), client('cluster3'));

  await quietly('import', untouched, () => imported(lab));
  await upgraded(lab, untouched);
  await quietly('detach of cluster2', untouched, () => detached(lab, 'cluster2'));
  await detached(lab, 'cluster3');
  judgeRemains(before, await remains(lab));
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
}

/** Does something that must not cost the ping a packet. */
async function quietly(what: string, ping: ConstantPing, act: () => Promise<void>): Promise<void> {
  const from = Date.now();
  await act();
  const { answered, lost } = await ping.between(from, Date.now());
  say(`${what}: ${answered} packets of ${ping.name} answered, ${lost} lost`);
  if (lost > 0 || answered === 0) throw new Error(`${what} has cost ${lost} packets of ${ping.name}, ${answered} were answered`);
}

/** A fleet that nobody has declared, imported: nothing but adopting is planned, and after that nothing. */
async function imported(lab: LabRun): Promise<void> {
  await forgetFleet(new Map(CLUSTERS.map((name) => [name, lab.kubeconfig(name)])));
  say('  forgotten: no label, no record, no field of cn2-fleet is left');
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-imported-'));
  try {
    cpSync(join(lab.folder, 'cn2'), join(folder, 'cn2'), { recursive: true });
    const environment = lab.environment;
    const run = (...args: string[]) => cli(folder, args, { environment });
    const refs = CLUSTERS.slice(1).map((name) => `${name}=env:KUBECONFIG_${name.toUpperCase()}`);
    expected(
      await run(
        'import',
        '--name',
        'life',
        '--central',
        'cluster1=env:KUBECONFIG_CLUSTER1',
        '--manifests',
        'cn2/22.2',
        ...refs.flatMap((ref) => ['--distributed', ref]),
      ),
      0,
    );
    process.stdout.write(readFileSync(join(folder, 'clusters.yaml'), 'utf8').replace(/^/gm, '    | '));
    expected(await run('render'), 0);
    const planned = expected(await run('plan', '--out', 'rendered/plan.json', '--format', 'json'), 2);
    const others = changesOf(planned.stdout).filter((change) => !change.startsWith('adopt '));
    if (others.length > 0) throw new Error(`beside adopting the imported declaration plans: ${others.join(', ')}`);
    expected(await run('apply'), 0);
    expected(await run('plan'), 0);
    // Equal meaning: of what was declared first nothing is to be done but for the namespaces of its smoke test.
    expected(await lab.run('render'), 0);
    const first = expected(await lab.run('plan', '--out', 'rendered/plan.json', '--format', 'json'), 2);
    const differing = changesOf(first.stdout).filter((change) => !change.startsWith('adopt Namespace cn2-fleet-smoke '));
    if (differing.length > 0) throw new Error(`the first declaration differs from the imported one: ${differing.join(', ')}`);
    expected(await lab.run('apply'), 0);
    expected(await lab.run('plan'), 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The central cluster first, by its people; then the rest, by an approved plan. */
async function upgraded(lab: LabRun, ping: ConstantPing): Promise<void> {
  edit(lab, (text) =>
    text
      .replace('version: 22.2.0.93', 'version: cn2.23.4.0.59')
      .replace('manifests: cn2/22.2', 'manifests: cn2/23.4')
      .replace('contrail-vrouter-nodes-1', 'contrail-vrouter-nodes')
      .replace('contrail-vrouter-nodes-2', 'contrail-vrouter-dpdk-nodes')
      .concat('upgrade: {order: [cluster2, cluster3], soak: 5s}\n'),
  );
  const own = join(lab.folder, 'own/objects.yaml');
  writeFileSync(own, readFileSync(own, 'utf8').replaceAll('juniper.net/v1alpha1', 'juniper.net/v4'));
  await quietly('upgrade of the central cluster', ping, async () => {
    expected(await cli(lab.folder, ['lab', 'up']), 0);
  });
  expected(await lab.run('render'), 0);
  const planned = expected(await lab.run('plan', '--out', 'rendered/plan.json'), 2);
  process.stdout.write(planned.stdout.replace(/^/gm, '    | '));
  const from = Date.now();
  expected(await lab.run('apply'), 0);
  const { answered, lost } = await ping.between(from, Date.now());
  say(`upgraded: ${answered} packets between the central cluster and cluster3 answered, ${lost} lost`);
  expected(await lab.run('plan'), 0);
}

async function detached(lab: LabRun, name: string): Promise<void> {
  edit(lab, (text) => {
    const entry = text.indexOf(`  - name: ${name}\n`);
    const rest = text.slice(entry).replace(/^( {4}kubeconfig: .*\n)/m, '$1    state: detached\n');
    return (text.slice(0, entry) + rest)
      .replace(new RegExp(`(spokes: \\[.*?)(, )?${name}/edge/\\w+`), '$1')
      .replace('spokes: [, ', 'spokes: [')
      .replace(new RegExp(`^ {6}${name}/edge/.*\\n`, 'm'), '')
      .replace(/^connections:\n[\s\S]*spokes: \[\]\n[\s\S]*?(?=^extra)/m, '');
  });
  expected(await lab.run('render'), 0);
  const planned = expected(await lab.run('plan', '--out', 'rendered/plan.json'), 2);
  process.stdout.write(planned.stdout.replace(/^/gm, '    | '));
  expected(await lab.run('apply'), 0);
  expected(await lab.run('plan'), 0);
  say(`${name} is detached`);
}

function edit(lab: LabRun, change: (text: string) => string): void {
  const file = join(lab.folder, 'clusters.yaml');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

function changesOf(text: string): string[] {
  const { clusters } = JSON.parse(text) as Plan;
  return clusters.flatMap(({ name, changes }) =>
    changes.map((change) => `${change.action} ${change.kind} ${change.name} on ${name}`),
  );
}

/** Keys of the objects of the central cluster. */
async function remains(lab: LabRun): Promise<string[]> {
  await using central = kubernetesConnector().connect('cluster1', lab.kubeconfig('cluster1'));
  return Object.keys(await snapshot(new Map([['cluster1', central]])));
}

/** The central cluster is as before the attach, but for what is declared of itself. */
function judgeRemains(before: readonly string[], after: readonly string[]): void {
  const own = /\/core(\/|$)|\/cn2-fleet-smoke(\/|$)/;
  const left = after.filter((key) => !before.includes(key) && !own.test(key));
  const lost = before.filter((key) => !after.includes(key));
  if (left.length + lost.length > 0) throw new Error(`left behind: ${left.join(', ')}; lost: ${lost.join(', ')}`);
  say(
    `the central cluster is as before the attach: ${before.length} objects, and ${after.length - before.length} of its own networks`,
  );
}

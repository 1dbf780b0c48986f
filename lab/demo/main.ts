/**
 * The main job, shown: a declaration, its findings, rendered manifests, a plan against two live clusters, the apply with its
 * gates, packets between pods of both clusters; then a hand change, a removed connection and a router left behind.
 * KEEP=1 keeps the lab.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureBinaries } from '../binaries/binaries.ts';
import { type Ended, fleetCommand, type RunOptions, run } from './command.ts';
import { narrator } from './narrator.ts';

const checkout = dirname(dirname(import.meta.dirname));
const folder = join(checkout, '.tmp/demo');
const declaration = join(folder, 'clusters.yaml');
const keep = (process.env['KEEP'] ?? '') !== '';
const tell = narrator(process.stdout);
const fleet = fleetCommand(checkout);
let environment: Record<string, string> = {};

/** Runs the tool in the demo's folder; any other exit code than the expected one ends the demo with what it printed. */
async function cn2(args: readonly string[], expected: number, options: Partial<RunOptions> = {}): Promise<Ended> {
  const ended = await fleet(args, { cwd: folder, environment, ...options });
  if (ended.exitCode !== expected) {
    throw new Error(
      `cn2-fleet ${args.join(' ')} ended with ${ended.exitCode}, not ${expected}:\n${ended.stdout}\n${ended.stderr}`,
    );
  }
  return ended;
}

async function kubectl(cluster: string, args: readonly string[], input?: string): Promise<Ended> {
  const status = JSON.parse((await cn2(['lab', 'status', '--format', 'json'], 0)).stdout) as LabStatus;
  const kubeconfig = status.clusters.find((entry) => entry.name === cluster)?.kubeconfig ?? '';
  const { kubectl: program } = await ensureBinaries(['kubectl']);
  const ended = await run(program, ['--kubeconfig', kubeconfig, ...args], {
    cwd: folder,
    ...(input === undefined ? {} : { input }),
  });
  if (ended.exitCode !== 0) throw new Error(`kubectl ${args.join(' ')} failed: ${ended.stderr}`);
  return ended;
}

interface LabStatus {
  clusters: { name: string; kubeconfig: string }[];
}

async function edit(change: (text: string) => string): Promise<void> {
  await writeFile(declaration, change(await readFile(declaration, 'utf8')));
}

async function prepare(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(join(checkout, 'examples/guide'), folder, { recursive: true });
}

/** What needs no cluster: findings of a declaration with three mistakes, and the rendered tree. */
async function withoutClusters(): Promise<void> {
  await tell.step('validate a declaration with three mistakes', async () => {
    const broken = (await readFile(declaration, 'utf8'))
      .replace('10.234.128.0/17', '10.233.192.0/18')
      .replace('  - name: cluster2\n    index: 0', '  - name: cluster2\n    index: 0\n    kubeconfigSecrets: typo')
      .replace('networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]', 'networks: [cluster1/ns1/vn1, cluster2/ns1/vn9]');
    await writeFile(join(folder, 'broken.yaml'), broken);
    tell.show((await cn2(['validate', '-f', 'broken.yaml'], 3)).stdout);
  });
  await tell.step('validate the declaration', async () => tell.show((await cn2(['validate'], 0)).stdout));
  await tell.step('render the manifests', async () => {
    await cn2(['render'], 0);
    const files = await readdir(join(folder, 'rendered'), { recursive: true });
    tell.show(
      files
        .filter((file) => file.endsWith('.yaml'))
        .sort()
        .join('\n'),
    );
  });
}

async function approve(title: string): Promise<void> {
  await tell.step(title, async (progress) => {
    await cn2(['render'], 0);
    tell.show((await cn2(['plan', '--out', 'rendered/plan.json'], 2, { progress })).stdout);
  });
}

async function apply(title: string): Promise<void> {
  await tell.step(title, async (progress) => tell.show((await cn2(['apply'], 0, { progress })).stdout));
}

async function story(lab: Promise<Ended>): Promise<void> {
  tell.title('Without any cluster');
  await withoutClusters();

  tell.title('Attach cluster2');
  await tell.step('two Kubernetes clusters, CN2 on the central one', async (progress) => {
    report = progress;
    const ended = await lab;
    if (ended.exitCode !== 0) throw new Error(`the lab did not come up:\n${ended.stdout}\n${ended.stderr}`);
  });
  environment = exports((await cn2(['lab', 'env'], 0)).stdout);
  await approve('plan: what would happen');
  await apply('apply: in order, with gates, then packets between the clusters');
  await tell.step('apply again: nothing to do', async () => tell.show((await cn2(['apply'], 0)).stdout));

  tell.title('Someone changes a router by hand');
  await tell.step('kubectl patch: vnr2 imports nothing any more', async () => {
    const patch = '[{"op":"replace","path":"/spec/import/virtualNetworkRouters","value":[]}]';
    await kubectl('cluster1', [
      'patch',
      'virtualnetworkrouter',
      'vnr2',
      '-n',
      'kubemanager-cluster2-cluster2-ns1',
      '--type=json',
      '-p',
      patch,
    ]);
  });
  await approve('plan: the hand change, and who made it');
  await apply('apply: it is undone');

  tell.title('The connection is removed');
  await tell.step('the declaration without connection "app"', () =>
    edit((text) => text.replace(/^connections:\n(?: .*\n)+/m, 'connections: []\n')),
  );
  await approve('plan: the routers go');
  await apply('apply: vn1 and vn2 are blocked as declared');

  tell.title('Someone leaves routers behind');
  await tell.step('kubectl apply: two routers that nobody declared', () =>
    kubectl('cluster1', ['apply', '-f', '-'], STRAY_ROUTERS),
  );
  await tell.step('smoke: they are found by packets (exit 9)', async (progress) =>
    tell.show((await cn2(['smoke'], 9, { progress })).stdout),
  );
}

const STRAY_ROUTERS = [
  { namespace: 'ns1', name: 'stray1', vn: 'vn1', peer: 'stray2', peerNamespace: { ns: 'cluster2-ns1' } },
  { namespace: 'kubemanager-cluster2-cluster2-ns1', name: 'stray2', vn: 'vn2', peer: 'stray1', peerNamespace: { ns: 'ns1' } },
]
  .map(({ namespace, name, vn, peer, peerNamespace }) =>
    JSON.stringify({
      apiVersion: 'core.contrail.juniper.net/v1alpha1',
      kind: 'VirtualNetworkRouter',
      metadata: { namespace, name, labels: { vnr: name } },
      spec: {
        type: 'mesh',
        virtualNetworkSelector: { matchLabels: { vn } },
        import: {
          virtualNetworkRouters: [
            { virtualNetworkRouterSelector: { matchLabels: { vnr: peer } }, namespaceSelector: { matchLabels: peerNamespace } },
          ],
        },
      },
    }),
  )
  .join('\n---\n');

/** `export NAME=value` lines as an environment. */
function exports(text: string): Record<string, string> {
  const names: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const match = /^export ([A-Za-z0-9_]+)=(.*)$/.exec(line);
    if (match?.[1] !== undefined) names[match[1]] = (match[2] ?? '').replace(/^(['"])(.*)\1$/, '$2');
  }
  return names;
}

let report: (text: string) => void = () => {};
const started = Date.now();
await prepare();
const lab = fleet(['lab', 'up'], { cwd: folder, progress: (line) => report(line) });
lab.catch(() => {}); // awaited in the story; a failure must not end the process before
try {
  await story(lab);
} catch (error) {
  process.exitCode = 1;
  process.stdout.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  await lab.catch(() => {});
} finally {
  if (keep) {
    tell.title('The lab is kept');
    tell.show(`cd ${folder}\neval "$(node ${join(checkout, 'dist/cn2-fleet.mjs')} lab env)"`);
    tell.show((await fleet(['lab', 'status'], { cwd: folder })).stdout);
    tell.show(`when done: node ${join(checkout, 'dist/cn2-fleet.mjs')} lab down`);
  } else {
    await tell.step('take the lab down', async () => {
      await cn2(['lab', 'down'], 0);
    });
  }
}
process.stdout.write(`\n${process.exitCode === 1 ? 'failed' : 'done'} after ${((Date.now() - started) / 1000).toFixed(0)} s\n`);

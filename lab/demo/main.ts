/**
 * The whole story, shown: a repository on a GitHub of its own, a pull request that attaches cluster2 with the plan as a comment, the
 * proposed pull request whose merge applies the plan to two live clusters and proves it with packets, a manual change that a nightly
 * look finds, and its repair. KEEP=1 keeps clusters and pages.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureBinaries } from '../binaries/binaries.ts';
import { publishedAction } from '../github/act-export.ts';
import { type FleetRepository, fleetRepository, type StartedRun } from '../github/fleet-repository.ts';
import { withoutCluster2 } from '../github/guide-steps.ts';
import { keepTwin } from '../github/keep.ts';
import { needles, searchForSecrets } from '../github/secret-search.ts';
import { startTwin } from '../github/twin.ts';
import { type WorkCopy, workCopy } from '../github/work-copy.ts';
import { type Ended, fleetCommand, type RunOptions, run } from './command.ts';
import { narrator } from './narrator.ts';
import { asText } from './page-text.ts';

const OWNER = 'octo';
const NAME = 'fleet';
const checkout = dirname(dirname(import.meta.dirname));
const demo = join(checkout, '.tmp/demo');
/** The declaration of the lab, and what a person has cloned. */
const [labFolder, cloneFolder] = [join(demo, 'lab'), join(demo, 'fleet')];
const keep = (process.env['KEEP'] ?? '') !== '';
const tell = narrator(process.stdout);
const fleet = fleetCommand(checkout);

/** Runs the tool in a folder; any other exit code than the expected one ends the demo with what it printed. */
async function cn2(folder: string, args: readonly string[], expected = 0, options: Partial<RunOptions> = {}): Promise<Ended> {
  const ended = await fleet(args, { cwd: folder, ...options });
  if (ended.exitCode !== expected) {
    throw new Error(
      `cn2-fleet ${args.join(' ')} ended with ${ended.exitCode}, not ${expected}:\n${ended.stdout}\n${ended.stderr}`,
    );
  }
  return ended;
}

/** The run of a workflow that an event has started; one that failed ends the demo with its log. */
function ranWell(started: readonly StartedRun[], workflow: string): StartedRun['run'] {
  const found = started.find((one) => one.workflow.endsWith(`cn2-fleet-${workflow}.yml`))?.run;
  if (found === undefined) throw new Error(`the event started no ${workflow} workflow`);
  if (found.result !== 'success')
    throw new Error(`the ${workflow} workflow failed:\n${[...found.log.slice(-40), ...found.words.slice(-5)].join('\n')}`);
  return found;
}

/** What `lab env` exports: in a repository these are secrets. */
async function secretsOfLab(): Promise<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const line of (await cn2(labFolder, ['lab', 'env'])).stdout.split('\n')) {
    const match = /^export ([A-Za-z0-9_]+)=(.*)$/.exec(line);
    if (match?.[1] !== undefined) names[match[1]] = (match[2] ?? '').replace(/^(['"])(.*)\1$/, '$2');
  }
  return names;
}

async function patchByHand(): Promise<void> {
  const { stdout } = await cn2(labFolder, ['lab', 'status', '--format', 'json']);
  const { clusters } = JSON.parse(stdout) as { clusters: { name: string; kubeconfig: string }[] };
  const kubeconfig = clusters.find(({ name }) => name === 'cluster1')?.kubeconfig ?? '';
  const { kubectl } = await ensureBinaries(['kubectl']);
  const patch = '[{"op":"replace","path":"/spec/import/virtualNetworkRouters","value":[]}]';
  const words = ['patch', 'virtualnetworkrouter', 'vnr2', '-n', 'kubemanager-cluster2-cluster2-ns1', '--type=json', '-p', patch];
  const ended = await run(kubectl, ['--kubeconfig', kubeconfig, ...words], { cwd: demo });
  if (ended.exitCode !== 0) throw new Error(`kubectl patch failed: ${ended.stderr}`);
}

interface World {
  repository: FleetRepository;
  clone: WorkCopy;
}

/** A declaration with three mistakes, then the repository as it is before cluster2 comes. */
async function beginning({ clone, repository }: World): Promise<void> {
  await cp(join(checkout, 'examples/guide'), clone.folder, { recursive: true });
  const file = join(clone.folder, 'clusters.yaml');
  const declaration = await readFile(file, 'utf8');
  await tell.step('validate a declaration with three mistakes', async () => {
    const broken = declaration
      .replace('10.234.128.0/17', '10.233.192.0/18')
      .replace('  - name: cluster2\n    index: 0', '  - name: cluster2\n    index: 0\n    kubeconfigSecrets: typo')
      .replace('networks: [cluster1/ns1/vn1, cluster2/ns1/vn2]', 'networks: [cluster1/ns1/vn1, cluster2/ns1/vn9]');
    await writeFile(join(demo, 'broken.yaml'), broken);
    await cp(join(clone.folder, 'cn2'), join(demo, 'cn2'), { recursive: true });
    tell.show((await cn2(demo, ['validate', '-f', 'broken.yaml'], 3)).stdout);
  });
  await tell.step('init: the workflow files; push the central cluster', async () => {
    await writeFile(file, withoutCluster2(declaration));
    tell.show((await cn2(clone.folder, ['init', '--repository', 'cn2-fleet/cn2-fleet'])).stdout.split('\n\nnext')[0] ?? '');
    await clone.push('main', 'The central cluster');
    tell.show(repository.page(''));
  });
  await writeFile(file, declaration);
}

/** A pull request with cluster2, its plan, its merge, and what the propose workflow makes of it. Gives the number of the proposal. */
async function attach({ clone, repository }: World): Promise<number> {
  const number = await tell.step('a branch adds cluster2 to clusters.yaml', async () => {
    tell.show((await cn2(clone.folder, ['init'])).stdout.split('\n\n')[0] ?? '');
    await clone.push('attach-cluster2', 'Attach cluster2');
    const opened = await repository.client.openPull({ title: 'Attach cluster2', head: 'attach-cluster2', base: 'main' });
    tell.show(repository.page(`/pull/${opened}`));
    return opened;
  });
  await tell.step('plan workflow: a comment, a check, the summary', async () => {
    ranWell(await repository.happens({ name: 'pull_request', number }), 'plan');
    tell.show(await lastComment(repository, number));
  });
  return tell.step('merge: the propose workflow opens the pull request with manifests and plan', async () =>
    shownProposal(repository, ranWell(await repository.merges(number), 'propose')),
  );
}

async function shownProposal(repository: FleetRepository, propose: StartedRun['run']): Promise<number> {
  const number = Number(propose.outputs['1']?.['pull-request-number']);
  const pull = (await repository.client.get(`/pulls/${number}`)) as { title: string; body: string; changed_files: number };
  tell.show(
    `${repository.page(`/pull/${number}`)}\n#${number} ${pull.title}, ${pull.changed_files} changed file${pull.changed_files === 1 ? '' : 's'}\n\n${asText(pull.body, 40)}`,
  );
  return number;
}

async function merged({ repository }: World, number: number): Promise<void> {
  await tell.step('merge: the apply workflow, in order, with gates, then packets between the clusters', async () => {
    ranWell(await repository.merges(number), 'apply');
    tell.show(await lastComment(repository, number));
  });
}

async function lastComment(repository: FleetRepository, number: number): Promise<string> {
  const comments = (await repository.client.get(`/issues/${number}/comments`)) as { body: string; html_url: string }[];
  const last = comments.at(-1);
  return last === undefined ? 'no comment' : `${last.html_url}\n${asText(last.body, 60)}`;
}

async function handChange(world: World): Promise<void> {
  const { repository } = world;
  const look = async () => ranWell(await repository.happens({ name: 'schedule', cron: '17 3 * * *' }), 'drift');
  const issue = async (number: string | undefined) =>
    (await repository.client.get(`/issues/${number}`)) as { title: string; body: string; state: string; html_url: string };
  await tell.step('kubectl patch: vnr2 imports nothing any more', patchByHand);
  const number = await tell.step('drift workflow, at night: an issue', async () => {
    const opened = (await look()).outputs['1']?.['issues'];
    const { title, body, html_url } = await issue(opened);
    tell.show(`${html_url}\n#${opened} ${title}\n\n${asText(body, 30)}`);
    return opened;
  });
  const proposal = await tell.step('propose workflow: a pull request that undoes it', async () => {
    const started = await repository.happens({ name: 'workflow_dispatch', workflow: '.github/workflows/cn2-fleet-propose.yml' });
    return shownProposal(repository, ranWell(started, 'propose'));
  });
  await merged(world, proposal);
  await tell.step('drift workflow: the issue is closed', async () => {
    await look();
    const { state, html_url } = await issue(number);
    if (state !== 'closed') throw new Error(`issue ${number} is ${state}`);
    tell.show(`${html_url} is ${state}\n${await lastComment(repository, Number(number))}`);
  });
}

async function story(lab: Promise<Ended>): Promise<void> {
  await using action = await publishedAction(checkout);
  const twin = await startTwin({ folder: join(demo, 'github') });
  let kept = false;
  try {
    const { act } = await tell.step('a GitHub of our own, and act to run its workflows', (progress) =>
      ensureBinaries(['act'], { progress }),
    );
    const secrets: Record<string, string> = {};
    const repository = await fleetRepository({
      twin,
      owner: OWNER,
      name: NAME,
      act,
      actions: { 'cn2-fleet/cn2-fleet': action.folder },
      secrets,
      log: (line) => report(line),
    });
    const world = { repository, clone: await workCopy(repository.cloneUrl, cloneFolder, OWNER) };

    tell.title('A repository for the fleet');
    await beginning(world);
    await tell.step('two Kubernetes clusters, CN2 on the central one', async (progress) => {
      report = progress;
      const ended = await lab;
      if (ended.exitCode !== 0) throw new Error(`the lab did not come up:\n${ended.stdout}\n${ended.stderr}`);
    });
    Object.assign(secrets, await secretsOfLab());

    tell.title('Attach cluster2');
    await merged(world, await attach(world));
    await tell.step('apply workflow again: nothing to do, nothing is written', async () => {
      const before = twin.requests.length;
      const started = await repository.happens({ name: 'workflow_dispatch', workflow: '.github/workflows/cn2-fleet-apply.yml' });
      ranWell(started, 'apply');
      const writes = twin.requests.slice(before).filter(({ write }) => write).length;
      if (writes > 0) throw new Error(`the second run wrote ${writes} times to GitHub`);
    });

    tell.title('Someone changes a router by hand');
    await handChange(world);
    await tell.step('look for the secrets in everything that was written', async () => {
      const tokens = Object.fromEntries(twin.hub.state.tokens.map(({ value }, at) => [`token ${at}`, value]));
      const wanted = needles({ ...secrets, ...tokens });
      const { found, bytes } = await searchForSecrets(twin, repository, `${OWNER}/${NAME}`, wanted);
      if (found.length > 0) throw new Error(`a secret appears in ${found.join(', ')}`);
      tell.show(
        `none of ${wanted.length} values in ${(bytes / 1e6).toFixed(1)} MB of git objects, pages, logs, outputs and summaries`,
      );
    });
    if (keep) {
      const pid = await keepTwin(twin);
      kept = true;
      tell.title('Clusters and pages are kept');
      tell.show(`${repository.page('')}   (process ${pid}: kill ${pid} when done)`);
    }
  } finally {
    if (!kept) await twin[Symbol.asyncDispose]();
  }
}

let report: (text: string) => void = () => {};
const started = Date.now();
await rm(demo, { recursive: true, force: true });
await mkdir(demo, { recursive: true });
await cp(join(checkout, 'examples/guide'), labFolder, { recursive: true });
const lab = fleet(['lab', 'up'], { cwd: labFolder, progress: (line) => report(line) });
lab.catch(() => {}); // awaited in the story; a failure must not end the process before
try {
  await story(lab);
} catch (error) {
  process.exitCode = 1;
  process.stdout.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  await lab.catch(() => {});
} finally {
  if (keep) {
    tell.show(`cd ${labFolder}\neval "$(node ${join(checkout, 'dist/cn2-fleet.mjs')} lab env)"`);
    tell.show((await fleet(['lab', 'status'], { cwd: labFolder })).stdout);
    tell.show(`when done: node ${join(checkout, 'dist/cn2-fleet.mjs')} lab down`);
  } else {
    await tell.step('take the lab down', async () => {
      await cn2(labFolder, ['lab', 'down']);
    });
  }
}
process.stdout.write(`\n${process.exitCode === 1 ? 'failed' : 'done'} after ${((Date.now() - started) / 1000).toFixed(0)} s\n`);

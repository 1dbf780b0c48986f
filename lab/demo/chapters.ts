import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '../../src/version.ts';
import type { FleetRepository, StartedRun } from '../github/fleet-repository.ts';
import { withoutCluster2 } from '../github/guide-steps.ts';
import type { WorkCopy } from '../github/work-copy.ts';
import { narrator } from './narrator.ts';
import { asText } from './page-text.ts';
import { checkout, cn2, demo, patchByHand } from './tool.ts';

/** Tells the story on standard output. */
export const tell = narrator(process.stdout);

/** The run of a workflow that an event has started; one that failed ends the demo with its log. */
export function ranWell(started: readonly StartedRun[], workflow: string): StartedRun['run'] {
  const found = started.find((one) => one.workflow.endsWith(`cn2-fleet-${workflow}.yml`))?.run;
  if (found === undefined) throw new Error(`the event started no ${workflow} workflow`);
  if (found.result !== 'success')
    throw new Error(`the ${workflow} workflow failed:\n${[...found.log.slice(-40), ...found.words.slice(-5)].join('\n')}`);
  return found;
}

/** What the story happens in. */
export interface World {
  repository: FleetRepository;
  clone: WorkCopy;
}

/** A declaration with three mistakes, then the repository as it is before cluster2 comes. */
export async function beginning({ clone, repository }: World): Promise<void> {
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
    tell.show((await cn2(clone.folder, ['init', '--repository', REPOSITORY])).stdout.split('\n\nnext')[0] ?? '');
    await clone.push('main', 'The central cluster');
    tell.show(repository.page(''));
  });
  await writeFile(file, declaration);
}

/** A pull request with cluster2, its plan, its merge, and what the propose workflow makes of it. Gives the number of the proposal. */
export async function attach({ clone, repository }: World): Promise<number> {
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
  const number = Number(propose.outputs['propose']?.['pull-request-number']);
  const pull = (await repository.client.get(`/pulls/${number}`)) as { title: string; body: string; changed_files: number };
  tell.show(
    `${repository.page(`/pull/${number}`)}\n#${number} ${pull.title}, ${pull.changed_files} changed file${pull.changed_files === 1 ? '' : 's'}\n\n${asText(pull.body, 40)}`,
  );
  return number;
}

/** The merge of a proposal: its plan is applied and proven. */
export async function merged({ repository }: World, number: number): Promise<void> {
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

/** A change by hand, the issue that the nightly look opens, and its repair. */
export async function handChange(world: World): Promise<void> {
  const { repository } = world;
  const look = async () => ranWell(await repository.happens({ name: 'schedule', cron: '23 3 * * *' }), 'drift');
  const issue = async (number: string | undefined) =>
    (await repository.client.get(`/issues/${number}`)) as { title: string; body: string; state: string; html_url: string };
  await tell.step('kubectl patch: vnr2 imports nothing any more', patchByHand);
  const number = await tell.step('drift workflow, at night: an issue', async () => {
    const opened = (await look()).outputs['drift']?.['issues'];
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

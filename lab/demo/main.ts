/**
 * The whole story, shown: a repository on a GitHub of its own, a pull request that attaches cluster2 with the plan as a comment, the
 * proposed pull request whose merge applies the plan to two live clusters and proves it with packets, a manual change that a nightly
 * look finds, and its repair. At its end lies the page of the last apply. KEEP=1 keeps clusters and pages.
 */

import { access, cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY } from '../../src/version.ts';
import { ensureBinaries } from '../binaries/binaries.ts';
import { publishedAction } from '../github/act-export.ts';
import { fleetRepository } from '../github/fleet-repository.ts';
import { keepTwin } from '../github/keep.ts';
import { needles, searchForSecrets } from '../github/secret-search.ts';
import { startTwin } from '../github/twin.ts';
import { workCopy } from '../github/work-copy.ts';
import { attach, beginning, handChange, merged, ranWell, tell } from './chapters.ts';
import type { Ended } from './command.ts';
import { artifacts, checkout, cn2, demo, fleet, labFolder, secretsOfLab } from './tool.ts';

const OWNER = 'octo';
const NAME = 'fleet';
/** What a person has cloned. */
const cloneFolder = join(demo, 'fleet');
/** Of the last apply and its smoke test, as its workflow has kept it. */
const page = join(artifacts, 'cn2-fleet-apply.html');
const keep = (process.env['KEEP'] ?? '') !== '';

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
      actions: { [REPOSITORY]: action.folder },
      secrets,
      environment: { ARTIFACTS: artifacts },
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
    await access(page);
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
if (process.exitCode !== 1) {
  tell.title('The last apply and its smoke test, as a page to open in a browser');
  tell.show(`${page}\n${pathToFileURL(page)}`);
}
process.stdout.write(`\n${process.exitCode === 1 ? 'failed' : 'done'} after ${((Date.now() - started) / 1000).toFixed(0)} s\n`);

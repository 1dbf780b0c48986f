import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { publishedAction } from '../../lab/github/act-export.ts';
import { type FleetRepository, fleetRepository, type StartedRun } from '../../lab/github/fleet-repository.ts';
import { withoutCluster2 } from '../../lab/github/guide-steps.ts';
import { searchForSecrets } from '../../lab/github/secret-search.ts';
import { startTwin, type Twin } from '../../lab/github/twin.ts';
import { type WorkCopy, workCopy } from '../../lab/github/work-copy.ts';
import { allSecretForms } from '../../src/report/redact.ts';
import { secretsIn } from '../../src/report/secret-values.ts';
import { REPOSITORY } from '../../src/version.ts';
import { NO_ACT } from '../support/act-repository.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { type Lab, leaveLab, NO_LAB, resourceOf, startLab } from '../support/lab.ts';

const FULL = 'octo/fleet';
const NOT_HERE = NO_LAB ?? NO_ACT;
const suite = NOT_HERE === undefined ? describe : describe.skip;

let lab: Lab | undefined;
let left = false;
let twin: Twin;
let repository: FleetRepository;
let clone: WorkCopy;
let action: Awaited<ReturnType<typeof publishedAction>>;

/** Runs what an event starts; runs by the name of their workflow. */
async function ran(started: Promise<StartedRun[]>): Promise<Record<string, StartedRun['run']>> {
  const all = await started;
  return Object.fromEntries(all.map(({ workflow, run }) => [/cn2-fleet-(\w+)\.yml$/.exec(workflow)?.[1] ?? workflow, run]));
}

/** A run that went well has nothing to say; of another one what it said last. */
const complaints = (run: StartedRun['run'] | undefined) =>
  run?.result === 'success' ? [] : [run?.result, ...(run?.log.slice(-25) ?? []), ...(run?.words.slice(-3) ?? [])];
const dispatched = (name: string) =>
  ran(repository.happens({ name: 'workflow_dispatch', workflow: `.github/workflows/cn2-fleet-${name}.yml` }));
const outputs = (run: StartedRun['run'] | undefined) =>
  Object.values(run?.outputs ?? {}).find((each) => 'exit-code' in each) ?? {};
/** Requests that write to the forge, since a count. */
const writes = (since = 0) =>
  twin.requests
    .slice(since)
    .filter(({ write, kind }) => write && kind === 'api')
    .map(({ method, path }) => `${method} ${path}`);

suite(`a change to the guide's fleet on GitHub${NOT_HERE === undefined ? '' : ` (skipped: ${NOT_HERE})`}`, () => {
  beforeAll(async () => {
    lab = await startLab(guideCopy());
    const { act } = await ensureBinaries(['act']);
    action = await publishedAction(join(import.meta.dirname, '../..'));
    twin = await startTwin();
    repository = await fleetRepository({
      twin,
      owner: 'octo',
      name: 'fleet',
      act,
      actions: { [REPOSITORY]: action.folder },
      secrets: lab.environment,
    });
    clone = await workCopy(repository.cloneUrl, mkdtempSync(join(tmpdir(), 'cn2-fleet-clone-')), 'octo');
    cpSync(lab.folder, clone.folder, { recursive: true });
    const file = join(clone.folder, 'clusters.yaml');
    writeFileSync(file, withoutCluster2(readFileSync(file, 'utf8')));
    // The Action is the one under test, wherever this checkout comes from.
    expect((await cli(clone.folder, ['init', '--repository', REPOSITORY])).exitCode).toBe(0);
    await clone.push('main', 'The central cluster');
  }, 2_400_000);

  afterAll(async () => {
    await twin?.[Symbol.asyncDispose]();
    await action?.[Symbol.asyncDispose]();
    if (clone !== undefined) rmSync(clone.folder, { recursive: true, force: true });
    if (!left) await lab?.[Symbol.asyncDispose]();
  }, 120_000);

  test('a pull request says what it would change: comment, check, summary', async () => {
    cpSync(join(lab!.folder, 'clusters.yaml'), join(clone.folder, 'clusters.yaml'));
    expect((await cli(clone.folder, ['init'])).exitCode).toBe(0);
    await clone.push('attach-cluster2', 'Attach cluster2');
    const number = await repository.client.openPull({ title: 'Attach cluster2', head: 'attach-cluster2', base: 'main' });
    const { plan } = await ran(repository.happens({ name: 'pull_request', number }));
    expect(complaints(plan)).toEqual([]);
    expect(outputs(plan)).toMatchObject({ changed: 'true', 'exit-code': '2', 'to-delete': '0', 'unknown-clusters': '' });
    const { comments, checkRuns } = twin.repository(FULL);
    expect(comments.map(({ author }) => author)).toEqual(['github-actions[bot]']);
    expect(comments[0]?.body).toContain('Plan for guide');
    expect(checkRuns.map(({ name, conclusion }) => [name, conclusion])).toEqual([['cn2-fleet plan (clusters.yaml)', 'success']]);
    expect(plan?.summaries.map(({ markdown }) => markdown).join('\n')).toContain('```mermaid');
    const before = twin.requests.length;
    await ran(repository.happens({ name: 'pull_request', number, action: 'synchronize' }));
    expect(writes(before)).toEqual([]);
  }, 120_000);

  test('its merge leads to the pull request with manifests and plan, whose merge applies and measures', async () => {
    const { propose } = await ran(repository.merges(1));
    expect(complaints(propose)).toEqual([]);
    expect(outputs(propose)['pull-request-operation']).toBe('created');
    const number = Number(outputs(propose)['pull-request-number']);
    const proposal = (await repository.client.get(`/pulls/${number}`)) as { title: string; body: string };
    expect(proposal.title).toBe('Attach cluster2');
    expect(proposal.body).toContain('Merging approves exactly this plan');
    let before = twin.requests.length;
    await dispatched('propose');
    expect(writes(before)).toEqual([]);

    const { apply } = await ran(repository.merges(number));
    expect(complaints(apply)).toEqual([]);
    const { comments, statuses, deployments } = twin.repository(FULL);
    const result = comments.find(({ body }) => body.includes('Apply of guide'));
    expect(result?.body).toContain('all as declared');
    expect(statuses.map(({ context, state }) => [context, state])).toEqual([
      ['cn2-fleet/apply (guide)', 'pending'],
      ['cn2-fleet/apply (guide)', 'success'],
    ]);
    expect(deployments.map(({ environment, statuses: told }) => [environment, told.map(({ state }) => state)])).toEqual([
      ['guide', ['in_progress', 'success']],
    ]);
    before = twin.requests.length;
    await dispatched('apply');
    expect(writes(before)).toEqual([]);
  }, 400_000);

  test('a hand change opens an issue, its repair through a proposal closes it', async () => {
    const drift = async () => (await ran(repository.happens({ name: 'schedule', cron: '23 3 * * *' })))['drift'];
    expect(complaints(await drift())).toEqual([]);
    expect(twin.repository(FULL).issues.filter(({ pull }) => pull === undefined)).toEqual([]);

    const central = lab!.clusters.get('cluster1')!;
    const resource = (await resourceOf(central, 'VirtualNetworkRouter'))!;
    const router = (await central.get({ resource, namespace: 'kubemanager-cluster2-cluster2-ns1', name: 'vnr2' }))!;
    const spec = { ...(router['spec'] as object), import: { virtualNetworkRouters: [] } };
    await central.update(resource, { ...router, spec }, { fieldManager: 'someone' });
    const found = await drift();
    expect(complaints(found)).toEqual([]);
    expect(outputs(found)['changed']).toBe('true');
    const issue = twin.repository(FULL).issues.find(({ pull }) => pull === undefined)!;
    expect([issue.state, String(issue.number)]).toEqual(['open', outputs(found)['issues']]);
    expect(issue.body).toContain('vnr2');
    expect(issue.body).toContain('someone');
    const before = twin.requests.length;
    await drift();
    expect(writes(before)).toEqual([]);

    const { propose } = await dispatched('propose');
    expect(outputs(propose)['pull-request-operation']).toBe('created');
    const { apply } = await ran(repository.merges(Number(outputs(propose)['pull-request-number'])));
    expect(complaints(apply)).toEqual([]);
    await drift();
    expect(twin.repository(FULL).issues.find(({ number }) => number === issue.number)?.state).toBe('closed');
  }, 400_000);

  test('a pull request of a stranger is compared offline, without credentials, and nothing is written', async () => {
    await twin.createRepository({ owner: 'stranger', name: 'fleet', forkOf: FULL });
    const text = readFileSync(join(clone.folder, 'clusters.yaml'), 'utf8');
    await twin.commit('stranger/fleet', {
      branch: 'change',
      files: { 'clusters.yaml': text.replace('lossPercent: 0', 'lossPercent: 1') },
      author: 'stranger',
    });
    const number = await repository.client.openPull({ title: 'Change', head: 'stranger:change', base: 'main' });
    const before = twin.requests.length;
    const { plan } = await ran(repository.happens({ name: 'pull_request', number }));
    expect([plan?.result, plan?.summaries.some(({ markdown }) => /offline/i.test(markdown))]).toEqual(['success', true]);
    expect(writes(before)).toEqual([]);
  }, 60_000);

  test('no secret is anywhere but in the mouth of the runner, and no request was one that GitHub does not know', async () => {
    const secrets = Object.values(lab!.environment).flatMap((value) => [
      ...secretsIn(value),
      ...secretsIn(Buffer.from(value, 'base64').toString()),
    ]);
    const forms = allSecretForms(secrets.filter((secret) => secret.length > 8));
    expect(forms.length).toBeGreaterThan(10);
    const { found, bytes } = await searchForSecrets(twin, repository, FULL, forms);
    expect(bytes).toBeGreaterThan(100_000);
    expect(found).toEqual([]);
    expect(twin.unknown).toEqual([]);
  }, 60_000);

  test('what is left is as main declares and approves', async () => {
    await clone.pull('main');
    for (const part of ['clusters.yaml', 'rendered'])
      cpSync(join(clone.folder, part), join(lab!.folder, part), { recursive: true });
    expect((await cli(lab!.folder, ['plan'], { environment: lab!.environment })).exitCode).toBe(0);
    await leaveLab(lab!);
    left = true;
  }, 60_000);
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { type EventOptions, eventOf } from '../../lab/github/events.ts';
import { startTwin, type Twin } from '../../lab/github/twin.ts';
import { runWorkflow } from '../../lab/github/workflow-run.ts';
import { startedWorkflows } from '../../lab/github/workflow-run-started.ts';
import { onTwin } from '../../lab/github/workflow-run-twin.ts';
import { NO_ACT } from '../support/act-repository.ts';

const workflow = (contents: string) => `on: [push, pull_request, merge_group, schedule, workflow_dispatch]
jobs:
  look:
    runs-on: ubuntu-latest
    permissions: {contents: ${contents}, issues: write}
    steps:
      - uses: actions/checkout@v5
        with: {persist-credentials: false}
      - env: {TOKEN: "\${{ github.token }}"}
        run: |
          echo "$GITHUB_REF $(cat fleet.txt) $(git rev-parse HEAD) $GITHUB_SHA"
          node --input-type=module <<'END'
          const { GITHUB_API_URL, GITHUB_REPOSITORY, TOKEN } = process.env;
          for (const path of ['issues', 'pulls']) {
            const url = GITHUB_API_URL + '/repos/' + GITHUB_REPOSITORY + '/' + path;
            console.log(path, (await fetch(url, { headers: { authorization: 'Bearer ' + TOKEN } })).status);
          }
          END
`;

(NO_ACT === undefined ? describe : describe.skip)('runs on the GitHub twin', () => {
  let act: string;
  let twin: Twin;
  let first: string;
  let second: string;

  beforeAll(async () => {
    ({ act } = await ensureBinaries(['act']));
    twin = await startTwin();
    const files = { 'fleet.txt': 'one', 'run.yml': workflow('read'), 'blind.yml': workflow('none') };
    await twin.createRepository({ owner: 'octo', name: 'fleet', defaultBranch: 'trunk', files });
    first = await twin.git('octo/fleet').run(['rev-parse', 'trunk']);
    second = await twin.commit('octo/fleet', { branch: 'trunk', files: { 'fleet.txt': 'two' } });
  }, 600_000);

  afterAll(async () => {
    await twin?.[Symbol.asyncDispose]();
  });

  const run = async (options: EventOptions, file = 'run.yml') => {
    const event = await eventOf(twin.hub, 'octo/fleet', options);
    return runWorkflow({ act, ...onTwin(twin, 'octo/fleet'), workflow: file, event });
  };

  test('a run is of its event’s commit, also when the branch has moved on', async () => {
    const result = await run({ name: 'push', branch: 'trunk', after: first });
    expect(result.log).toContain(`refs/heads/trunk one ${first} ${first}`);
    expect(result.sha).toBe(first);
  });

  test('an event starts the workflows whose filters it passes', async () => {
    const files = { '.github/workflows/a.yml': 'on: {push: {paths: [fleet.txt]}}', '.github/workflows/b.yml': 'on: {push: }' };
    const before = await twin.commit('octo/fleet', { branch: 'filters', files });
    await twin.commit('octo/fleet', { branch: 'filters', files: { other: '' } });
    const started = async (since?: string) => {
      const options = { name: 'push', branch: 'filters', ...(since === undefined ? {} : { before: since }) } as const;
      return startedWorkflows(twin.git('octo/fleet'), await eventOf(twin.hub, 'octo/fleet', options));
    };
    expect(await started(before)).toEqual(['.github/workflows/b.yml']);
    expect(await started()).toEqual(['.github/workflows/a.yml', '.github/workflows/b.yml']);
  });

  test('a schedule runs on the default branch', async () => {
    const result = await run({ name: 'schedule', cron: '7 3 * * *' });
    expect(result.log).toContain(`refs/heads/trunk two ${second} ${second}`);
  });

  test('the token may do what the job asks for and no more', async () => {
    const result = await run({ name: 'workflow_dispatch', workflow: 'run.yml' });
    expect(result.log).toEqual(expect.arrayContaining(['issues 200', 'pulls 403']));
    const blind = await run({ name: 'workflow_dispatch', workflow: 'blind.yml' }, 'blind.yml');
    expect(blind.result).toBe('failure');
    expect(blind.steps.map(({ path, result: of }) => `${path} ${of}`)).toEqual(['0/checkout failure', '0 failure']);
  });

  test('a pull request and its merge group run on the merged commit', async () => {
    await twin.commit('octo/fleet', { branch: 'topic', files: { 'fleet.txt': 'three' } });
    await fetch(`${twin.apiUrl}/repos/octo/fleet/pulls`, {
      method: 'POST',
      headers: { authorization: `Bearer ${twin.addToken({ kind: 'personal', login: 'octo' })}` },
      body: JSON.stringify({ title: 't', head: 'topic', base: 'trunk' }),
    });
    const number = twin.repository('octo/fleet').issues[0]!.number;
    const merge = await twin.git('octo/fleet').run(['rev-parse', `refs/pull/${number}/merge`]);
    const pull = await run({ name: 'pull_request', number });
    expect(pull.log).toContain(`refs/pull/${number}/merge three ${merge} ${merge}`);
    const group = await run({ name: 'merge_group', number });
    expect(group.log.join('\n')).toMatch(/refs\/heads\/gh-readonly-queue\/trunk\/pr-\d+-\w+ three/);
  });
});

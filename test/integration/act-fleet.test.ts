import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { type FleetRepository, fleetRepository } from '../../lab/github/fleet-repository.ts';
import { startTwin, type Twin } from '../../lab/github/twin.ts';
import { NO_ACT } from '../support/act-repository.ts';
import { apiOf } from '../support/github-twin.ts';

const FULL = 'octo/fleet';
const APPLY = `name: apply
on: {push: {branches: [main], paths: [rendered/**]}}
concurrency: {group: apply}
jobs:
  apply:
    runs-on: ubuntu-latest
    environment: prod
    steps: [{run: 'echo "run $GITHUB_RUN_ID applies"'}]
  refresh:
    needs: apply
    if: \${{ !cancelled() }}
    runs-on: ubuntu-latest
    steps: [{run: 'echo refreshed'}]
`;

(NO_ACT === undefined ? describe : describe.skip)('a repository on the twin whose workflows act runs', () => {
  let twin: Twin;
  let repository: FleetRepository;

  beforeAll(async () => {
    const { act } = await ensureBinaries(['act']);
    twin = await startTwin();
    repository = await fleetRepository({ twin, owner: 'octo', name: 'fleet', act, actions: {}, secrets: {} });
    await twin.commit(FULL, { branch: 'main', files: { '.github/workflows/apply.yml': APPLY } });
  }, 600_000);

  afterAll(async () => {
    await twin?.[Symbol.asyncDispose]();
  });

  const push = async (text: string) => {
    const before = twin.repository(FULL).branches['main']!;
    await twin.commit(FULL, { branch: 'main', files: { 'rendered/a.yaml': text } });
    return repository.happens({ name: 'push', branch: 'main', before });
  };
  const runs = () => twin.repository(FULL).runs;
  const deployed = () => twin.repository(FULL).deployments.map(({ statuses }) => statuses.map(({ state }) => state));

  test('shows its runs and the deployments of their jobs', async () => {
    const [started, ...others] = await push('one');
    expect([others, started?.run.result, started?.run.jobs]).toEqual([[], 'success', { apply: 'success', refresh: 'success' }]);
    expect(started?.run.log).toEqual([`run ${runs()[0]?.id} applies`, 'refreshed']);
    expect(runs()).toMatchObject([{ conclusion: 'success', jobs: [{ environment: 'prod' }, { conclusion: 'success' }] }]);
    expect(deployed()).toEqual([['in_progress', 'success']]);
    expect((await fetch(repository.page(`/actions/runs/${runs()[0]?.id}`))).status).toBe(200);
  }, 60_000);

  test('a run waits for the reviewer of its environment: one that is rejected does nothing', async () => {
    const ada = apiOf(twin, twin.addToken({ kind: 'personal', login: 'ada' }));
    const { id } = (await ada('GET', '/user')).body;
    await ada('PUT', `/repos/${FULL}/environments/prod`, { reviewers: [{ type: 'User', id }] });
    const decide = async (state: string) => {
      const run = runs().find(({ status }) => status === 'waiting');
      const path = `/repos/${FULL}/actions/runs/${run?.id}/pending_deployments`;
      const [{ environment }] = (await ada('GET', path)).body;
      await ada('POST', path, { environment_ids: [environment.id], state, comment: '' });
    };
    const waiting = async () => {
      while (!runs().some(({ status }) => status === 'waiting')) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const rejected = push('two');
    await waiting();
    await decide('rejected');
    expect([await rejected, runs()[1]?.conclusion]).toEqual([[], 'failure']);
    const approved = push('three');
    await waiting();
    await decide('approved');
    expect((await approved).map(({ run }) => run.result)).toEqual(['success']);
    expect(deployed().slice(1)).toEqual([
      ['pending', 'failure'],
      ['pending', 'in_progress', 'success'],
    ]);
  }, 60_000);
});

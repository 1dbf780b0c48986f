import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BranchRules, Protection } from '../../lab/github/state/model.ts';
import type { Twin } from '../../lab/github/twin.ts';
import { type Api, apiOf, FIRST_START, type FleetTwin, fleetTwin } from '../support/github-twin.ts';

const PULLS = '/repos/acme/fleet/pulls';

let fleet: FleetTwin;
let twin: Twin;
/** The workflow's token, which opens the pull request. */
let bot: Api;
let ada: Api;
let bob: Api;

beforeEach(async () => {
  fleet = await fleetTwin();
  ({ twin, api: bot } = fleet);
  ada = person('ada');
  bob = person('bob');
}, FIRST_START);
afterEach(() => fleet.end());

function person(login: string): Api {
  return apiOf(twin, twin.addToken({ kind: 'personal', login }));
}

async function protectedPull(rules: BranchRules, kind: Protection = 'classic', files: Record<string, string> = { new: '1\n' }) {
  await twin.protect('acme/fleet', 'main', kind, rules);
  await twin.commit('acme/fleet', { branch: 'change', files, author: 'bob' });
  return (await bot('POST', PULLS, { title: 't', head: 'change', base: 'main' })).body.number as number;
}
const push = (text: string) => twin.commit('acme/fleet', { branch: 'change', files: { more: text }, author: 'bob' });
const review = async (by: Api, event: string, number = 1) =>
  by('POST', `${PULLS}/${number}/reviews`, { event, ...(event === 'APPROVE' ? {} : { body: 'no' }) });
const merge = async (by = ada, number = 1) => {
  const { status, body } = await by('PUT', `${PULLS}/${number}/merge`, {});
  return status === 200 ? 'merged' : `${status} ${body.message}`;
};
const state = async () => (await ada('GET', `${PULLS}/1`)).body.mergeable_state;
const states = async () => (await ada('GET', `${PULLS}/1/reviews`)).body.map((one: { state: string }) => one.state);
const ONE = '405 At least 1 approving review is required by reviewers with write access.';
const RULES = '405 Repository rule violations found\n\n';

describe('reviews', () => {
  test('that are required block the merge until they are there; a comment is none', async () => {
    await protectedPull({ approvals: 2 });
    expect([await state(), await merge()]).toEqual([
      'blocked',
      '405 At least 2 approving reviews are required by reviewers with write access.',
    ]);
    await review(ada, 'APPROVE');
    await review(ada, 'APPROVE');
    await review(bob, 'COMMENT');
    expect(await state()).toBe('blocked');
    await ada('POST', `${PULLS}/1/requested_reviewers`, { reviewers: ['ada', 'bob'] });
    const { body } = await review(bob, 'APPROVE');
    expect(body.state).toBe('APPROVED');
    // Whoever has reviewed is asked no more.
    expect((await ada('GET', `${PULLS}/1`)).body.requested_reviewers).toMatchObject([{ login: 'ada' }]);
    expect([await state(), await merge()]).toEqual(['clean', 'merged']);
  });

  test('of whoever may only read do not count, and one that wants changes blocks until it is dismissed', async () => {
    await protectedPull({ approvals: 1 }, 'ruleset');
    twin.repository('acme/fleet').readers = ['bob'];
    await review(bob, 'APPROVE');
    expect(await merge()).toBe(`${RULES}${ONE.slice(4)}\n\n`);
    await review(ada, 'APPROVE');
    const { id } = (await review(person('carol'), 'REQUEST_CHANGES')).body;
    expect(await merge()).toBe(`${RULES}1 review requesting changes by reviewers with write access.\n\n`);
    expect((await ada('PUT', `${PULLS}/1/reviews/${id}/dismissals`, { message: 'gone' })).body.state).toBe('DISMISSED');
    expect(await merge()).toBe('merged');
  });

  test('nobody approves what is their own, nor does a workflow where the repository does not let it', async () => {
    await protectedPull({ approvals: 1 });
    const own = await review(bot, 'APPROVE');
    expect([own.status, own.body.message, own.body.errors]).toEqual([
      422,
      'Unprocessable Entity',
      ['Can not approve your own pull request'],
    ]);
    await twin.commit('acme/fleet', { branch: 'other', files: { other: '1\n' } });
    await ada('POST', PULLS, { title: 'other', head: 'other', base: 'main' });
    twin.repository('acme/fleet').actionsMayOpenPullRequests = false;
    expect((await review(bot, 'APPROVE', 2)).body.errors).toEqual(['GitHub Actions is not permitted to approve pull requests.']);
    expect(await merge(ada, 2)).toBe(ONE);
  });

  test('are dismissed by a push where the branch wants that', async () => {
    await protectedPull({ approvals: 1, dismissStale: true });
    await review(ada, 'APPROVE');
    await push('2\n');
    expect([await states(), await merge()]).toEqual([['DISMISSED'], ONE]);
    await review(ada, 'APPROVE');
    expect(await merge()).toBe('merged');
  });

  test('stay otherwise; whoever has pushed last may be kept from being the only one', async () => {
    await protectedPull({ approvals: 1, lastPush: true });
    await review(bob, 'APPROVE');
    expect(await state()).toBe('clean');
    await push('2\n');
    expect(await merge()).toBe('405 New changes require approval from someone other than the last pusher.');
    await review(ada, 'APPROVE');
    expect(await merge()).toBe('merged');
  });

  test('of the owners of what is changed, as the base names them, whatever the pull request makes of that', async () => {
    const owners = '* @bob\n/rendered/ @acme/network\n';
    await twin.commit('acme/fleet', { branch: 'main', files: { '.github/CODEOWNERS': owners } });
    twin.repository('acme/fleet').teams = { 'acme/network': ['ada'] };
    const forged = { '.github/CODEOWNERS': '* @bob\n', 'rendered/a.yaml': 'a: 2\n' };
    await protectedPull({ approvals: 1, codeOwners: true }, 'classic', forged);
    await review(bob, 'APPROVE');
    expect([await state(), await merge()]).toEqual(['blocked', '405 Waiting on code owner review from acme/network.']);
    await review(ada, 'APPROVE');
    expect(await merge()).toBe('merged');
  });
});

test('checks that are required: none is there, one runs, one fails, one is green; others make it unstable', async () => {
  await protectedPull({ checks: ['plan'] });
  const head = twin.repository('acme/fleet').branches['change']!;
  const check = (name: string, more: object) =>
    bot('POST', '/repos/acme/fleet/check-runs', { name, head_sha: head, output: { title: 't', summary: 's' }, ...more });
  expect(await merge()).toBe('405 Required status check "plan" is expected.');
  await check('plan', { status: 'in_progress' });
  expect(await merge()).toBe('405 Required status check "plan" is pending.');
  await check('plan', { conclusion: 'failure' });
  expect(await merge()).toBe('405 Required status check "plan" is failing.');
  await check('plan', { conclusion: 'neutral' });
  expect(await state()).toBe('clean');
  await check('other', { conclusion: 'failure' });
  expect([await state(), await merge()]).toEqual(['unstable', 'merged']);
});

describe('auto-merge', () => {
  const enable = async (by: Api) => {
    const { node_id } = (await ada('GET', `${PULLS}/1`)).body;
    const query = 'mutation ($id: ID!) { enablePullRequestAutoMerge(input: {pullRequestId: $id}) { clientMutationId } }';
    const { data, errors } = (await by('POST', '/graphql', { query, variables: { pullRequestId: node_id } })).body;
    return errors?.[0].message ?? data;
  };

  test('merges as whoever asked for it, once nothing is in the way', async () => {
    await protectedPull({ approvals: 1 });
    expect(await enable(bot)).toBe('Pull request Auto merge is not allowed for this repository');
    twin.repository('acme/fleet').allowAutoMerge = true;
    expect(await enable(apiOf(twin, twin.addToken({ permissions: { 'pull-requests': 'write' } })))).toMatch(/not accessible/);
    expect(await enable(bot)).toEqual({ enablePullRequestAutoMerge: { clientMutationId: null } });
    expect((await ada('GET', `${PULLS}/1`)).body.auto_merge).toMatchObject({
      enabled_by: { login: 'github-actions[bot]' },
      merge_method: 'merge',
    });
    await review(ada, 'APPROVE');
    expect((await ada('GET', `${PULLS}/1`)).body).toMatchObject({ merged: true, merged_by: { login: 'github-actions[bot]' } });
  });

  test('is refused where it could merge at once', async () => {
    await protectedPull({});
    twin.repository('acme/fleet').allowAutoMerge = true;
    expect(await enable(ada)).toBe('Pull request Pull request is in clean status');
  });
});

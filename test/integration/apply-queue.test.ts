import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Actions } from '../../lab/github/actions/actions.ts';
import type { RunJob } from '../../lab/github/actions/jobs.ts';
import type { ActionsRun } from '../../lab/github/state/actions.ts';
import { Lanes } from '../../lab/github/state/lanes.ts';
import { driftCommand } from '../../src/commands/drift.ts';
import { OPTIONS } from '../support/ports.ts';
import { type CommandWorld, commandWorld } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

const APPLY = '.github/workflows/cn2-fleet-apply.yml';
const PROPOSE = '.github/workflows/cn2-fleet-propose.yml';
const shipped = (name: string) => readFileSync(join(import.meta.dirname, '../../workflows', `${name}.yml`), 'utf8');

let world: CommandWorld;
let actions: Actions;
/** What the first apply waits for. */
let door: Promise<void> | undefined;
/** What became of each job: `apply 1: done`. */
let done: string[];

beforeEach(async () => {
  world = await commandWorld();
  door = undefined;
  done = [];
}, 60_000);

afterEach(async () => {
  await actions[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** From here on what happens starts the workflows. */
async function begin(apply = shipped('apply')): Promise<void> {
  const files = { [APPLY]: apply, [PROPOSE]: shipped('propose') };
  await world.hub.twin.commit(REPOSITORY, { branch: 'main', files, author: 'ada' });
  const lanes = new Lanes();
  actions = new Actions(world.hub.twin, REPOSITORY, async (todo) => {
    if (todo.job === 'apply' && todo.run.number === 1) await door;
    // There is one checkout.
    return lanes.run('checkout', () => runJob(todo));
  });
}

/** What the steps of a job do, with the token of a workflow. */
const runJob: RunJob = async ({ run, job }) => {
  await world.checkOut(job === 'refresh' ? 'main' : run.sha);
  const words = job === 'apply' ? ['apply', '--environment='] : ['propose'];
  const ended = await world.verb(words, { origin: { event: run.event, order: { run: run.id, attempt: run.attempt } } });
  const { outcome, proposal } = ended.document as { outcome?: string; proposal?: { operation: string } };
  done.push(`${job} ${run.number}: ${outcome ?? proposal?.operation}`);
  return job !== 'apply' || outcome === 'done' || outcome === 'nothing' ? 'success' : 'failure';
};

/** Ada gives a network's label another value on main; gives the proposal that this leads to. */
async function declare(now: string, before = 'vn3'): Promise<number> {
  const text = (await world.hub.file('main', 'clusters.yaml')).replace(`vn: ${before}}`, `vn: ${now}}`);
  const earlier = runsOf(PROPOSE).length;
  await world.hub.twin.commit(REPOSITORY, { branch: 'main', files: { 'clusters.yaml': text }, author: 'ada' });
  await actions.until(() => runsOf(PROPOSE)[earlier]?.status === 'completed');
  const pulls = await world.hub.ada('GET', '/pulls?state=open');
  expect(pulls).toHaveLength(1);
  return pulls[0].number;
}

const runsOf = (workflow: string) => actions.runs.filter((run) => run.workflow === workflow);
const outcomes = () => runsOf(APPLY).map(({ conclusion, status }: ActionsRun) => conclusion ?? status);
const live = () => world.cn2.central.peek('VirtualNetwork', 'alone', 'vn3')?.metadata.labels?.['vn'];
const dispatchApply = () => world.hub.ada('POST', '/actions/workflows/cn2-fleet-apply.yml/dispatches', { ref: 'main' });

async function drifting(): Promise<string[]> {
  await world.checkOut();
  const ports = world.ports(world.forge('drift'));
  const { document } = (await driftCommand(ports, { ...OPTIONS, repository: ports.repository })).result;
  return document.clusters.flatMap(({ changes }) => changes.map(({ awaitingApply }) => (awaitingApply ? 'awaiting' : 'drift')));
}

/** Three labels, before → now. */
const DIFFERENT = { vn3: 'other3', vn1: 'other1', vn4: 'other4' };
const SAME = { vn3: 'other1', other1: 'other2', other2: 'other3' };

/** Opens the door of the first apply once the third run is there. */
async function threeMerges(labels: Record<string, string>): Promise<void> {
  const { promise, resolve: open } = Promise.withResolvers<void>();
  door = promise;
  for (const [before, now] of Object.entries(labels)) await world.hub.merge(await declare(now, before));
  await actions.until(() => runsOf(APPLY).length === 3);
  open();
  await actions.settled();
}

describe('three merges in a row while the first apply runs', () => {
  afterEach(async () => {
    // Whatever the way, nothing is lost.
    expect([live(), await drifting(), (await world.propose()).operation]).toEqual(['other3', [], 'none']);
  });

  test('end with the newest applied: of those that wait GitHub keeps the last, which has what the others have', async () => {
    await world.attach();
    await begin();
    await threeMerges(DIFFERENT);
    expect(outcomes()).toEqual(['success', 'cancelled', 'success']);
    // The one that was replaced, started once more, brings nothing of it back.
    await world.hub.ada('POST', `/actions/runs/${runsOf(APPLY)[1]?.id}/rerun`);
    await actions.settled();
    expect(done.filter((each) => each.startsWith('apply'))).toEqual(['apply 1: done', 'apply 3: done', 'apply 2: stopped']);
  }, 60_000);

  test('run one after another with queue: max, in the order of the merges', async () => {
    await world.attach();
    await begin(shipped('apply').replace('cancel-in-progress: false', 'queue: max'));
    await threeMerges(DIFFERENT);
    expect(outcomes()).toEqual(['success', 'success', 'success']);
    expect(done.filter((each) => each.startsWith('apply'))).toEqual(['apply 1: done', 'apply 2: done', 'apply 3: done']);
  }, 60_000);

  test('are proposed again where they change the same: the last plan said what it is changed from', async () => {
    await world.attach();
    await begin();
    await threeMerges(SAME);
    expect(outcomes()).toEqual(['success', 'cancelled', 'failure']);
    expect(done.slice(-3)).toEqual(['refresh 1: created', 'apply 3: stopped', 'refresh 3: unchanged']);
    const [{ number }] = await world.hub.ada('GET', '/pulls?state=open');
    await world.hub.merge(number);
    await actions.settled();
    expect(outcomes().at(-1)).toBe('success');
  }, 60_000);
});

/** As the documentation advises. */
const RULES = { approvals: 1, dismissStale: true, checks: ['cn2-fleet plan'] };

describe('a proposal that GitHub merges by itself', () => {
  const graphql = async (token: string, number: number) => {
    const { node_id } = await world.hub.ada('GET', `/pulls/${number}`);
    const query = 'mutation ($id: ID!) { enablePullRequestAutoMerge(input: {pullRequestId: $id}) { clientMutationId } }';
    const body = JSON.stringify({ query, variables: { pullRequestId: node_id } });
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(world.hub.twin.graphqlUrl, { method: 'POST', headers, body });
    expect(await answer.json()).not.toHaveProperty('errors');
  };
  const approve = (number: number) => world.hub.ada('POST', `/pulls/${number}/reviews`, { event: 'APPROVE' });

  beforeEach(async () => {
    await world.attach();
    await begin();
    world.hub.twin.repository(REPOSITORY).allowAutoMerge = true;
    await world.hub.twin.protect(REPOSITORY, 'main', 'ruleset', RULES);
  });

  test('for the token of a workflow starts no apply: that is seen, and nothing is lost', async () => {
    const number = await declare('other1');
    await graphql(world.hub.token, number);
    await approve(number);
    await actions.settled();
    expect(world.hub.issue(number).pull?.merged?.by).toBe('github-actions[bot]');
    expect([outcomes(), live(), await drifting()]).toEqual([[], 'vn3', ['awaiting']]);
    expect(await world.propose()).toMatchObject({ operation: 'approved' });
    await dispatchApply();
    await actions.settled();
    expect([outcomes(), live(), await drifting()]).toEqual([['success'], 'other1', []]);
  }, 60_000);

  test('for a person starts its apply; not with an approval of an earlier plan, nor without the check that propose writes', async () => {
    const number = await declare('other1');
    await approve(number);
    expect(await declare('other2', 'other1')).toBe(number);
    expect(await world.hub.ada('GET', `/pulls/${number}`)).toMatchObject({ mergeable_state: 'blocked' });
    await expect(world.hub.merge(number)).rejects.toThrow('At least 1 approving review is required');
    await graphql(world.hub.twin.addToken({ kind: 'personal', login: 'ada' }), number);
    const { checkRuns } = world.hub.twin.repository(REPOSITORY);
    const checks = checkRuns.splice(0);
    await approve(number);
    await expect(world.hub.merge(number)).rejects.toThrow('Required status check \\"cn2-fleet plan\\" is expected.');
    expect([outcomes(), live()]).toEqual([[], 'vn3']);
    checkRuns.push(...checks);
    await approve(number);
    await actions.settled();
    expect([outcomes(), live()]).toEqual([['success'], 'other2']);
  }, 60_000);
});

test('an apply that the reviewer of its environment rejects changes nothing; started again and approved it applies', async () => {
  await world.attach();
  await begin();
  const { id } = world.hub.twin.hub.state.accounts.find(({ login }) => login === 'ada')!;
  await world.hub.ada('PUT', '/environments/guide', { reviewers: [{ type: 'User', id }] });
  const decide = async (state: string) => {
    const path = `/actions/runs/${runsOf(APPLY).at(-1)?.id}/pending_deployments`;
    const [{ environment }] = await world.hub.ada('GET', path);
    await world.hub.ada('POST', path, { environment_ids: [environment.id], state, comment: '' });
    await actions.settled();
  };
  await world.hub.merge(await declare('other1'));
  await actions.settled();
  expect([outcomes(), live()]).toEqual([['waiting'], 'vn3']);
  await decide('rejected');
  expect([outcomes(), live(), await drifting()]).toEqual([['failure'], 'vn3', ['awaiting']]);
  expect(done.at(-1)).toBe('refresh 1: approved');
  await dispatchApply();
  await actions.settled();
  await decide('approved');
  expect([outcomes(), live(), await drifting()]).toEqual([['failure', 'success'], 'other1', []]);
  const { deployments } = world.hub.twin.repository(REPOSITORY);
  const last = deployments.filter(({ environment }) => environment === 'guide').map(({ statuses }) => statuses.at(-1)?.state);
  expect(last).toEqual(['failure', 'success']);
}, 60_000);

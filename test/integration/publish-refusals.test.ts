import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { UNPROVEN_ANNOTATION } from '../../src/cn2/names.ts';
import type { AnyDocument, Ended } from '../../src/verbs/verb.ts';
import { CANARY, type CommandWorld, commandWorld, type VerbOptions } from '../support/publish-commands.ts';
import { REPOSITORY } from '../support/publish-forge.ts';

/** The blocks that a workflow's job needs: exactly what a message has to name. */
const BLOCKS = {
  plan: 'permissions:\n  contents: read\n  pull-requests: write\n  checks: write',
  apply: 'permissions:\n  contents: read\n  pull-requests: write\n  statuses: write\n  deployments: write',
  drift: 'permissions:\n  contents: read\n  issues: write',
} as const;
const ALL = { contents: 'read', 'pull-requests': 'write', checks: 'write', statuses: 'write', deployments: 'write' } as const;

/** The guide, proposed and merged, to be applied; a pull request; a cluster that differs from what was approved. */
let world: CommandWorld;
let pull: VerbOptions;

beforeAll(async () => {
  world = await commandWorld();
  await world.propose();
  await world.hub.merge(1);
  await world.checkOut();
  const number = await world.hub.openPull('topic', { 'README.md': 'x' });
  const headSha = world.hub.issue(number).pull?.headSha ?? '';
  pull = { origin: { event: 'pull_request', pullRequest: { number, headSha, baseBranch: 'main', untrusted: false } } };
}, 60_000);
afterAll(async () => world?.[Symbol.asyncDispose]());

const state = () => world.hub.twin.repository(REPOSITORY);
const without = (...names: (keyof typeof ALL | 'issues')[]) => ({
  ...ALL,
  issues: 'write' as const,
  ...Object.fromEntries(names.map((name) => [name, 'none'])),
});
const tokenOf = (permissions: ReturnType<typeof without>) => world.hub.twin.addToken({ permissions });
const clusterWrites = () =>
  [...world.cn2.clusters.values()].flatMap((cluster) => cluster.writes().filter(({ kind }) => kind !== 'Lease'));
/** What a person reads of a verb that could not tell its result, or was not begun for it. */
const failure = async (work: Promise<Ended<AnyDocument, unknown>>): Promise<string[]> => {
  const told = ({ message, hint }: { message: string; hint: string }) => `${message}\n${hint}`;
  return work.then(
    ({ failures = [] }) => failures.map(told),
    (error: { message: string; hint: string }) => [told(error)],
  );
};

describe('a token without a permission', () => {
  test('plan: the comment is missing, the check is written all the same', async () => {
    const mark = world.hub.mark();
    const [said, ...more] = await failure(world.verb(['plan'], { ...pull, token: tokenOf(without('pull-requests', 'issues')) }));
    expect(said).toContain('may not comment on pull request 2');
    expect(said).toContain(BLOCKS.plan);
    expect(more).toEqual([]);
    expect(world.hub.writes(mark).at(-1)).toBe('POST /check-runs 201');
  });

  test('plan: the check is missing, the comment is written all the same', async () => {
    const [said, ...more] = await failure(world.verb(['plan'], { ...pull, token: tokenOf(without('checks')) }));
    expect(said).toContain('may not write the check “cn2-fleet plan (clusters.yaml)”');
    expect(said).toContain(BLOCKS.plan);
    expect(more).toEqual([]);
    expect(world.hub.comments(2)).toHaveLength(1);
  });

  test.each([
    ['pull-requests', 'pull request'],
    ['statuses', 'set the status of'],
    ['deployments', 'write a deployment to guide'],
  ] as const)('apply without %s: not begun, no write on any cluster, and nothing says that it runs', async (name, task) => {
    const { hub } = world;
    const [said, ...more] = await failure(world.verb(['apply'], { token: tokenOf(without(name, 'issues')) }));
    expect(said).toContain(task);
    expect(said).toContain(BLOCKS.apply);
    expect(more).toEqual([]);
    expect(clusterWrites()).toEqual([]);
    const { statuses, deployments } = state();
    for (const body of hub.comments(1)) expect(body).toContain('not started, nothing was written');
    expect(statuses.at(-1)?.state ?? 'error').toBe('error');
    for (const { statuses: states } of deployments) expect(states.at(-1)?.state).toBe('error');
    if (name === 'deployments') expect(hub.comments(1)[0]).toContain('the token may not write a deployment to guide');
  });

  test('apply with all of them: the same comment and status tell its end', async () => {
    const { failures, conditions } = await world.verb(['apply']);
    expect([failures, conditions]).toEqual([[], []]);
    expect(clusterWrites().length).toBeGreaterThan(30);
    expect(world.hub.comments(1)).toHaveLength(1);
    expect(world.hub.comments(1)[0]).toContain('everything was applied');
    expect(state().statuses.at(-1)?.state).toBe('success');
    expect(state().deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['success']);
  });

  test('drift: the block, and its verdict stands', async () => {
    world.cn2.central.remove('VirtualNetworkRouter', 'ns1', 'vnr1');
    const drift = world.verb(['drift'], { token: tokenOf(without('issues')) });
    const [said, ...more] = await failure(drift);
    expect(said).toContain('may not read issues: it lacks issues: read');
    expect(said).toContain(BLOCKS.drift);
    expect(more).toEqual([]);
    expect((await drift).conditions).toEqual(['changes']);
  });
});

test('a gate that does not pass: what failed and what to do next, a failure in status and deployment', async () => {
  await using other = await commandWorld({ kubemanagerDown: true });
  await other.propose();
  await other.hub.merge(1);
  await other.checkOut();
  expect((await other.verb(['apply', '--gate-timeout', '5'])).conditions).toEqual(['failed']);
  const [comment = ''] = other.hub.comments(1);
  expect(comment).toContain('❌ `cluster2` `40-kubemanager` `gate`: ');
  expect(comment).toContain('**Next:** Repair what is named here, then re-run this job: it resumes where it stopped.');
  const { statuses, deployments } = other.hub.twin.repository(REPOSITORY);
  expect(statuses.map((each) => each.state)).toEqual(['pending', 'failure']);
  expect(statuses.at(-1)?.description).toMatch(/^failed: cluster2 40-kubemanager gate: /);
  expect(deployments.map((each) => each.statuses.map((one) => one.state))).toEqual([['in_progress', 'failure']]);
});

test('an apply that an error ends after its begin does not stay running, and the error is in the log alone', async () => {
  await using other = await commandWorld();
  await other.propose();
  await other.hub.merge(1);
  await other.checkOut();
  const { central } = other.cn2;
  const update = central.update.bind(central);
  central.update = async (resource, object, options) => {
    // The last thing that an apply writes: what it did is proven.
    const unproven = UNPROVEN_ANNOTATION in (object.metadata.annotations ?? {});
    if (central.peek('VirtualNetworkRouter', 'ns1', 'vnr1') === undefined || unproven) return update(resource, object, options);
    throw new Error(`cluster1: ${CANARY}`);
  };
  await expect(other.verb(['apply'])).rejects.toThrow('cluster1');
  const [comment = ''] = other.hub.comments(1);
  expect(comment).toContain('failed, and nothing was put back');
  expect(comment).toContain('an error stopped it: the log of the run has the message');
  const { statuses, deployments } = other.hub.twin.repository(REPOSITORY);
  expect(statuses.map((each) => each.state)).toEqual(['pending', 'error']);
  expect(deployments[0]?.statuses.at(-1)?.state).toBe('error');
  expect(JSON.stringify([other.hub.twin.repository(REPOSITORY).comments, statuses, deployments])).not.toContain(CANARY);
});

describe('a token that GitHub no longer accepts', () => {
  test.each(['plan', 'propose', 'apply', 'drift'])('%s says so once and writes nothing', async (name) => {
    const token = world.hub.twin.addToken();
    world.hub.twin.revokeToken(token);
    const [mark, written] = [world.hub.mark(), clusterWrites().length];
    const said = await failure(world.verb([name], { ...(name === 'plan' ? pull : {}), token }));
    expect(said).toEqual([
      expect.stringMatching(/^GitHub does not accept the token: revoked, expired or mistyped\ngive the Action/),
    ]);
    expect(world.hub.writes(mark).filter((line) => !line.endsWith(' 401'))).toEqual([]);
    expect(clusterWrites()).toHaveLength(written);
  });
});

describe('rate limits', () => {
  test.each([
    ['secondary', { kind: 'secondary-limit', retryAfter: 7 }, /^GitHub asks to wait 7 s \(secondary rate limit\)$/],
    ['primary', { kind: 'primary-limit', resetIn: 20 }, /^GitHub asks to wait 2\d s \(primary rate limit\)$/],
  ] as const)('a %s one is waited for, and said', async (_, fault, words) => {
    world.said.length = 0;
    world.hub.twin.faults.add({ method: 'POST', path: '*/issues', fault });
    const { failures, outputs } = await world.verb(['drift']);
    expect(failures).toEqual([]);
    expect(outputs?.issues).toMatch(/^\d+$/);
    expect(world.said).toEqual([expect.stringMatching(words)]);
    // So that the next one has an issue to open.
    for (const issue of state().issues) issue.state = 'closed';
  });

  test('one that lasts is no reason to wait for an hour: until when it lasts is said', async () => {
    world.hub.twin.faults.add({ path: /./, times: 1000, fault: { kind: 'primary-limit', resetIn: 3000 } });
    const said = await failure(world.verb(['propose']));
    world.hub.twin.faults.clear();
    expect(said).toEqual([
      expect.stringMatching(/^GitHub's primary rate limit: .* lasts until 20\d\d-\d\d-\d\d \d\d:\d\d UTC\nrun it again after/),
    ]);
  });
});

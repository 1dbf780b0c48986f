import { describe, expect, test } from '@jest/globals';
import examples from '@octokit/webhooks-examples' with { type: 'json' };
import fc from 'fast-check';
import { strangerIn, strangerOf } from '../../../src/adapters/actions/stranger.ts';
import { JobError } from '../../../src/ports/job.ts';

type Payload = Record<string, unknown>;

const ALL = examples as unknown as { name: string; examples: Payload[] }[];

/** A document of GitHub's own, with some of its parts replaced: path → value. */
function document(name: string, changes: Record<string, unknown> = {}, at = 0): Payload {
  const copy = structuredClone(ALL.find((entry) => entry.name === name)?.examples[at]) as Payload;
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let part: Payload = copy;
    for (const key of keys) {
      part[key] ??= {};
      part = part[key] as Payload;
    }
    part[last] = value;
  }
  return copy;
}

function judge(name: string, payload: Payload | string | undefined, environment: Record<string, string> = {}) {
  const text = payload === undefined || typeof payload === 'string' ? payload : JSON.stringify(payload);
  const variables = {
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'Codertocat/Hello-World',
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: '/event.json',
    GITHUB_ACTOR: 'codertocat',
    ...environment,
  };
  return strangerOf(variables, async (path) => (path === '/event.json' ? text : undefined));
}

const FORK = { full_name: 'mallory/Hello-World', id: 7 };
const PULL_EVENTS = ['pull_request', 'pull_request_target', 'pull_request_review', 'pull_request_review_comment'];
/** Targets have the document of a pull request. */
const shapeOf = (name: string) => (name === 'pull_request_target' ? 'pull_request' : name);

describe('whose a run is', () => {
  test.each(PULL_EVENTS)(
    'a %s of a branch of the repository is the team’s; of a fork, a fork that is gone, Dependabot, it is not',
    async (name) => {
      const of = (changes: Record<string, unknown>) => judge(name, document(shapeOf(name), changes));
      expect(await of({})).toBeUndefined();
      expect(await of({ 'pull_request.head.repo': FORK })).toEqual({
        origin: 'of a pull request from the fork mallory/hello-world',
        remedy: 'push the branch to the repository codertocat/hello-world and open the pull request from there',
      });
      expect((await of({ 'pull_request.head.repo': null }))?.origin).toBe('of a pull request from a fork that is gone');
      expect((await of({ 'pull_request.head': null }))?.origin).toContain('a fork');
      expect((await of({ 'pull_request.user.login': 'dependabot[bot]' }))?.origin).toBe('a run of Dependabot');
      expect((await of({ 'sender.login': 'dependabot[bot]' }))?.origin).toBe('a run of Dependabot');
      expect((await judge(name, document(shapeOf(name)), { GITHUB_ACTOR: 'dependabot[bot]' }))?.origin).toBe(
        'a run of Dependabot',
      );
    },
  );

  test.each([
    ['of a fork', 'workflow_run', { 'workflow_run.head_repository': FORK }, 'of a workflow run of the fork mallory/hello-world'],
    [
      'of a fork that is gone',
      'workflow_run',
      { 'workflow_run.head_repository': null },
      'of a workflow run of a fork that is gone',
    ],
    ['of nobody knows what', 'workflow_run', { 'workflow_run.head_repository': undefined }, 'a fork that is gone'],
    ['of Dependabot', 'workflow_run', { 'workflow_run.actor': { login: 'dependabot[bot]' } }, 'a run of Dependabot'],
    ['of a target run', 'workflow_run', { 'workflow_run.event': 'pull_request_target' }, 'of a workflow run for a pull request'],
    ['of a pull request’s run', 'deployment_status', { 'workflow_run.event': 'pull_request' }, 'of a workflow run of a fork'],
    ['of a commit of no branch', 'check_suite', { 'check_suite.head_branch': null, 'check_suite.pull_requests': [] }, 'a check'],
    ['of a fork’s pull request', 'check_suite', { 'check_suite.pull_requests': [{ head: { repo: FORK } }] }, 'a check'],
    ['of a suite of no branch', 'check_run', { 'check_run.check_suite.head_branch': null }, 'a check on a commit of no branch'],
    ['of a commit of no branch', 'status', { branches: [] }, 'a status on a commit of no branch'],
    ['on a pull request', 'issue_comment', { 'issue.pull_request': { url: 'x' } }, 'a comment on a pull request, which may be'],
    ['on a commit', 'commit_comment', {}, 'a comment on a commit'],
    ['to a branch, by Dependabot', 'push', { 'sender.login': 'dependabot[bot]' }, 'a run of Dependabot'],
  ])('a document %s is a stranger’s (%s)', async (_, name, changes, origin) => {
    const stranger = await judge(name, document(name, changes));
    expect(stranger?.origin).toContain(origin);
    expect(stranger?.remedy).toMatch(/^push /);
  });

  test.each([
    'workflow_run',
    'check_suite',
    'check_run',
    'status',
    'issue_comment',
    'push',
    'merge_group',
    'workflow_dispatch',
    'repository_dispatch',
    'release',
    'deployment',
    'deployment_status',
    'create',
  ])('every example of %s of a repository’s own is the team’s', async (name) => {
    for (const [at, example] of (ALL.find((entry) => entry.name === name)?.examples ?? []).entries()) {
      const issue = example['issue'] as Payload | undefined;
      if (issue?.['pull_request'] !== undefined) continue;
      expect([at, await judge(name, example)]).toEqual([at, undefined]);
    }
  });

  test('what a document holds counts, whatever its event is called', async () => {
    const payload = document('pull_request', { 'pull_request.head.repo': FORK });
    for (const name of ['push', 'schedule', 'workflow_dispatch', '']) {
      expect((await judge(name, payload))?.origin).toContain('the fork mallory/hello-world');
    }
  });

  test('a schedule and a person’s run have nothing of Dependabot, who only changed the workflow last', async () => {
    expect(await judge('schedule', '{"schedule":"1 2 * * *"}', { GITHUB_ACTOR: 'dependabot[bot]' })).toBeUndefined();
    expect(await judge('schedule', undefined)).toBeUndefined();
    expect(await judge('push', undefined)).toBeUndefined();
    expect((await judge('push', undefined, { GITHUB_ACTOR: 'dependabot[bot]' }))?.origin).toBe('a run of Dependabot');
  });

  test('there is none outside a workflow, and one where only a part of its variables is left', async () => {
    expect(await strangerOf({ GITHUB_ACTOR: 'dependabot[bot]' }, async () => '{')).toBeUndefined();
    const payload = JSON.stringify(document('pull_request', { 'pull_request.head.repo': FORK }));
    const environment = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: '/event.json' };
    expect((await strangerOf(environment, async () => payload))?.origin).toContain('the fork');
  });

  test.each([...PULL_EVENTS, 'issue_comment', 'workflow_run', 'check_run', 'check_suite', 'status'])(
    'without the document of a %s nobody can tell: refused',
    async (name) => {
      for (const payload of [undefined, '{}', '[]', 'nonsense', '{"__proto__":{"pull_request":{}}}', '{"pull_request":null}']) {
        await expect(judge(name, payload)).rejects.toBeInstanceOf(JobError);
      }
      await expect(judge(name, document('push'), { GITHUB_EVENT_PATH: '/elsewhere' })).rejects.toThrow('cannot be read');
    },
  );

  test('a ref of a pull request without the document of one is refused, whatever the event is called', async () => {
    await expect(judge('push', document('push'), { GITHUB_REF: 'refs/pull/7/merge' })).rejects.toBeInstanceOf(JobError);
  });

  test('names in a document are shown only as far as they can be names', async () => {
    const odd = { full_name: 'x\n::error::owned/y' };
    const stranger = await judge('pull_request', document('pull_request', { 'pull_request.head.repo': odd }));
    expect(JSON.stringify(stranger)).not.toContain('owned');
  });

  test('any JSON is judged without a crash', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('pull_request', 'workflow_run', 'check_suite', 'issue'), (value, key) => {
        strangerIn({ [key]: value }, { name: key, actor: undefined, repository: undefined });
        strangerIn(value, { name: '', actor: undefined, repository: undefined });
      }),
    );
  });
});

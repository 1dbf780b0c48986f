import { describe, expect, test } from '@jest/globals';
import examples from '@octokit/webhooks-examples' with { type: 'json' };
import fc from 'fast-check';
import { runOrigin } from '../../../src/adapters/actions/origin.ts';
import { JobError } from '../../../src/ports/job.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const RUN = {
  GITHUB_REPOSITORY: 'octo/fleet',
  GITHUB_SERVER_URL: 'https://github.example.net/',
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_EVENT_PATH: '/event.json',
  GITHUB_SHA: 'f'.repeat(40),
  GITHUB_RUN_ID: '8123456789',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_ACTOR: 'mona',
};

function event(parts: { head?: unknown; number?: unknown; sha?: unknown; base?: unknown; sender?: string } = {}): string {
  return JSON.stringify({
    sender: { login: parts.sender ?? 'mona' },
    pull_request: {
      number: parts.number ?? 7,
      head: { sha: parts.sha ?? SHA, ref: 'topic', repo: parts.head === undefined ? { full_name: 'Octo/fleet' } : parts.head },
      base: { ref: parts.base ?? 'main', repo: { full_name: 'octo/fleet' } },
    },
  });
}

function origin(text: string | undefined, environment: Record<string, string | undefined> = {}) {
  return runOrigin({ ...RUN, ...environment }, async (path) => (path === '/event.json' ? text : undefined));
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof JobError)) throw new Error(`not a JobError: ${String(error)}`);
  expect(error.hint).not.toBe('');
  return error.message;
}

describe('the origin of a run', () => {
  test('is read from the variables and the event of a pull request', async () => {
    expect(await origin(event())).toEqual({
      repository: { owner: 'octo', name: 'fleet' },
      serverUrl: 'https://github.example.net',
      event: 'pull_request',
      sha: 'f'.repeat(40),
      order: { run: 8123456789, attempt: 2 },
      runUrl: 'https://github.example.net/octo/fleet/actions/runs/8123456789/attempts/2',
      pullRequest: { number: 7, headSha: SHA, baseBranch: 'main', untrusted: false },
    });
  });

  test.each([
    ['a fork', event({ head: { full_name: 'other/fleet' } }), {}],
    ['a fork that is gone', event({ head: null }), {}],
    ['Dependabot', event(), { GITHUB_ACTOR: 'dependabot[bot]' }],
    ['Dependabot, run again by a person', event({ sender: 'dependabot[bot]' }), {}],
  ])('does not trust %s', async (_, text, environment) => {
    expect((await origin(text, environment))?.pullRequest?.untrusted).toBe(true);
  });

  test('has no pull request for a push, a schedule without a file, a merge group', async () => {
    for (const [name, text] of [
      ['push', '{"ref":"refs/heads/main"}'],
      ['schedule', undefined],
      ['merge_group', '{"merge_group":{}}'],
    ] as const) {
      const run = await origin(text, { GITHUB_EVENT_NAME: name });
      expect(run).toMatchObject({ event: name });
      expect(run).not.toHaveProperty('pullRequest');
    }
  });

  test('says what the group of a merge queue is made on, where the event names a commit', async () => {
    const baseOf = async (base: string) =>
      (await origin(`{"merge_group":{"base_sha":"${base}"}}`, { GITHUB_EVENT_NAME: 'merge_group' }))?.baseSha;
    expect(await baseOf(SHA)).toBe(SHA);
    expect(await baseOf('main')).toBeUndefined();
  });

  test('is nothing outside a workflow, and has no page and no order where the run has no number', async () => {
    expect(await runOrigin({}, async () => undefined)).toBeUndefined();
    const run = await runOrigin({ GITHUB_REPOSITORY: 'octo/fleet' }, async () => undefined);
    expect(run).toEqual({
      repository: { owner: 'octo', name: 'fleet' },
      serverUrl: 'https://github.com',
      event: '',
      sha: '',
      order: { run: 0, attempt: 0 },
    });
  });

  test.each([
    ['not JSON', 'nonsense ::error::x'],
    ['a list', '[]'],
    ['no pull request', '{}'],
    ['a number that is none', event({ number: '7; rm -rf /' })],
    ['a negative number', event({ number: -1 })],
    ['a commit that is none', event({ sha: '$(id)' })],
    ['a branch that is an option', event({ base: '--upload-pack=x' })],
    ['a branch of two lines', event({ base: 'main\n::error::x' })],
    ['a prototype', '{"__proto__":{"pull_request":{"number":1}}}'],
  ])('refuses an event of a pull request that is %s', async (_, text) => {
    expect(await refusal(origin(text))).toMatch(/^the event of this run /);
  });

  test('refuses an event file that is not there, a repository and a server that are none', async () => {
    expect(await refusal(origin(undefined))).toMatch(/names no pull request/);
    expect(await refusal(origin(event(), { GITHUB_REPOSITORY: 'octo/fleet/../x' }))).toBe('GITHUB_REPOSITORY is not owner/name');
    expect(await refusal(origin(event(), { GITHUB_SERVER_URL: 'javascript:alert(1)' }))).toMatch(/GITHUB_SERVER_URL/);
  });

  test('reads every example of GitHub, and never crashes on any JSON', async () => {
    const all = examples as unknown as { name: string; examples: unknown[] }[];
    const { examples: pullRequests } = all.find(({ name }) => name === 'pull_request')!;
    for (const example of pullRequests) {
      expect((await origin(JSON.stringify(example)))?.pullRequest?.number).toBeGreaterThan(0);
    }
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        await origin(text).catch((error: unknown) => expect(error).toBeInstanceOf(JobError));
        await origin(`{"pull_request":${text}}`).catch((error: unknown) => expect(error).toBeInstanceOf(JobError));
      }),
      { numRuns: 300 },
    );
  });
});

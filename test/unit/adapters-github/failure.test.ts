import { describe, expect, test } from '@jest/globals';
import { permissionsOf } from '../../support/permissions.ts';
import { answer, type Handler, ScriptedApi, silentPort } from '../../support/scripted-api.ts';
import { failureOf, forgeOn, TOKEN } from './forge-under-test.ts';

const COMMENT = { pullRequest: 12, marker: { kind: 'plan', fleet: 'guide' }, body: 'b', order: { run: 1, attempt: 1 } } as const;

/** Reads are answered; the first write meets `refused`. */
function refusing(status: number, body: unknown, headers: Record<string, string> = {}): Handler {
  return (request, response) => {
    if (request.url === '/graphql') return answer(response, 200, { data: { viewer: { login: 'github-actions[bot]' } } });
    if (request.method === 'GET' && request.url?.includes('/git/ref/heads'))
      return answer(response, 200, { object: { sha: 'a'.repeat(40) } });
    if (request.url?.includes('/compare/')) return answer(response, 200, { status: 'diverged', total_commits: 0, commits: [] });
    if (request.method === 'GET') return answer(response, 200, []);
    answer(response, status, body, headers);
  };
}

async function commentRefused(status: number, body: unknown, headers: Record<string, string> = {}, command?: 'plan' | 'apply') {
  await using api = await ScriptedApi.start(refusing(status, body, headers));
  const { forge } = forgeOn(api.url, command === undefined ? {} : { permissions: permissionsOf(command) });
  return await failureOf(forge.ensureComment(COMMENT));
}

async function branchRefused(status: number, body: unknown) {
  await using api = await ScriptedApi.start(refusing(status, body));
  return await failureOf(forgeOn(api.url).forge.advanceBranch('cn2-fleet/guide', 'b'.repeat(40)));
}

const documented = { documentation_url: 'https://docs.github.com/rest' };

describe('a refusal of GitHub', () => {
  test('401: the token is none', async () => {
    const failure = await commentRefused(401, { message: 'Bad credentials', ...documented, status: '401' });
    expect(failure).toMatchObject({
      reason: 'unauthorized',
      message: 'GitHub does not accept the token: revoked, expired or mistyped',
    });
  });

  test('403: the token lacks a permission, and the hint is the block to paste', async () => {
    const accepted = { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' };
    const failure = await commentRefused(
      403,
      { message: 'Resource not accessible by integration', ...documented },
      accepted,
      'apply',
    );
    expect(failure).toMatchObject({
      reason: 'forbidden',
      permission: 'pull-requests: write',
      message:
        'the token may not comment on pull request 12: it lacks pull-requests: write; GitHub says: Resource not accessible by integration',
      hint: 'give the job of the workflow this block:\npermissions:\n  contents: read\n  pull-requests: write\n  statuses: write\n  deployments: write',
    });
  });

  test('403 and 404 without that header: the permission comes from what was to be done', async () => {
    for (const status of [403, 404]) {
      const failure = await commentRefused(status, {
        message: status === 404 ? 'Not Found' : 'Resource not accessible by personal access token',
      });
      expect(failure).toMatchObject({ reason: 'forbidden', permission: 'pull-requests: write' });
      expect(failure.hint).toContain('permissions:\n  contents: read\n  pull-requests: write');
    }
  });

  test('403: a setting is switched off, and no permission would help', async () => {
    await using api = await ScriptedApi.start(
      refusing(403, { message: 'GitHub Actions is not permitted to create or approve pull requests.', ...documented }),
    );
    const input = { branch: 'b', base: 'main', title: 't', marker: { kind: 'proposal', fleet: 'guide' }, body: 'x' } as const;
    const failure = await failureOf(forgeOn(api.url).forge.ensurePullRequest(input));
    expect(failure).toMatchObject({
      reason: 'forbidden',
      message: 'GitHub Actions is not permitted to open pull requests in this repository',
    });
    expect(failure.permission).toBeUndefined();
    expect(failure.hint).toContain('“Allow GitHub Actions to create and approve pull requests”');
  });

  test.each([
    [
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
    ],
    ['Repository was archived so is read-only.'],
    ['Although you appear to have the correct authorization credentials, the `octo` organization has an IP allow list enabled'],
    ['Unable to create comment because issue is locked.'],
  ])('403: %s', async (message) => {
    const failure = await commentRefused(403, { message });
    expect(failure.reason).toBe('forbidden');
    expect(failure.permission).toBeUndefined();
    expect(failure.message).toContain(message);
  });

  test.each([
    [
      422,
      { message: 'Repository rule violations found\n\nCannot update this protected ref.\n\n' },
      'Cannot update this protected ref.',
    ],
    [
      422,
      { message: 'Repository rule violations found\n\nChanges must be made through a pull request.\n\n' },
      'Changes must be made through a pull request.',
    ],
    [409, { message: 'Required status check "ci" is expected.' }, 'Required status check "ci" is expected.'],
    [
      403,
      { message: 'Protected branch update failed for refs/heads/cn2-fleet/guide.' },
      'Protected branch update failed for refs/heads/cn2-fleet/guide.',
    ],
    [
      422,
      {
        message: 'Validation Failed',
        errors: [
          { message: 'pre_receive Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n' },
        ],
      },
      'Cannot create ref due to creations being restricted.',
    ],
    [422, { message: 'Reference update failed' }, 'Reference update failed'],
  ])('%s: a rule protects the branch', async (status, body, rule) => {
    const failure = await branchRefused(status, body);
    expect(failure.reason).toBe('protected');
    expect(failure.message).toContain('protects the branch cn2-fleet/guide: ');
    expect(failure.message).toContain(rule);
    expect(failure.hint).toContain('cn2-fleet/guide');
  });

  test('422: the branch has moved', async () => {
    expect(await branchRefused(422, { message: 'Update is not a fast forward' })).toMatchObject({
      reason: 'moved',
      message: 'the branch cn2-fleet/guide has moved in the meantime',
    });
  });

  test('422: the content, in GitHub’s words alone', async () => {
    const body = {
      message: 'Validation Failed',
      errors: [
        {
          resource: 'IssueComment',
          code: 'unprocessable',
          field: 'data',
          message: 'Body is too long (maximum is 65536 characters)',
        },
        'and more',
      ],
    };
    expect(await commentRefused(422, body)).toMatchObject({
      reason: 'rejected',
      message:
        'GitHub refuses to comment on pull request 12; GitHub says: Validation Failed: Body is too long (maximum is 65536 characters): and more',
    });
  });

  test('410: issues are switched off', async () => {
    await using api = await ScriptedApi.start(refusing(410, { message: 'Issues are disabled for this repo' }));
    const input = { marker: { kind: 'drift', fleet: 'guide', subject: 'c' }, title: 't', body: 'b' } as const;
    expect(await failureOf(forgeOn(api.url).forge.ensureIssue(input))).toMatchObject({
      reason: 'rejected',
      message: 'issues are switched off in this repository',
    });
  });

  test('404 of a read: the repository is not there for this token', async () => {
    await using api = await ScriptedApi.start((_, response) => answer(response, 404, { message: 'Not Found', ...documented }));
    const failure = await failureOf(forgeOn(api.url).forge.defaultBranch());
    expect(failure).toMatchObject({
      reason: 'not-found',
      message: 'GitHub says “not found” to this token: read the repository (octo/fleet)',
    });
  });

  test('never quotes a page, the token, or characters that move a cursor', async () => {
    const page = await commentRefused(403, '<html><body>Blocked by proxy</body></html>');
    expect(page.message).not.toContain('html');
    const hostile = await commentRefused(400, { message: `a\u001b[2J\r\n::error::b \u202e${TOKEN} ${'x'.repeat(2000)}` });
    expect(hostile.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(hostile.message.length).toBeLessThan(600);
  });

  test('5xx, again and again: GitHub’s fault', async () => {
    await using api = await ScriptedApi.start((_, response) => answer(response, 502, '<html>unicorn</html>'));
    const failure = await failureOf(forgeOn(api.url).forge.defaultBranch());
    expect(failure).toMatchObject({ reason: 'error', message: 'GitHub answered 502 to: read the repository' });
    expect(failure.hint).toContain('githubstatus.com');
    expect(api.requests).toHaveLength(4);
  });
});

describe('no answer', () => {
  const cases: [string, Handler, RegExp][] = [
    [
      'a login page',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      /^127\.0\.0\.1:\d+ answers, but not as GitHub's API$/,
    ],
    [
      'half a JSON document',
      (_, response) => answer(response, 200, '{"default_branch": "ma'),
      /closed the connection before its answer was complete/,
    ],
    ['a cut connection', (request) => request.socket.destroy(), /closed the connection before its answer was complete/],
    [
      'a body that stops',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' }).write('{'),
      /did not answer within 0\.2 s/,
    ],
    ['silence', () => {}, /did not answer within 0\.2 s/],
  ];

  test.each(cases)('%s', async (_, handler, sentence) => {
    await using api = await ScriptedApi.start(handler);
    const failure = await failureOf(forgeOn(api.url, { timeout: 200 }).forge.defaultBranch());
    expect(failure.reason).toBe('unreachable');
    expect(failure.message).toMatch(sentence);
    expect(api.requests).toHaveLength(4);
  });

  test('nobody listens, and nobody has the name', async () => {
    const closed = await silentPort();
    await closed[Symbol.asyncDispose]();
    expect((await failureOf(forgeOn(`http://127.0.0.1:${closed.port}`).forge.defaultBranch())).message).toBe(
      `127.0.0.1:${closed.port} refuses connections`,
    );
    const failure = await failureOf(forgeOn('http://github.invalid/api/v3').forge.defaultBranch());
    expect(failure.message).toBe('the name github.invalid cannot be resolved');
    expect(failure.hint).toContain('HTTPS_PROXY');
  });
});

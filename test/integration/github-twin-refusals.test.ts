import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { REPOSITORY_SCOPED_ROUTES } from '../../lab/github/rest/routes.ts';
import type { Permission } from '../../lab/github/state/access.ts';
import { type Api, apiOf, FIRST_START, type FleetTwin, fleetTwin } from '../support/github-twin.ts';

let fleet: FleetTwin;
let api: Api;
let sha: string;

const REPO = '/repos/acme/fleet';
const PERMISSIONS: readonly Permission[] = ['contents', 'pull-requests', 'issues', 'checks', 'statuses', 'deployments'];

beforeAll(async () => {
  fleet = await fleetTwin();
  api = fleet.api;
  sha = await fleet.twin.commit('acme/fleet', { branch: 'change', files: { change: '1\n' } });
  await api('POST', `${REPO}/issues`, { title: 'issue 1' });
  await api('POST', `${REPO}/pulls`, { title: 'pull request 2', head: 'change', base: 'main' });
}, FIRST_START);

afterAll(() => fleet.end());

/** The permissions that are enough for a route, one at a time. */
async function enough(method: string, path: string): Promise<string[]> {
  const found: string[] = [];
  const body = { sha: '0'.repeat(40) }; // so that nothing comes of it
  for (const permission of PERMISSIONS) {
    for (const level of ['read', 'write'] as const) {
      const { status } = await apiOf(fleet.twin, fleet.twin.addToken({ permissions: { [permission]: level } }))(
        method,
        path,
        body,
      );
      if (status !== 403) found.push(`${permission}: ${level}`);
    }
  }
  return found;
}

test.each([
  ['PATCH', `${REPO}/git/refs/heads/change`, ['contents: write']],
  ['POST', `${REPO}/git/trees`, ['contents: write']],
  ['POST', `${REPO}/pulls`, ['pull-requests: write']],
  ['PATCH', `${REPO}/pulls/2`, ['pull-requests: write']],
  ['PUT', `${REPO}/pulls/2/merge`, ['contents: write']],
  ['POST', `${REPO}/issues`, ['issues: write']],
  ['POST', `${REPO}/issues/1/comments`, ['issues: write']],
  ['POST', `${REPO}/issues/2/comments`, ['pull-requests: write', 'issues: write']],
  ['PATCH', `${REPO}/issues/1`, ['issues: write']],
  ['POST', `${REPO}/check-runs`, ['checks: write']],
  ['POST', `${REPO}/statuses/${'0'.repeat(40)}`, ['statuses: write']],
  ['POST', `${REPO}/deployments`, ['deployments: write']],
])('%s %s needs its permission', async (method, path, wanted) => {
  expect(await enough(method, path)).toEqual(wanted);
});

test('a refusal names what is accepted, by the kind of token', async () => {
  const none = fleet.twin.addToken({ permissions: {} });
  const refused = await apiOf(fleet.twin, none)('POST', `${REPO}/issues/2/comments`, { body: 'b' });
  expect(refused.headers.get('x-accepted-github-permissions')).toBe('issues=write; pull_requests=write');
  expect(refused.body).toEqual({
    message: 'Resource not accessible by integration',
    documentation_url: 'https://docs.github.com/rest/issues/comments#create-an-issue-comment',
    status: '403',
  });
  const person = fleet.twin.addToken({ kind: 'personal', login: 'ada', permissions: { issues: 'write' } });
  const other = await apiOf(fleet.twin, person)('POST', `${REPO}/pulls`, { title: 't', head: 'change', base: 'main' });
  expect(other.body.message).toBe('Resource not accessible by personal access token');
  const check = await apiOf(fleet.twin, fleet.twin.addToken({ kind: 'personal' }))('POST', `${REPO}/check-runs`, {
    name: 'n',
    head_sha: sha,
  });
  expect(check).toMatchObject({ status: 403, body: { message: 'You must authenticate via a GitHub App.' } });
});

test('a private repository is not there for others, and all of it needs a token', async () => {
  const elsewhere = apiOf(fleet.twin, fleet.twin.addToken({ repositories: ['acme/other'] }));
  for (const { method, template } of REPOSITORY_SCOPED_ROUTES) {
    const path = template
      .replace('{owner}', 'acme')
      .replace('{repo}', 'fleet')
      .replace(/\{\w+\}/g, '1');
    expect({ template, ...(await elsewhere(method, path, method === 'GET' ? undefined : {})) }).toMatchObject({
      template,
      status: 404,
    });
  }
  expect(await apiOf(fleet.twin)('GET', REPO)).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  expect(await apiOf(fleet.twin, 'wrong')('GET', REPO)).toMatchObject({ status: 401, body: { message: 'Bad credentials' } });
});

test.each([
  ['main, classic', 'classic', 'Changes must be made through a pull request.', 'articles/about-protected-branches'],
  [
    'main, ruleset',
    'ruleset',
    'Repository rule violations found\n\nChanges must be made through a pull request.\n\n',
    'rest/git/refs',
  ],
] as const)('a protected branch (%s) is not moved through the API', async (_, kind, message, docs) => {
  await fleet.twin.protect('acme/fleet', 'main', kind);
  await fleet.twin.protect('acme/fleet', 'new', kind);
  const update = await api('PATCH', `${REPO}/git/refs/heads/main`, { sha });
  expect(update).toMatchObject({ status: 422, body: { message, documentation_url: expect.stringContaining(docs) } });
  const create = await api('POST', `${REPO}/git/refs`, { ref: 'refs/heads/new', sha });
  expect(create).toMatchObject({ status: 422, body: { message: 'Reference update failed' } });
  await fleet.twin.protect('acme/fleet', 'main', undefined);
});

test('refs say why not', async () => {
  const message = async (method: string, path: string, body?: object) =>
    (await api(method, `${REPO}/git/${path}`, body)).body?.message;
  const main = fleet.twin.repository('acme/fleet').branches['main'];
  expect(await message('POST', 'refs', { ref: 'refs/heads/change', sha })).toBe('Reference already exists');
  expect(await message('POST', 'refs', { ref: 'refs/heads/x', sha: '1'.repeat(40) })).toBe('Object does not exist');
  expect(await message('POST', 'refs', { ref: 'heads/x', sha })).toMatch(/must start with "refs\/"/);
  expect(await message('POST', 'refs', { ref: 'refs/heads/change/x', sha })).toBe('Reference update failed');
  expect(await message('PATCH', 'refs/heads/change', { sha: main })).toBe('Update is not a fast forward');
  expect(await message('PATCH', 'refs/heads/none', { sha })).toBe('Reference does not exist');
  expect(await message('DELETE', 'refs/heads/none')).toBe('Reference does not exist');
  expect(await message('GET', 'ref/heads/chang')).toBe('Not Found');
});

test('texts and lists that are too long', async () => {
  const long = 'b'.repeat(65_537);
  const errors = async (method: string, path: string, body: object) => (await api(method, `${REPO}${path}`, body)).body.errors;
  expect(await errors('POST', '/issues/2/comments', { body: long })).toEqual([
    { resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Body is too long (maximum is 65536 characters)' },
  ]);
  const { id } = (await api('POST', `${REPO}/issues/2/comments`, { body: 'b'.repeat(65_536) })).body;
  const tooLong = (resource: string) => [
    { resource, code: 'custom', field: 'body', message: 'body is too long (maximum is 65536 characters)' },
  ];
  expect(await errors('PATCH', `/issues/comments/${id}`, { body: long })).toEqual(tooLong('IssueComment'));
  expect(await errors('POST', '/issues', { title: 't', body: long })).toEqual(tooLong('Issue'));
  expect(await errors('PATCH', '/pulls/2', { body: long })).toEqual(tooLong('PullRequest'));
  expect(await errors('POST', `/statuses/${sha}`, { state: 'success', description: 'd'.repeat(141) })).toMatchObject([
    { message: 'description is too long (maximum is 140 characters)' },
  ]);
  const annotation = { path: 'p', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' };
  const check = (output: object) =>
    api('POST', `${REPO}/check-runs`, { name: 'n', head_sha: sha, output: { title: 't', summary: 's', ...output } });
  const refused = await check({ annotations: Array.from({ length: 51 }, () => annotation) });
  expect(refused.body.message).toBe('Invalid request.\n\nNo more than 50 items are allowed; 51 were supplied.');
  expect((await check({ annotations: [{ ...annotation, end_line: 2, start_column: 1 }] })).status).toBe(422);
  expect((await check({ summary: 's'.repeat(65_536) })).status).toBe(422);
});

test('a deployment wants green checks and no merge, unless told otherwise', async () => {
  await api('POST', `${REPO}/statuses/${sha}`, { state: 'pending', context: 'slow' });
  const deploy = (more: object) => api('POST', `${REPO}/deployments`, { ref: sha, ...more });
  expect(await deploy({})).toMatchObject({
    status: 409,
    body: {
      message: `Conflict: Commit status checks failed for ${sha}.`,
      errors: [{ field: 'required_contexts', contexts: [{ context: 'slow', state: 'pending' }] }],
    },
  });
  await fleet.twin.commit('acme/fleet', { branch: 'main', files: { later: '1\n' } });
  expect((await deploy({ required_contexts: [] })).body.message).toBe(`Conflict merging main into ${sha}.`);
  expect((await deploy({ required_contexts: [], auto_merge: false })).status).toBe(201);
});

test('who am I: GraphQL says it to an installation, REST does not', async () => {
  const graphql = async (token: string, query: string) =>
    (
      await fetch(fleet.twin.graphqlUrl, {
        method: 'POST',
        headers: { authorization: `bearer ${token}` },
        body: JSON.stringify({ query }),
      })
    ).json();
  expect(await graphql(fleet.token, 'query { viewer { login } }')).toEqual({
    data: { viewer: { login: 'github-actions[bot]' } },
  });
  expect(await graphql(fleet.token, '{ repository(owner: "acme", name: "fleet") { id } }')).toHaveProperty('errors');
  expect(await graphql('wrong', '{ viewer { login } }')).toMatchObject({ message: 'Bad credentials' });
  expect((await api('GET', '/user')).body.message).toBe('Resource not accessible by integration');
});

test('an answer that has not changed is 304 and costs nothing', async () => {
  const first = await api('GET', `${REPO}/issues?state=all`);
  const etag = first.headers.get('etag')!;
  const again = await api('GET', `${REPO}/issues?state=all`, undefined, { 'if-none-match': etag });
  expect([again.status, again.body]).toEqual([304, undefined]);
  expect(again.headers.get('x-ratelimit-remaining')).toBe(first.headers.get('x-ratelimit-remaining'));
  await api('PATCH', `${REPO}/issues/1`, { title: 'changed' });
  expect((await api('GET', `${REPO}/issues?state=all`, undefined, { 'if-none-match': etag })).status).toBe(200);
});

test('lists come in pages that lead to each other', async () => {
  const { number } = (await api('POST', `${REPO}/issues`, { title: 'many' })).body;
  const path = `${REPO}/issues/${number}/comments`;
  for (let index = 0; index < 101; index++) await api('POST', path, { body: `comment ${index}` });
  const seen: string[] = [];
  let next: string | undefined = `${path}?per_page=50`;
  while (next !== undefined) {
    const page = await api('GET', next);
    seen.push(...page.body.map(({ body }: { body: string }) => body));
    const link: string | undefined = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    next = link?.slice(fleet.twin.apiUrl.length);
  }
  expect(seen).toEqual(Array.from({ length: 101 }, (_, index) => `comment ${index}`));
  expect((await api('GET', `${path}?per_page=1000`)).body).toHaveLength(100);
  expect((await api('GET', path)).body).toHaveLength(30);
});

test('what the twin does not know is written down', async () => {
  expect((await api('GET', `${REPO}/actions/caches`)).status).toBe(404);
  expect(fleet.twin.unknown).toEqual([`GET ${REPO}/actions/caches`]);
});

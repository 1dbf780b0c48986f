import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Actions } from '../../lab/github/actions/actions.ts';
import { apiOf, FIRST_START, type FleetTwin, fleetTwin } from '../support/github-twin.ts';

const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(1)</script>`;

let fleet: FleetTwin;
let head: string;
let run: number;

beforeAll(async () => {
  fleet = await fleetTwin();
  const { twin, api } = fleet;
  head = await twin.commit('acme/fleet', {
    branch: 'change',
    files: { 'clusters.yaml': 'kind: Fleet\nname: <b>a</b>\n', 'rendered/b.yaml': undefined },
    message: `Change ${HOSTILE}`,
  });
  const repo = '/repos/acme/fleet';
  await api('POST', `${repo}/pulls`, { title: `Title ${HOSTILE}`, head: 'change', base: 'main', body: '- [x] done\n- [ ] open' });
  await api('POST', `${repo}/issues/1/comments`, { body: COMMENT });
  const annotations = [
    { path: 'clusters.yaml', start_line: 2, end_line: 2, annotation_level: 'failure', title: 'E1', message: HOSTILE },
  ];
  const output = { title: 'one finding', summary: 'The **summary**', annotations };
  await api('POST', `${repo}/check-runs`, { name: 'plan', head_sha: head, conclusion: 'failure', output });
  await api('POST', `${repo}/statuses/${head}`, {
    state: 'success',
    context: 'apply',
    description: 'done',
    target_url: 'https://example.org',
  });
  const { id } = (await api('POST', `${repo}/deployments`, { ref: 'main', environment: 'guide', required_contexts: [] })).body;
  await api('POST', `${repo}/deployments/${id}/statuses`, { state: 'success', description: 'all applied' });
  await api('POST', `${repo}/issues`, { title: 'Drift', labels: ['drift'] });
  await twin.commit('acme/fleet', { branch: 'main', files: { '.github/workflows/go.yml': GO } });
  await using actions = new Actions(twin, 'acme/fleet', async () => 'success');
  await actions.happens({ name: 'workflow_dispatch', workflow: '.github/workflows/go.yml' });
  await actions.settled();
  run = actions.runs[0]!.id;
  await twin.protect('acme/fleet', 'main', 'classic', { approvals: 1 });
  const ada = apiOf(twin, twin.addToken({ kind: 'personal', login: 'ada' }));
  await ada('POST', `${repo}/pulls/1/reviews`, { event: 'REQUEST_CHANGES', body: HOSTILE });
}, FIRST_START);

afterAll(() => fleet.end());

const GO = `name: Go ${HOSTILE}\non: workflow_dispatch\njobs: {go: {name: Do it, environment: prod}}\n`;
const COMMENT = `<!-- cn2-fleet {"kind":"plan"} -->
**2 to create**

> [!WARNING]
> careful

| a | b |
|---|--:|
| 1 | 2 |

<details onclick="alert(1)"><summary>more</summary>

\`\`\`diff
+ new
- old
\`\`\`

</details>

\`\`\`mermaid
flowchart LR
\`\`\`

${HOSTILE} [x](javascript:alert(1)) H<sub>2</sub>O &lt;kept&gt;`;

async function page(path: string): Promise<string> {
  const response = await fetch(`${fleet.twin.url}${path}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  return response.text();
}

test('a pull request shows what it is, what was said, what was checked and what it changes', async () => {
  const text = await page('/acme/fleet/pull/1');
  for (const part of [
    'Title &quot;&gt;&lt;img',
    '☑ done',
    '☐ open',
    '<strong>2 to create</strong>',
    '<table>',
    '<details><summary>more</summary>',
    '<span class="plus">+ new</span>',
    '<figcaption>diagram</figcaption>',
    'class="alert warning"',
    'H<sub>2</sub>O',
    '&lt;kept&gt;',
    'requested changes',
    'Merging is blocked: At least 1 approving review is required',
    'The <strong>summary</strong>',
    'clusters.yaml:2',
    '<span class="plus">+name: &lt;b&gt;a&lt;/b&gt;</span>',
    '<span class="tag">removed</span>',
  ])
    expect(text).toContain(part);
});

test('a run shows its jobs and their environments', async () => {
  const text = await page(`/acme/fleet/actions/runs/${run}`);
  for (const part of ['Go &quot;&gt;&lt;img', 'Do it', '<span class="tag">prod</span>', 'workflow_dispatch by acme'])
    expect(text).toContain(part);
  expect(await page('/acme/fleet/actions')).toContain(`/acme/fleet/actions/runs/${run}`);
});

test('nothing on a page runs, and hidden headers stay hidden', async () => {
  const paths = [
    '',
    '/pulls',
    '/issues',
    '/issues/2',
    '/pull/1',
    `/commit/${head}`,
    '/deployments',
    '/actions',
    `/actions/runs/${run}`,
    `/blob/${head}/clusters.yaml`,
  ];
  for (const path of ['/', ...paths.map((rest) => `/acme/fleet${rest}`)]) {
    const text = await page(path);
    expect(text).not.toMatch(/<script|<img|<[a-z]+[^>]*\son\w+=|href="javascript:|cn2-fleet \{/);
  }
});

test('every address that the API gives for people is a page', async () => {
  const { api } = fleet;
  const answers = await Promise.all(
    [
      '',
      '/pulls/1',
      '/issues/2',
      `/commits/${head}`,
      `/commits/${head}/check-runs`,
      '/issues/1/comments',
      '/actions/runs',
      '/pulls/1/reviews',
    ].map((path) => api('GET', `/repos/acme/fleet${path}`)),
  );
  const found = new Set(JSON.stringify(answers.map(({ body }) => body)).match(/(?<="(html_url|avatar_url)":")[^"]+/g));
  const pages = [...found].filter(
    (url) => url.startsWith(fleet.twin.url) && /\/acme\/fleet|avatars/.test(url) && !url.endsWith('}'),
  );
  expect(pages.length).toBeGreaterThan(6);
  for (const url of pages) expect({ url, status: (await fetch(url)).status }).toEqual({ url, status: 200 });
});

test('what is not there is said so', async () => {
  for (const path of [
    '/acme/none',
    '/acme/fleet/pull/99',
    '/acme/fleet/commit/none',
    '/acme/fleet/actions/runs/1',
    '/acme/fleet/blob/main/none',
    '/acme/fleet/commit/%E0%A4%A',
  ])
    expect((await fetch(`${fleet.twin.url}${path}`)).status).toBe(404);
});

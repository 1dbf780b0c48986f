import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReviewAttention } from '../../src/model/attention.ts';
import type { Forge, PullRequestInput } from '../../src/ports/forge.ts';
import { type ForgeTwin, forgeTwin, REPOSITORY } from '../support/forge-twin.ts';

let at: ForgeTwin;
let forge: Forge;
let mona: string;

beforeAll(async () => {
  at = await forgeTwin();
  forge = at.forge();
  for (const login of ['ann', 'bob']) at.twin.addToken({ kind: 'personal', login });
  mona = at.twin.addToken({ kind: 'personal', login: 'mona' });
});

afterAll(async () => await at?.[Symbol.asyncDispose]());

const NONE: ReviewAttention = { labels: [], assignees: [], reviewers: [], teamReviewers: [], draft: false };

/** A branch with a commit of its own, and what its pull request should be. */
async function proposal(branch: string, attention: Partial<ReviewAttention> = {}): Promise<PullRequestInput> {
  await forge.advanceBranch(
    branch,
    await forge.commit({ parents: [at.main], message: branch, write: { [branch]: '1' }, remove: [] }),
  );
  const marker = { kind: 'proposal', fleet: branch } as const;
  return { marker, title: 'Attach cluster2', body: 'plan', branch, base: 'main', attention: { ...NONE, ...attention } };
}

async function api(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${at.twin.apiUrl}/repos/${REPOSITORY}/${path}`, {
    method,
    headers: { authorization: `Bearer ${mona}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

async function sidebar(number: number) {
  const pull = await api('GET', `pulls/${number}`);
  const all = (member: string, key: string) => (pull[member] as Record<string, string>[]).map((each) => each[key]);
  return {
    labels: all('labels', 'name'),
    assignees: all('assignees', 'login'),
    reviewers: all('requested_reviewers', 'login'),
    teams: all('requested_teams', 'slug'),
    draft: pull['draft'],
  };
}

/** What a task wrote. */
async function writes(task: () => Promise<unknown>): Promise<string[]> {
  const before = at.writes().length;
  await task();
  return at
    .writes()
    .slice(before)
    .map((line) => line.replace(`/repos/${REPOSITORY}`, '').replace(/ \d+$/, ''));
}

describe('whom a pull request is brought to', () => {
  test('all of it when it is opened, and nothing again while it stays the same', async () => {
    const input = await proposal('opened', { labels: ['network', 'cn2'], assignees: ['bob'], reviewers: ['ann'], draft: true });
    const made = await forge.ensurePullRequest(input);
    expect(made).toMatchObject({
      operation: 'created',
      attention: { labels: ['network', 'cn2'], assignees: ['bob'], reviewers: ['ann'], teamReviewers: [] },
    });
    expect(await sidebar(made.id)).toEqual({
      labels: ['network', 'cn2'],
      assignees: ['bob'],
      reviewers: ['ann'],
      teams: [],
      draft: true,
    });
    expect(
      await writes(async () =>
        expect(await forge.ensurePullRequest(input)).toMatchObject({
          operation: 'unchanged',
          attention: { labels: ['network', 'cn2'], reviewers: ['ann'] },
        }),
      ),
    ).toEqual([]);
  });

  test('what people took away stays away until there is another plan; who has reviewed is not asked again', async () => {
    const input = await proposal('changed', { labels: ['network'], reviewers: ['ann', 'bob'] });
    const { id } = await forge.ensurePullRequest(input);
    await api('DELETE', `issues/${id}/labels/network`);
    await api('POST', `pulls/${id}/reviews`, { event: 'COMMENT', body: 'read' });
    expect(await writes(() => forge.ensurePullRequest(input))).toEqual([]);
    const asked = { ...input, body: 'another plan', attention: { ...input.attention!, reviewers: ['ann', 'bob', 'mona'] } };
    expect(await writes(() => forge.ensurePullRequest(asked))).toEqual([`POST /issues/${id}/labels`, `PATCH /pulls/${id}`]);
    expect(await sidebar(id)).toMatchObject({ labels: ['network'], reviewers: ['ann', 'bob'] });
  });

  test('a person or a team that may not be asked is said, and holds up nothing else', async () => {
    const input = await proposal('refused', {
      assignees: ['ann', 'nobody-here'],
      reviewers: ['ann', 'nobody-here', 'github-actions[bot]'],
      teamReviewers: ['net-ops'],
    });
    const { id, attention } = await forge.ensurePullRequest(input);
    expect(attention).toEqual({ labels: [], assignees: ['ann'], reviewers: ['ann'], teamReviewers: [] });
    expect(at.said.slice(-4)).toEqual([
      `pull request ${id} was not assigned to nobody-here: GitHub assigns only people with access to the repository`,
      `pull request ${id} was opened by github-actions[bot], who cannot be asked to review it`,
      expect.stringMatching(/no review was requested of nobody-here: Reviews may only be requested from collaborators/),
      expect.stringMatching(/no review was requested of net-ops: Could not resolve/),
    ]);
  });

  test('a run that died before it was done is finished by the next one', async () => {
    const input = await proposal('killed', { labels: ['network'], reviewers: ['ann'] });
    const dying = at.forge();
    const fault = at.twin.faults.add({
      method: 'POST',
      path: /\/requested_reviewers$/,
      times: 99,
      fault: { kind: 'status', status: 500 },
    });
    await expect(dying.ensurePullRequest(input)).rejects.toMatchObject({ name: 'ForgeError' });
    fault.remove();
    const made = await forge.ensurePullRequest(input);
    expect(made).toMatchObject({ operation: 'updated', attention: { labels: ['network'], reviewers: ['ann'] } });
    expect(await sidebar(made.id)).toMatchObject({ labels: ['network'], reviewers: ['ann'] });
    expect(await writes(() => forge.ensurePullRequest(input))).toEqual([]);
  });

  test('an issue has labels and people from the start; later they are up to people', async () => {
    const marker = { kind: 'drift', fleet: 'guide', subject: 'cluster2' } as const;
    const input = { marker, title: 'Drift', body: 'a', attention: { labels: ['drift'], assignees: ['bob', 'nobody-here'] } };
    const { id } = await forge.ensureIssue(input);
    expect(await api('GET', `issues/${id}`)).toMatchObject({ labels: [{ name: 'drift' }], assignees: [{ login: 'bob' }] });
    await api('DELETE', `issues/${id}/labels/drift`);
    await forge.ensureIssue({ ...input, body: 'b' });
    expect(await api('GET', `issues/${id}`)).toMatchObject({ labels: [] });
  });
});

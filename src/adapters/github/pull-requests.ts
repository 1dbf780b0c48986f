import type { Octokit } from 'octokit';
import { present } from '../../model/present.ts';
import {
  type Ensured,
  type EnsuredPullRequest,
  ForgeError,
  type KeptText,
  type PullRequest,
  type PullRequestInput,
} from '../../ports/forge.ts';
import { type Access, makeOnce, PAGE } from './access.ts';
import { type Attended, attend, givenOf } from './attention.ts';
import { ensureComment } from './comments.ts';
import { isMarked, readHeader } from './header.ts';
import { written } from './kept-text.ts';
import { isStatus, refusalOf } from './refusal.ts';

type Listed = Awaited<ReturnType<Octokit['rest']['pulls']['list']>>['data'][number];

/** The open pull request from a branch of this repository (not of a fork) into a base, or into any. */
export async function openPullRequest(access: Access, branch: string, base?: string): Promise<PullRequest | undefined> {
  const found = await openFrom(access, branch, base);
  return found === undefined ? undefined : facts(found);
}

/** Merged pull requests that brought a commit, the newest first. */
export async function mergedPullRequests({ client, at }: Access, sha: string): Promise<PullRequest[]> {
  const octokit = await client();
  const all = await octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
    ...at,
    ...PAGE,
    commit_sha: sha,
  });
  return all
    .filter((each) => each.merged_at !== null)
    .sort((a, b) => Date.parse(b.merged_at!) - Date.parse(a.merged_at!) || b.number - a.number)
    .map(facts);
}

/**
 * One open pull request per branch and base. One that a person opened from our branch, or whose header is gone, is left as it is;
 * that of another bot with our header is taken over, since tokens change. A text of ours that somebody has edited is put back: it says
 * what merging does. What people add below it stays until there is something new to say: then labels, assignees and reviewers that it
 * lacks are added too. A run that dies in between leaves a text that counts as unfinished, so the next one goes on.
 */
export async function ensurePullRequest(access: Access, input: PullRequestInput): Promise<EnsuredPullRequest> {
  const { title, branch, base, attention: wishes } = input;
  const { text } = written(input, { title });
  const found = await openFrom(access, branch, base);
  if (found === undefined) {
    const made = await open(access, input, wishes === undefined ? text : written(input, { title, unfinished: true }).text);
    if (made !== undefined) {
      const about = { operation: 'created' as const, id: made.number, url: made.html_url };
      return wishes === undefined
        ? about
        : { ...about, ...present({ attention: await attendAndWrite(access, made, input, true) }) };
    }
  }
  const there = found ?? (await openFrom(access, branch, base));
  if (there === undefined) {
    throw new ForgeError(`GitHub already has an open pull request from ${branch}, but does not list it`, {
      reason: 'error',
      hint: 'run it again',
    });
  }
  const { number, html_url } = there;
  if (await isAsItShouldBe(access, there, input)) {
    const attention = wishes === undefined ? undefined : givenOf(there, wishes);
    return { operation: 'unchanged', id: number, url: html_url, ...present({ attention }) };
  }
  const attention = await attendAndWrite(access, there, input, false);
  return { operation: 'updated', id: number, url: html_url, ...present({ attention }) };
}

/** The text last: it says that all else is done. */
async function attendAndWrite(
  access: Access,
  pull: Attended,
  input: PullRequestInput,
  isNew: boolean,
): Promise<EnsuredPullRequest['attention']> {
  const { title, attention: wishes } = input;
  const attention = wishes === undefined ? undefined : await attend(access, pull, wishes, isNew);
  const octokit = await access.client();
  await octokit.rest.pulls.update({ ...access.at, pull_number: pull.number, title, body: written(input, { title }).text });
  return attention;
}

/** What that would do now. Asks only. */
export async function pullRequestChange(access: Access, input: PullRequestInput): Promise<'created' | 'updated' | 'unchanged'> {
  const found = await openFrom(access, input.branch, input.base);
  if (found === undefined) return 'created';
  return (await isAsItShouldBe(access, found, input)) ? 'unchanged' : 'updated';
}

/** Whether nothing is to be written: its text is as wanted, or a person's, which is left as it is. */
async function isAsItShouldBe(access: Access, { number, body, user }: Listed, input: PullRequestInput): Promise<boolean> {
  const { text, content } = written(input, { title: input.title });
  const header = readHeader(body);
  const ours = isMarked(header, input.marker) && (user?.login === (await access.whoami()) || user?.type === 'Bot');
  if (!ours) access.waiting.say(`pull request ${number} was not opened by this account: its text is left as it is`);
  return !ours || (header.content === content && beginsWith(body, textOf(text, input)));
}

/** Header and body: the footer below them may be of another run, or of somebody else. */
function textOf(text: string, { footer }: KeptText): string {
  return footer === undefined ? text : text.slice(0, text.length - footer.length);
}

/** Browsers send CRLF line ends. */
function beginsWith(body: string | null, text: string): boolean {
  const plain = (words: string) => words.replace(/\r\n?/g, '\n').trim();
  return plain(body ?? '').startsWith(plain(text));
}

/** Undefined where somebody opened the same one in the meantime. */
async function open(
  access: Access,
  input: PullRequestInput,
  body: string,
): Promise<(Attended & { html_url: string }) | undefined> {
  const { title, branch, base, attention } = input;
  const draft = attention?.draft === true;
  const octokit = await access.client();
  try {
    return await makeOnce<Attended & { html_url: string }>(
      access,
      async () =>
        (await octokit.rest.pulls.create({ ...access.at, title, body, head: branch, base, ...(draft ? { draft } : {}) })).data,
      () => openFrom(access, branch, base),
    );
  } catch (error) {
    const said = isStatus(error, 422) ? (refusalOf(error)?.said ?? '') : '';
    if (/already exists/i.test(said)) return undefined;
    // Private repositories of some plans have none.
    if (!draft || attention === undefined || !/draft/i.test(said)) throw error;
    access.waiting.say(`the pull request is not opened as a draft: ${said}`);
    return await open(access, { ...input, attention: { ...attention, draft: false } }, body);
  }
}

/** Says why and closes; one that is closed or merged already is left alone. */
export async function closePullRequest(access: Access, graphqlUrl: string, number: number, comment: KeptText): Promise<Ensured> {
  const octokit = await access.client();
  const { data } = await octokit.rest.pulls.get({ ...access.at, pull_number: number });
  if (data.state !== 'open') return { operation: 'unchanged', id: number, url: data.html_url };
  await ensureComment(access, graphqlUrl, { ...comment, issue: number, order: { run: 0, attempt: 0 } });
  await octokit.rest.pulls.update({ ...access.at, pull_number: number, state: 'closed' });
  return { operation: 'updated', id: number, url: data.html_url };
}

async function openFrom({ client, at }: Access, branch: string, base: string | undefined): Promise<Listed | undefined> {
  const octokit = await client();
  const head = `${at.owner}:${branch}`;
  const open = await octokit.paginate(octokit.rest.pulls.list, {
    ...at,
    ...PAGE,
    state: 'open',
    head,
    ...present({ base }),
  });
  const here = `${at.owner}/${at.repo}`.toLowerCase();
  // GitHub ignores a filter that it cannot read, and the owner may have forks of its own.
  return open.find(
    ({ head: from, base: into }) =>
      from.repo?.full_name.toLowerCase() === here && from.ref === branch && (base === undefined || into.ref === base),
  );
}

function facts(from: {
  number: number;
  html_url: string;
  title: string;
  state: string;
  merged_at: string | null;
  head: { sha: string; ref: string };
  base: { ref: string };
}): PullRequest {
  return {
    number: from.number,
    url: from.html_url,
    title: from.title,
    headSha: from.head.sha,
    headBranch: from.head.ref,
    baseBranch: from.base.ref,
    open: from.state === 'open',
    merged: from.merged_at !== null,
  };
}

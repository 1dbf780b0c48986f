import { changesBetween } from '../git/changes.ts';
import { commitsOf, readCommit, resolveCommit } from '../git/commits.ts';
import { isAncestor, mergeBase } from '../git/refs.ts';
import { ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { listed, pageOf } from '../http/pagination.ts';
import { notFound } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { commitShape, fileShape } from '../shapes/commit.ts';
import { type PullIssue, pullShape } from '../shapes/pull.ts';
import { apiOf, pageOf as page } from '../shapes/repository.ts';
import { commitIn, notEmpty } from './lookup.ts';

export const COMMIT_ROUTES: readonly Route[] = [
  route('GET', '/commits', { needs: 'contents=read', docs: 'commits/commits#list-commits' }, listCommits),
  route('GET', '/commits/{ref}', { needs: 'contents=read', docs: 'commits/commits#get-a-commit' }, getCommit),
  route('GET', '/compare/{basehead}', { needs: 'contents=read', docs: 'commits/commits#compare-two-commits' }, compare),
  route(
    'GET',
    '/commits/{commit_sha}/pulls',
    { needs: 'pull_requests=read', docs: 'commits/commits#list-pull-requests-associated-with-a-commit' },
    pullsOfCommit,
  ),
];

async function listCommits(call: RepositoryCall) {
  notEmpty(call);
  const start = await resolveCommit(call.git, call.query.get('sha') ?? call.repository.defaultBranch);
  if (start === undefined) throw notFound();
  const path = call.query.get('path');
  const commits = await commitsOf(call.git, path === null ? [start] : [start, '--', path]);
  return listed(call, `/repos/${call.params['owner']}/${call.params['repo']}/commits`, commits, (commit) =>
    commitShape(call.hub, call.repository, commit),
  );
}

async function getCommit(call: RepositoryCall) {
  notEmpty(call);
  const commit = await readCommit(call.git, await commitIn(call, call.params['ref']!));
  const files = await changesBetween(call.git, commit.parents[0], commit.sha);
  return ok(commitShape(call.hub, call.repository, commit, files));
}

async function compare(call: RepositoryCall) {
  const { git, hub, repository } = call;
  const [left = '', right = ''] = (call.params['basehead'] ?? '').split('...');
  const [base, head] = await Promise.all([left, right].map((name) => resolveCommit(git, name)));
  const common = base === undefined || head === undefined ? undefined : await mergeBase(git, base, head);
  if (base === undefined || head === undefined || common === undefined) throw notFound();
  const [commits, missing, files] = await Promise.all([
    commitsOf(git, ['--reverse', `${base}..${head}`]),
    git.run(['rev-list', '--count', `${head}..${base}`]),
    changesBetween(git, common, head),
  ]);
  const behind = Number(missing);
  const { items, headers } = pageOf(
    call,
    `/repos/${call.params['owner']}/${call.params['repo']}/compare/${left}...${right}`,
    commits,
  );
  const url = `${apiOf(hub, repository)}/compare/${left}...${right}`;
  const html = `${page(hub, repository)}/compare/${left}...${right}`;
  const [baseCommit, commonCommit] = [await readCommit(git, base), await readCommit(git, common)];
  return {
    status: 200,
    headers,
    body: {
      url,
      html_url: html,
      permalink_url: `${page(hub, repository)}/compare/${base}...${head}`,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: commitShape(hub, repository, baseCommit),
      merge_base_commit: commitShape(hub, repository, commonCommit),
      status: commits.length > 0 ? (behind > 0 ? 'diverged' : 'ahead') : behind > 0 ? 'behind' : 'identical',
      ahead_by: commits.length,
      behind_by: behind,
      total_commits: commits.length,
      commits: items.map((commit) => commitShape(hub, repository, commit)),
      // GitHub lists at most 300 files, and only on the first page.
      files: call.query.get('page') === '2' ? [] : files.slice(0, 300).map((file) => fileShape(hub, repository, head, file)),
    },
  };
}

/**
 * Merged pull requests that brought a commit to the default branch; for a commit that is not there, the open ones too
 * (https://docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit).
 */
async function pullsOfCommit(call: RepositoryCall) {
  const { git, repository, hub } = call;
  const sha = await commitIn(call, call.params['commit_sha']!);
  const main = repository.branches[repository.defaultBranch];
  const onDefault = main !== undefined && (await isAncestor(git, sha, main));
  const found: PullIssue[] = [];
  for (const issue of repository.issues) {
    if (issue.pull === undefined || (onDefault && issue.pull.merged === undefined)) continue;
    const { merged, headSha, baseSha } = issue.pull;
    const part = merged?.sha === sha || ((await isAncestor(git, sha, headSha)) && !(await isAncestor(git, sha, baseSha)));
    if (part) found.push(issue as PullIssue);
  }
  return listed(call, `/repos/${call.params['owner']}/${call.params['repo']}/commits/${sha}/pulls`, found, (issue) =>
    pullShape(hub, repository, issue),
  );
}

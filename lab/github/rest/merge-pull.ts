import { readCommit } from '../git/commits.ts';
import { mergedTree } from '../git/merge.ts';
import { rebased } from '../git/rebase.ts';
import { setRefs } from '../git/refs.ts';
import { writeCommit } from '../git/write-commit.ts';
import { NO_CONTENT, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalChoice, optionalText } from '../http/fields.ts';
import { notFound, Problem } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { fullName } from '../hub.ts';
import { pullCommits } from '../pulls/facts.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { noReplyAddress } from '../state/accounts.ts';
import { pullIn } from './lookup.ts';
import { writerOf } from './writer.ts';

export const MERGE_PULL_ROUTES: readonly Route[] = [
  route(
    'GET',
    '/pulls/{pull_number}/merge',
    { needs: 'pull_requests=read', docs: 'pulls/pulls#check-if-a-pull-request-has-been-merged' },
    (call) => {
      if (pullIn(call).pull.merged === undefined) throw notFound();
      return NO_CONTENT;
    },
  ),
  route(
    'PUT',
    '/pulls/{pull_number}/merge',
    { needs: 'contents=write', docs: 'pulls/pulls#merge-a-pull-request', moves: true },
    mergePull,
  ),
];

async function mergePull(call: RepositoryCall) {
  const { hub, git, body, repository } = call;
  const issue = pullIn(call);
  const { pull } = issue;
  const method = optionalChoice(body, 'merge_method', ['merge', 'squash', 'rebase']) ?? 'merge';
  if (issue.state === 'closed' || pull.draft) throw notMergeable();
  if (repository.allowedMerges?.includes(method) === false) throw new Problem(405, NOT_ALLOWED[method]);
  const expected = optionalText(body, 'sha');
  if (expected !== undefined && expected !== pull.headSha)
    throw new Problem(409, 'Head branch was modified. Review and try the merge again.');
  const tree = await mergedTree(git, pull.baseSha, pull.headSha);
  if (tree === undefined) throw notMergeable();
  const sha = method === 'rebase' ? await rebasePull(call, issue) : await commitMerge(call, issue, tree, method);
  const gone = repository.deleteBranchOnMerge === true && pull.headRepository === fullName(repository);
  await setRefs(git, [
    { name: `refs/heads/${pull.baseBranch}`, sha },
    { name: `refs/pull/${issue.number}/merge`, sha: undefined },
    ...(gone ? [{ name: `refs/heads/${pull.headBranch}`, sha: undefined }] : []),
  ]);
  const now = hub.now();
  const by = writerOf(call).account.login;
  // Before the branches are looked at again, so that this counts as merged here and not by a push.
  Object.assign(issue, { state: 'closed', closedAt: now, updatedAt: now, closedBy: by });
  pull.merged = { sha, at: now, by };
  delete pull.trialSha;
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
}

const NOT_ALLOWED = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
};

/** The commits of a pull request on its base, one by one; they lose their signatures and have whoever merges as committer. */
async function rebasePull(call: RepositoryCall, { pull }: PullIssue): Promise<string> {
  const { account } = writerOf(call);
  const who = { name: account.login, email: noReplyAddress(account), date: call.hub.now() };
  const sha = await rebased(call.git, pull.baseSha, pull.headSha, who);
  if (sha === undefined) throw new Problem(405, "This branch can't be rebased");
  return sha;
}

async function commitMerge(call: RepositoryCall, issue: PullIssue, tree: string, method: 'merge' | 'squash'): Promise<string> {
  const { hub, git, body } = call;
  const { pull, number, title } = issue;
  const { account } = writerOf(call);
  const date = hub.now();
  const by = { name: account.login, email: noReplyAddress(account), date };
  const squash = method === 'squash';
  const commits = squash ? await pullCommits(git, issue) : [];
  const author = squash ? ((await readCommit(git, pull.headSha)).author ?? by) : by;
  const heading = squash
    ? `${title} (#${number})`
    : `Merge pull request #${number} from ${pull.headRepository.split('/')[0]}/${pull.headBranch}`;
  const text = squash ? (commits.length === 1 ? '' : commits.map(({ message }) => `* ${message}`).join('\n\n')) : title;
  const message = [optionalText(body, 'commit_title') ?? heading, optionalText(body, 'commit_message') ?? text];
  return writeCommit(git, {
    tree,
    parents: squash ? [pull.baseSha] : [pull.baseSha, pull.headSha],
    message: message.filter((part) => part !== '').join('\n\n'),
    author: squash ? { ...author, date } : by,
    committer: { name: 'GitHub', email: 'noreply@github.com', date },
    signature: 'github',
  });
}

function notMergeable(): Problem {
  return new Problem(405, 'Pull Request is not mergeable');
}

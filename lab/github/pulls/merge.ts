import { readCommit } from '../git/commits.ts';
import { mergedTree } from '../git/merge.ts';
import { rebased } from '../git/rebase.ts';
import { setRefs } from '../git/refs.ts';
import { writeCommit } from '../git/write-commit.ts';
import { Problem } from '../http/problem.ts';
import { fullName, type Hub } from '../hub.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Account } from '../state/access.ts';
import { noReplyAddress } from '../state/accounts.ts';
import type { MergeMethod, Repository } from '../state/model.ts';
import { pullCommits } from './facts.ts';
import { obstacles } from './rules.ts';

export interface Merging {
  method: MergeMethod;
  by: Account;
  title?: string;
  message?: string;
  /** The head that is expected. */
  sha?: string;
}

/**
 * Merges a pull request, within the repository's lane; branches are to be followed afterwards. Gives the commit. Throws in GitHub's
 * words what is in the way: 405, or 409 where the head has moved.
 */
export async function mergeNow(hub: Hub, repository: Repository, issue: PullIssue, merging: Merging): Promise<string> {
  const { pull } = issue;
  const { method, by } = merging;
  if (issue.state === 'closed' || pull.draft) throw notMergeable();
  if (repository.allowedMerges?.includes(method) === false) throw new Problem(405, NOT_ALLOWED[method]);
  if (merging.sha !== undefined && merging.sha !== pull.headSha)
    throw new Problem(409, 'Head branch was modified. Review and try the merge again.');
  const git = hub.git(repository);
  const tree = await mergedTree(git, pull.baseSha, pull.headSha);
  if (tree === undefined) throw notMergeable();
  refuseFor(repository, pull.baseBranch, await obstacles(hub, repository, issue));
  const sha =
    method === 'rebase' ? await rebasePull(hub, repository, issue, by) : await commitMerge(hub, repository, issue, tree, merging);
  const gone = repository.deleteBranchOnMerge === true && pull.headRepository === fullName(repository);
  await setRefs(git, [
    { name: `refs/heads/${pull.baseBranch}`, sha },
    { name: `refs/pull/${issue.number}/merge`, sha: undefined },
    ...(gone ? [{ name: `refs/heads/${pull.headBranch}`, sha: undefined }] : []),
  ]);
  const now = hub.now();
  // Before the branches are looked at again, so that this counts as merged here and not by a push.
  Object.assign(issue, { state: 'closed', closedAt: now, updatedAt: now, closedBy: by.login });
  pull.merged = { sha, at: now, by: by.login };
  delete pull.trialSha;
  delete pull.autoMerge;
  return sha;
}

const NOT_ALLOWED = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
};

function notMergeable(): Problem {
  return new Problem(405, 'Pull Request is not mergeable');
}

/** Branch protection says the first thing that is missing, a ruleset all of them. */
function refuseFor(repository: Repository, branch: string, missing: readonly string[]): void {
  const [first] = missing;
  if (first === undefined) return;
  if (repository.protected[branch] === 'ruleset')
    throw new Problem(405, `Repository rule violations found\n\n${missing.join('\n\n')}\n\n`);
  throw new Problem(405, first, { documentation: 'https://docs.github.com/articles/about-protected-branches' });
}

/** The commits of a pull request on its base, one by one; they lose their signatures and have whoever merges as committer. */
async function rebasePull(hub: Hub, repository: Repository, { pull }: PullIssue, by: Account): Promise<string> {
  const who = { name: by.login, email: noReplyAddress(by), date: hub.now() };
  const sha = await rebased(hub.git(repository), pull.baseSha, pull.headSha, who);
  if (sha === undefined) throw new Problem(405, "This branch can't be rebased");
  return sha;
}

async function commitMerge(
  hub: Hub,
  repository: Repository,
  issue: PullIssue,
  tree: string,
  { method, by: account, title: givenTitle, message: givenMessage }: Merging,
): Promise<string> {
  const git = hub.git(repository);
  const { pull, number, title } = issue;
  const date = hub.now();
  const by = { name: account.login, email: noReplyAddress(account), date };
  const squash = method === 'squash';
  const commits = squash ? await pullCommits(git, issue) : [];
  const author = squash ? ((await readCommit(git, pull.headSha)).author ?? by) : by;
  const heading = squash
    ? `${title} (#${number})`
    : `Merge pull request #${number} from ${pull.headRepository.split('/')[0]}/${pull.headBranch}`;
  const text = squash ? (commits.length === 1 ? '' : commits.map(({ message }) => `* ${message}`).join('\n\n')) : title;
  const message = [givenTitle ?? heading, givenMessage ?? text];
  return writeCommit(git, {
    tree,
    parents: squash ? [pull.baseSha] : [pull.baseSha, pull.headSha],
    message: message.filter((part) => part !== '').join('\n\n'),
    author: squash ? { ...author, date } : by,
    committer: { name: 'GitHub', email: 'noreply@github.com', date },
    signature: 'github',
  });
}

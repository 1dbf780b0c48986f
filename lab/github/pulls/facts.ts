import { type Change, changesBetween } from '../git/changes.ts';
import { type Commit, commitsOf } from '../git/commits.ts';
import { rebased } from '../git/rebase.ts';
import { mergeBase } from '../git/refs.ts';
import type { Git } from '../git/run.ts';
import type { PullCounts, PullIssue } from '../shapes/pull.ts';

/** Files of a pull request: from where it left the base to its head. */
export async function pullFiles(git: Git, { pull }: PullIssue): Promise<Change[]> {
  return changesBetween(git, await mergeBase(git, pull.baseSha, pull.headSha), pull.headSha);
}

/** Commits of a pull request, oldest first. */
export function pullCommits(git: Git, { pull }: PullIssue): Promise<Commit[]> {
  return commitsOf(git, ['--reverse', `${pull.baseSha}..${pull.headSha}`]);
}

export async function pullCounts(git: Git, issue: PullIssue): Promise<PullCounts> {
  const [files, commits, rebaseable] = await Promise.all([
    pullFiles(git, issue),
    git.run(['rev-list', '--count', `${issue.pull.baseSha}..${issue.pull.headSha}`]),
    issue.state === 'open' ? isRebaseable(git, issue) : null,
  ]);
  return {
    rebaseable,
    commits: Number(commits),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: files.length,
  };
}

async function isRebaseable(git: Git, { pull }: PullIssue): Promise<boolean> {
  const nobody = { name: 'GitHub', email: 'noreply@github.com', date: '2020-01-01T00:00:00Z' };
  return pull.trialSha !== undefined && (await rebased(git, pull.baseSha, pull.headSha, nobody)) !== undefined;
}

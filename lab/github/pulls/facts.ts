import { type Change, changesBetween } from '../git/changes.ts';
import { type Commit, commitsOf } from '../git/commits.ts';
import { mergeBase } from '../git/refs.ts';
import type { Git } from '../git/run.ts';
import type { PullIssue } from '../shapes/pull.ts';

/** Files of a pull request: from where it left the base to its head. */
export async function pullFiles(git: Git, { pull }: PullIssue): Promise<Change[]> {
  return changesBetween(git, await mergeBase(git, pull.baseSha, pull.headSha), pull.headSha);
}

/** Commits of a pull request, oldest first. */
export function pullCommits(git: Git, { pull }: PullIssue): Promise<Commit[]> {
  return commitsOf(git, ['--reverse', `${pull.baseSha}..${pull.headSha}`]);
}

import type { BranchCommit, Forge } from '../ports/forge.ts';
import { foreignCommits, ownCommits } from './proposal-branch.ts';

/**
 * The newest commit of a proposal's branch that is not ours: one that somebody added, one of ours that somebody has amended, or a
 * merge of the base that has changed what we had put below `folder`. `commits`: what the branch has and the base has not.
 */
export async function foreignCommit(
  forge: Forge,
  { head, folder, commits }: { head: string; folder: string; commits: readonly BranchCommit[] },
): Promise<BranchCommit | undefined> {
  const added = foreignCommits(commits).at(-1);
  if (added !== undefined) return added;
  const own = ownCommits(commits).at(-1);
  if (own === undefined) return undefined;
  const ours = await forge.treeOf(own.sha, folder);
  // An amended commit keeps the message in which we said what it holds.
  if (own.tree !== undefined && own.tree !== ours) return commits.find(({ sha }) => sha === own.sha);
  const last = commits.at(-1);
  if (last === undefined || last.sha === own.sha) return undefined;
  return ours === (await forge.treeOf(head, folder)) ? undefined : last;
}

import { UserError } from '../model/user-error.ts';
import { type BranchHistory, type FileChanges, type Forge, ForgeError } from '../ports/forge.ts';
import type { BaseCommit } from './base-commit.ts';
import { mergeMessage, treeLine } from './branch.ts';
import { foreignCommit } from './foreign-commit.ts';

/** A proposal's branch as it was found. */
export interface SeenBranch {
  head: string;
  history: BranchHistory;
  /** Whether a pull request is open from it. */
  open: boolean;
}

export interface CommitInput {
  branch: string;
  base: BaseCommit;
  /** The rendered folder, from the top of the repository. */
  folder: string;
  /** What it does to the files of the base. */
  changes: FileChanges;
  message: string;
}

/** Undefined where there is no such branch. Throws UserError for one that has nothing in common with the base: nobody's proposal. */
export async function seenBranch(
  forge: Forge,
  { branch, base, open }: { branch: string; base: BaseCommit; open: boolean },
): Promise<SeenBranch | undefined> {
  const head = await forge.branchHead(branch);
  if (head === undefined) return undefined;
  const history = await historyOf(forge, base.sha, head);
  if (history !== undefined) return { head, open, history };
  throw new UserError(
    `branch ${branch} has no history in common with ${base.name}, so cn2-fleet did not make it; nothing was changed`,
    `delete the branch (git push origin --delete ${branch}), then run propose again`,
  );
}

/** What a commit has and the base has not; undefined where they have no history in common. */
export async function historyOf(forge: Forge, base: string, head: string): Promise<BranchHistory | undefined> {
  try {
    return await forge.history(base, head);
  } catch (error) {
    if (error instanceof ForgeError && error.reason === 'not-found') return undefined;
    throw error;
  }
}

/**
 * Whether merging the branch as it is gives exactly the base's files with the changes made: its head's tree is that, or is that of the
 * commit of the base which it builds on, where all between the two is ours and the base has not touched the folder since. Messages
 * prove nothing: anybody may write them.
 */
export async function isUnchanged(
  forge: Forge,
  { head, open, history }: SeenBranch,
  { base, folder, changes }: { base: string; folder: string; changes: FileChanges },
): Promise<boolean> {
  const { status, commits, mergeBase } = history;
  // One without a pull request that lacks commits of the base is made anew instead.
  if (status !== 'ahead' && !(status === 'diverged' && open)) return false;
  if (mergeBase !== base && (await forge.treeOf(mergeBase, folder)) !== (await forge.treeOf(base, folder))) return false;
  const tree = commits.find(({ sha }) => sha === head)?.tree;
  if (tree === (await forge.treeWith(base, changes))) return true;
  if (mergeBase === base || tree !== (await forge.treeWith(mergeBase, changes))) return false;
  return (await foreignCommit(forge, { folder, history })) === undefined;
}

/**
 * Puts a commit of ours onto a branch that has nothing but ours, and gives the branch's head. With a pull request the branch only moves
 * forward; without one it is made anew from the base, since commits that were squashed or rebased into the base are in the way of the
 * next rebase. Undefined, with no branch moved, where the base has another rendered folder by now. Throws ForgeError (moved) where
 * the branch is not as it was seen.
 */
export async function pushCommit(forge: Forge, input: CommitInput, seen: SeenBranch | undefined): Promise<string | undefined> {
  const { branch, base, folder } = input;
  const fromBase = seen === undefined || seen.history.commits.length === 0;
  if (fromBase || !seen.open) {
    const head = await makeCommit(forge, input, base.sha);
    if (await baseMoved(forge, base, folder)) return undefined;
    if (fromBase) {
      await forge.advanceBranch(branch, head, seen?.head ?? null);
      return head;
    }
    // Into another base one may be open: its commits stay.
    const free = (await forge.openPullRequest(branch)) === undefined;
    if (free && (await forge.replaceBranch(branch, seen.head, head))) return head;
  }
  const head = await makeCommit(forge, input, await upToDate(forge, input, seen));
  if (await baseMoved(forge, base, folder)) return undefined;
  await forge.advanceBranch(branch, head, seen.head);
  return head;
}

/** Whether the base branch has another rendered folder than the commit that is proposed on: then something was merged meanwhile. */
export async function baseMoved(forge: Forge, { name, sha }: BaseCommit, folder: string): Promise<boolean> {
  const head = await forge.branchHead(name);
  if (head === undefined || head === sha) return false;
  return (await forge.treeOf(head, folder)) !== (await forge.treeOf(sha, folder));
}

function makeCommit(forge: Forge, { base, folder, changes, message }: CommitInput, parent: string): Promise<string> {
  return forge.commit({
    parents: [parent],
    filesOf: base.sha,
    message,
    trailer: { folder, line: treeLine },
    write: { ...changes.write },
    remove: [...changes.remove],
  });
}

/**
 * A commit that has the branch's head and the base in its history. Where the branch lacks some of the base that is a merge by itself
 * which leaves the rendered folder as it is: GitHub's rebase leaves merges out, and what ours changes would be lost with it.
 */
async function upToDate(forge: Forge, { branch, base, folder }: CommitInput, { head, history }: SeenBranch): Promise<string> {
  if (history.status === 'ahead') return head;
  return forge.commit({
    parents: [head, base.sha],
    filesOf: base.sha,
    folderOf: { folder, commit: head },
    message: mergeMessage(base.name, branch),
    write: {},
    remove: [],
  });
}

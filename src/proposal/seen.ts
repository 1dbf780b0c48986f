import { present } from '../model/present.ts';
import { UserError } from '../model/user-error.ts';
import { type BranchHistory, type FileChanges, type Forge, ForgeError } from '../ports/forge.ts';
import { changesOf, decideClose, type Over, type Seen, type SeenBranch, type Wanted } from './decide.ts';
import { foreignCommit } from './foreign-commit.ts';
import type { CloseProposal, ProposalBase } from './proposal.ts';

/**
 * Reads what is on the forge under the branch of a proposal. Throws UserError for a branch that has nothing in common with the base:
 * nobody's proposal.
 */
export async function see(forge: Forge, wanted: Wanted): Promise<Seen> {
  const { branch: name, base } = wanted;
  // Asked before anything is written: a token that sees no pull requests would leave a branch without one.
  const open = await forge.openPullRequest(name, base.name);
  const branch = await seenBranch(forge, { branch: name, base, open: open !== undefined });
  const isUnchanged = branch !== undefined && (await isAsWanted(forge, branch, base, changesOf(wanted)));
  const seen = { ...present({ open, branch }), isUnchanged };
  if (isUnchanged) return seen;
  const foreign = branch === undefined ? undefined : await foreignCommit(forge, { folder: base.folder, history: branch.history });
  // What is refused needs no more questions.
  const baseTree = foreign === undefined ? await forge.treeOf(base.sha, base.folder) : undefined;
  return { ...seen, ...present({ foreign, baseTree }) };
}

/** Reads how an open pull request can end; undefined where none is open. */
export async function seeOver(
  forge: Forge,
  wanted: { fleet: string; branch: string; base: ProposalBase; why: Over },
): Promise<CloseProposal | undefined> {
  const { branch, base } = wanted;
  const open = await forge.openPullRequest(branch, base.name);
  if (open === undefined) return undefined;
  // A branch that is deleted in the meantime closes its pull request: then there is nothing to remove, and the rest is as it should be.
  const head = await forge.branchHead(branch);
  const history = head === undefined ? undefined : await historyOf(forge, base.name, head);
  const ours = history !== undefined && (await foreignCommit(forge, { folder: base.folder, history })) === undefined;
  return decideClose(wanted, open, ours ? head : undefined);
}

/** Undefined where there is no such branch. Throws UserError for one that has nothing in common with the base: nobody's proposal. */
async function seenBranch(
  forge: Forge,
  { branch, base, open }: { branch: string; base: ProposalBase; open: boolean },
): Promise<SeenBranch | undefined> {
  const head = await forge.branchHead(branch);
  if (head === undefined) return undefined;
  const history = await historyOf(forge, base.sha, head);
  if (history !== undefined) return { head, open, history };
  throw new UserError(
    `branch ${branch} has no history in common with ${base.name}, so cn2-fleet did not create it; nothing was changed`,
    `delete the branch (git push origin --delete ${branch}), then run propose again`,
  );
}

/** What a commit has and the base has not; undefined where they have no history in common. */
async function historyOf(forge: Forge, base: string, head: string): Promise<BranchHistory | undefined> {
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
async function isAsWanted(
  forge: Forge,
  { head, open, history }: SeenBranch,
  { sha: base, folder }: ProposalBase,
  changes: FileChanges,
): Promise<boolean> {
  const { status, commits, mergeBase } = history;
  // One without a pull request that lacks commits of the base is recreated instead.
  if (status !== 'ahead' && !(status === 'diverged' && open)) return false;
  if (mergeBase !== base && (await forge.treeOf(mergeBase, folder)) !== (await forge.treeOf(base, folder))) return false;
  const tree = commits.find(({ sha }) => sha === head)?.tree;
  if (tree === (await forge.treeWith(base, changes))) return true;
  if (mergeBase === base || tree !== (await forge.treeWith(mergeBase, changes))) return false;
  return (await foreignCommit(forge, { folder, history })) === undefined;
}

/** Whether the base branch has another rendered folder than the commit that is proposed on: then something was merged in the meantime. */
export async function baseMoved(forge: Forge, { name, sha, folder }: ProposalBase): Promise<boolean> {
  const head = await forge.branchHead(name);
  if (head === undefined || head === sha) return false;
  return (await forge.treeOf(head, folder)) !== (await forge.treeOf(sha, folder));
}

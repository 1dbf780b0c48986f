import { notAsCommitted } from '../checkout/as-committed.ts';
import type { Checkout } from '../checkout/checkout.ts';
import type { Prepared } from '../checkout/prepare.ts';
import { manifestPaths } from '../declare/manifest-paths.ts';
import { rootsOf } from '../declare/roots.ts';
import { UserError } from '../model/user-error.ts';
import { type Forge, ForgeError } from '../ports/forge.ts';
import type { Repository } from '../ports/repository.ts';
import { PLAN_FILE } from '../render/tree.ts';
import type { ProposalBase } from './proposal.ts';

/** Where a proposal is made: the repository that is checked out, and the forge that holds it. */
export interface ProposalPorts {
  forge: Forge;
  repository: Repository;
}

/** What is checked out, as a base. */
export interface BaseCommit extends ProposalBase {
  /** Why nothing is proposed: the branch has moved on since. */
  outdated?: string;
}

/**
 * What is checked out has to be what the head of the base branch holds: a proposal says what merging it does, and that must be true
 * of what people merge. A branch that has moved on without touching the fleet is as good: no other run may come for such a commit.
 * `base`: that branch, where it is not the default one. Throws UserError for anything else but a branch on which the fleet has moved on, which the run of that commit sees.
 */
export async function baseCommit(
  { forge, repository }: ProposalPorts,
  checkout: Checkout,
  prepared: Prepared,
  base?: string,
): Promise<BaseCommit> {
  const [sha, prefix, name] = await Promise.all([repository.head(), repository.prefix(), base ?? forge.defaultBranch()]);
  const { fromTop } = rootsOf(checkout, prefix);
  const folder = fromTop(checkout.rendered);
  const { fleet } = prepared.declaration;
  const manifests = fleet === undefined ? [] : manifestPaths(fleet);
  const paths = [checkout.file, ...manifests, checkout.rendered].filter((path) => path !== '');
  const edited = await repository.uncommitted(paths);
  if (edited.length > 0) {
    throw new UserError(
      `${edited[0]}${edited.length === 1 ? ' is' : ` and ${edited.length - 1} more are`} not committed: a proposal is made from what ${name} contains`,
      `commit and push to ${name}, or undo the change, and run the same command again`,
    );
  }
  // Git may have been told not to look (skip-worktree), or to check out something else than what people read (filters, encodings).
  const plan = `${checkout.rendered}/${PLAN_FILE}`;
  const [other] = await notAsCommitted(checkout, repository, { ...prepared, plan });
  if (other !== undefined)
    throw new UserError(
      `${other.message}: a proposal is made from what ${name} contains`,
      'remove the step, filter or encoding that changes it, and run the same command again',
    );
  const head = await forge.branchHead(name);
  if (head === undefined)
    throw new UserError(`the repository has no branch ${name}`, 'name the branch to merge into with --base');
  if (head === sha) return { name, sha, folder };
  const status = await standing(forge, head, sha);
  if (status === 'behind') {
    if (await isSame(forge, sha, head, paths.map(fromTop))) return { name, sha: head, folder };
    const outdated = `the fleet has changed on ${name} since this commit: propose from its newest commit, not from this one`;
    return { name, sha, folder, outdated };
  }
  throw new UserError(
    `commit ${sha.slice(0, 7)} is checked out, but it is not on ${name}: a proposal is made from what ${name} contains`,
    `check out ${name} (in a workflow: run it on ${name}), or name another branch with --base`,
  );
}

/** How what is checked out stands to the branch; a commit that the forge does not know is on no branch of it. */
async function standing(forge: Forge, head: string, sha: string): Promise<string> {
  try {
    return (await forge.compare(head, sha)).status;
  } catch (error) {
    if (error instanceof ForgeError && error.reason === 'not-found') return 'unknown';
    throw error;
  }
}

/** Whether two commits have the same at each of these paths, from the top of the repository. */
async function isSame(forge: Forge, one: string, other: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const [here, there] = await Promise.all([forge.treeOf(one, path), forge.treeOf(other, path)]);
    if (here !== there) return false;
  }
  return true;
}

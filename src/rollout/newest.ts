import type { Checkout } from '../checkout/checkout.ts';
import { rootsOf } from '../declare/roots.ts';
import { UserError } from '../model/user-error.ts';
import type { Forge } from '../ports/forge.ts';
import type { Repository } from '../ports/repository.ts';

/** The job of a workflow: what is applied there is a commit, and the newest one. */
export interface ApplyJob {
  forge: Pick<Forge, 'branchHead' | 'defaultBranch' | 'treeOf'>;
  /** The branch whose head counts; absent: the default branch. */
  base?: string;
  /** The page with the history of a folder on a branch. */
  page(branch: string, folder: string): string;
}

/**
 * Why what is checked out is not what the head of the branch holds below rendered/ and as the plan, as a sentence with where to see what
 * is newer; undefined where it is the same. Newer inputs beside it do not count. Throws ForgeError and RepositoryError, and
 * UserError for a branch that is not there: nobody then knows whether something newer was approved.
 */
export async function newerOnBranch(
  { forge, base, page }: ApplyJob,
  repository: Repository,
  checkout: Checkout,
  planFile: string,
): Promise<string | undefined> {
  const [prefix, sha, branch] = await Promise.all([repository.prefix(), repository.head(), base ?? forge.defaultBranch()]);
  const { fromTop } = rootsOf(checkout, prefix);
  const [folder, plan] = [fromTop(checkout.rendered), fromTop(planFile)];
  const head = await forge.branchHead(branch);
  if (head === undefined)
    throw new UserError(`the repository has no branch ${branch}`, 'name the branch that approves with the input base (--base)');
  // A plan may lie elsewhere.
  for (const place of plan.startsWith(`${folder}/`) ? [folder] : [folder, plan]) {
    const here = await repository.treeOf(place);
    if (here !== undefined && (head === sha || (await forge.treeOf(head, place)) === here)) continue;
    return `${place} of commit ${sha.slice(0, 7)} is not what ${branch} holds (commit ${head.slice(0, 7)}): only the newest approval is applied; see ${page(branch, place)}`;
  }
  return undefined;
}

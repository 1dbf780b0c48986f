import { notAsCommitted } from '../checkout/as-committed.ts';
import type { Options } from '../commands/context.ts';
import { UserError } from '../model/user-error.ts';
import { ForgeError } from '../ports/forge.ts';
import { PLAN_FILE } from '../render/tree.ts';
import { fromTop } from '../setup/repository-paths.ts';
import type { Planned } from '../survey/live-plan.ts';
import type { ProposePorts } from './propose-ports.ts';

/** What a proposal is made on. */
export interface BaseCommit {
  /** The branch that it is to be merged into. */
  name: string;
  sha: string;
  /** From the top of the repository to the declaration's folder. */
  prefix: string;
  /** Why nothing is proposed: the branch has moved on since. */
  outdated?: string;
}

/**
 * What is checked out has to be what the head of the base branch holds: a proposal says what merging it does, and that must be true
 * of what people merge. A branch that has moved on without touching the fleet is as good: no other run may come for such a commit.
 * Throws UserError for anything else but a branch on which the fleet has moved on, which the run of that commit sees.
 */
export async function baseCommit(
  ports: ProposePorts,
  options: Options & { base?: string },
  { prepared }: Planned,
): Promise<BaseCommit> {
  const { forge, repository } = ports;
  const [sha, prefix, name] = await Promise.all([repository.head(), repository.prefix(), options.base ?? forge.defaultBranch()]);
  const folder = prepared.declaration.fleet?.release.manifests ?? '';
  const paths = [options.file, folder, options.rendered].filter((path) => path !== '');
  const edited = await repository.uncommitted(paths);
  if (edited.length > 0) {
    throw new UserError(
      `${edited[0]}${edited.length === 1 ? ' is' : ` and ${edited.length - 1} more are`} not committed: a proposal is made from what ${name} holds`,
      `commit and push to ${name}, or undo the change, and run the same command again`,
    );
  }
  // Git may have been told not to look (skip-worktree), or to check out something else than what people read (filters, encodings).
  const plan = `${options.rendered}/${PLAN_FILE}`;
  const [other] = await notAsCommitted(ports.files, repository, { ...options, plan }, prepared);
  if (other !== undefined)
    throw new UserError(
      `${other.message}: a proposal is made from what ${name} holds`,
      'remove the step, filter or encoding that changes it, and run the same command again',
    );
  const head = await forge.branchHead(name);
  if (head === undefined)
    throw new UserError(`the repository has no branch ${name}`, 'name the branch to merge into with --base');
  if (head === sha) return { name, sha, prefix };
  const status = await standing(ports, head, sha);
  if (status === 'behind') {
    const inRepository = paths.map((path) => fromTop(`${prefix}${path}`));
    if (await isSame(ports, sha, head, inRepository)) return { name, sha: head, prefix };
    const outdated = `the fleet has changed on ${name} since this commit: its newest commit is to be proposed, not this one`;
    return { name, sha, prefix, outdated };
  }
  throw new UserError(
    `commit ${sha.slice(0, 7)} is checked out, which is not on ${name}: a proposal is made from what ${name} holds`,
    `check out ${name} (in a workflow: run it on ${name}), or name another branch with --base`,
  );
}

/** How what is checked out stands to the branch; a commit that the forge does not know is on no branch of it. */
async function standing({ forge }: ProposePorts, head: string, sha: string): Promise<string> {
  try {
    return (await forge.compare(head, sha)).status;
  } catch (error) {
    if (error instanceof ForgeError && error.reason === 'not-found') return 'unknown';
    throw error;
  }
}

/** Whether two commits have the same at each of these paths, from the top of the repository. */
async function isSame({ forge }: ProposePorts, one: string, other: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const [here, there] = await Promise.all([forge.treeOf(one, path), forge.treeOf(other, path)]);
    if (here !== there) return false;
  }
  return true;
}

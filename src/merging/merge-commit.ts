import type { RunOrigin } from '../model/forge.ts';
import { UserError } from '../model/user-error.ts';
import { type Forge, ForgeError } from '../ports/forge.ts';
import type { Repository } from '../ports/repository.ts';

/** A merge that is tried out: of a pull request, or of a group in a merge queue. */
export interface MergeCommit {
  sha: string;
  tree: string;
  /** The tree that it is made on; absent where the commit has no parent. */
  baseTree?: string;
}

/** Whether a run is about a merge that is tried out. In `pull_request_target` the base itself is checked out. */
export function isOfMerge({ event, pullRequest }: RunOrigin): boolean {
  return event === 'merge_group' || (pullRequest !== undefined && event !== 'pull_request_target');
}

/**
 * The merge that a run is about: the commit that GitHub made for it against its first parent, or against what the group of a merge
 * queue is made on. Throws UserError where another commit is checked out, and ForgeError where one of them cannot be read.
 */
export async function mergeCommit(forge: Forge, repository: Repository, origin: RunOrigin): Promise<MergeCommit> {
  const { sha, event, baseSha } = origin;
  if (event === 'merge_group' && baseSha === undefined) {
    throw new UserError(
      'the event of this run does not say what the group of the merge queue is based on',
      'GITHUB_EVENT_PATH must name the file that the runner wrote for this run',
    );
  }
  const head = await repository.head();
  if (head !== sha) {
    throw new UserError(
      `commit ${head.slice(0, 7)} is checked out, but ${sha.slice(0, 7)} is what merging would produce`,
      'leave out `ref` of actions/checkout: without it the merge is checked out, and that is what people merge',
    );
  }
  const merge = await forge.commitAt(sha);
  if (merge === undefined) throw unreadable(sha);
  const base = baseSha ?? merge.parents[0];
  if (base === undefined) return { sha, tree: merge.tree };
  const on = await forge.commitAt(base);
  if (on === undefined) throw unreadable(base);
  return { sha, tree: merge.tree, baseTree: on.tree };
}

function unreadable(sha: string): ForgeError {
  return new ForgeError(`the repository has no commit ${sha.slice(0, 7)} that this token can read`, {
    reason: 'not-found',
    hint: 'without it nobody can say what merging does: run it again, with a token that has contents: read',
  });
}

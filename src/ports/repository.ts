import type { RepositoryName } from '../model/forge.ts';
import { HintedError } from '../model/hinted-error.ts';

/** The git repository that holds the declaration, as it is checked out. Throws RepositoryError. */
export interface Repository {
  /** The commit that is checked out. */
  head(): Promise<string>;
  /** Where the declaration's folder is, from the top of the repository: '' or a path that ends with '/'. */
  prefix(): Promise<string>;
  /** Files below these paths (relative to the declaration's folder) that differ from the commit, tracked or not; from the top. */
  uncommitted(paths: readonly string[]): Promise<string[]>;
  /** Git's name of a folder's tree, or of a file, in the commit that is checked out; undefined where it lacks it. From the top. */
  treeOf(path: string): Promise<string | undefined>;
  /**
   * When a path (relative to the declaration's folder) came to be as the commit has it, on the way of first parents, milliseconds since
   * the epoch: a merge counts when it was merged. Undefined for no such path, and where a shallow
   * clone does not go back so far.
   */
  changedAt(path: string): Promise<number | undefined>;
  /** Files (no links, no submodules) of the commit that is checked out at and below these paths, all from the top: path → blob. */
  blobs(paths: readonly string[]): Promise<Map<string, string>>;
  /**
   * The branch that changes are merged into, as far as git knows: what `origin` calls its head, else the branch that new repositories
   * begin with where it is here or there, else the only branch. Undefined where there are several and nothing tells them apart.
   */
  defaultBranch(): Promise<string | undefined>;
  /**
   * Whether anyone who may push a branch decides what is at an absolute path: a commit contains it, or a link in the work tree leads
   * there. Without git, whatever is below the workspace of the job.
   */
  isTracked(absolutePath: string): Promise<boolean>;
  /** The repository's remote `origin`; undefined where it has none that a forge serves. */
  remote(): Promise<{ serverUrl: string; repository: RepositoryName } | undefined>;
}

/** Not in a repository, no commit yet, no git on this host: a sentence and what to do. */
export class RepositoryError extends HintedError {
  override readonly name = 'RepositoryError';
}

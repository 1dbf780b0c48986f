import type { RepositoryName } from '../model/forge.ts';

/** The git repository that holds the declaration, as it is checked out. Throws RepositoryError. */
export interface Repository {
  /** The commit that is checked out. */
  head(): Promise<string>;
  /** Where the declaration's folder is, from the top of the repository: '' or a path that ends with '/'. */
  prefix(): Promise<string>;
  /** Files below these paths (relative to the declaration's folder) that differ from the commit, tracked or not; from the top. */
  uncommitted(paths: readonly string[]): Promise<string[]>;
  /**
   * Whether whoever may push a branch decides what stands at an absolute path: a commit holds it, or a link in the work tree leads
   * there. Without git, whatever is below the workspace of the job.
   */
  isTracked(absolutePath: string): Promise<boolean>;
  /** The repository's remote `origin`; undefined where it has none that a forge serves. */
  remote(): Promise<{ serverUrl: string; repository: RepositoryName } | undefined>;
}

/** Not in a repository, no commit yet, no git on this host: a sentence and what to do. */
export class RepositoryError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'RepositoryError';
    this.hint = hint;
  }
}

import type { RepositoryName } from './forge.ts';

/** The repository that this program runs from, and its commit there. */
export interface Installation {
  serverUrl: string;
  repository: RepositoryName;
  commit: string;
  /** The release that the commit belongs to, if any. */
  release?: string;
}

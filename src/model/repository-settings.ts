/** What an API says of a setting, or why it does not. */
export type Told<T> = { told: T } | { untold: string };

/** Settings of a repository on a forge, as far as a token may see them. */
export interface RepositorySettings {
  /** owner/name. */
  name: string;
  repository: Told<{ defaultBranch: string; archived: boolean }>;
  /** GitHub Actions; `allowed`: which Actions a workflow may use. */
  actions: Told<{ enabled: boolean; allowed: 'all' | 'local_only' | 'selected' }>;
  /** "Allow GitHub Actions to create and approve pull requests". */
  mayOpenPullRequests: Told<boolean>;
  /**
   * The environment that an apply runs in; `branches`: which ones it is for, `admits`: their patterns, of protected ones those of the default
   * branch if it is one; absent: not known. undefined: there is none.
   */
  environment: Told<{ branches: 'any' | 'protected' | 'named'; admits?: string[] } | undefined>;
  /** Names of the secrets that every job gets, those of the organization among them. */
  secrets: Told<string[]>;
  /** Names of the secrets of the environment. */
  environmentSecrets: Told<string[]>;
}

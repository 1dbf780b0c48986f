import type { Git } from '../git/run.ts';
import type { Hub } from '../hub.ts';
import type { Account, App, Token } from '../state/access.ts';
import type { Repository } from '../state/model.ts';

/** A request to the API, checked and taken apart. */
export interface Call {
  hub: Hub;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  token?: Token;
}

/** A request about a repository that the token sees. */
export interface RepositoryCall extends Call {
  repository: Repository;
  git: Git;
}

/** A request by somebody who may write. */
export interface Writer {
  account: Account;
  app?: App;
}

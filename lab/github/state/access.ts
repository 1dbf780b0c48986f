/** The permissions that a workflow's `permissions:` block names and that this twin knows. */
export type JobPermission = 'contents' | 'pull-requests' | 'issues' | 'checks' | 'statuses' | 'deployments' | 'actions';
/** Those that no workflow can ask for: of a person's token, or of an App. */
export type OwnerPermission = 'administration' | 'secrets' | 'environments';
export type Permission = JobPermission | OwnerPermission;
export type Level = 'none' | 'read' | 'write';
export type Permissions = Partial<Record<Permission, Level>>;

export interface Account {
  id: number;
  login: string;
  type: 'User' | 'Bot' | 'Organization';
}

/** The GitHub App behind an installation token. */
export interface App {
  id: number;
  slug: string;
  name: string;
}

export interface Token {
  value: string;
  login: string;
  /** installation: of an App, as GITHUB_TOKEN is. personal: a fine-grained token of a person. */
  kind: 'installation' | 'personal';
  permissions: Permissions;
  /** owner/name of what it sees; absent: every repository. */
  repositories?: string[];
  app?: App;
  revoked?: boolean;
}

import { randomBytes } from 'node:crypto';
import type { App, JobPermission, Level, OwnerPermission, Permission, Permissions, Token } from './access.ts';
import { ACTIONS_APP, accountOf } from './accounts.ts';
import type { Repository, State } from './model.ts';

const JOB: readonly JobPermission[] = ['contents', 'pull-requests', 'issues', 'checks', 'statuses', 'deployments', 'actions'];
const OWNER: readonly OwnerPermission[] = ['administration', 'secrets', 'environments'];

export interface TokenOptions {
  /** Default: github-actions[bot] for an installation token. */
  login?: string;
  /** installation: like GITHUB_TOKEN (default). personal: a fine-grained token of a person. */
  kind?: Token['kind'];
  /** What is not named is none; 'write' or 'read' stands for all that a token of its kind can have. Default: write. */
  permissions?: Permissions | 'read' | 'write';
  /** owner/name of what it sees; absent: every repository. */
  repositories?: string[];
  /** The App of an installation token; default GitHub Actions. */
  app?: App;
  /** The token itself; default: a random one with GitHub's prefix. */
  value?: string;
}

/** Adds a token and gives its value. */
export function addToken(state: State, options: TokenOptions = {}): string {
  const kind = options.kind ?? 'installation';
  const login = options.login ?? (kind === 'installation' ? `${options.app?.slug ?? 'github-actions'}[bot]` : 'octocat');
  accountOf(state, login);
  const value = options.value ?? `${kind === 'installation' ? 'ghs_' : 'github_pat_'}${randomBytes(18).toString('hex')}`;
  state.tokens.push({
    value,
    login,
    kind,
    permissions: permissionsOf(options.permissions ?? 'write', kind),
    ...(options.repositories === undefined ? {} : { repositories: options.repositories }),
    ...(kind === 'installation' ? { app: options.app ?? ACTIONS_APP } : {}),
  });
  return value;
}

/** A token that GitHub still knows. */
export function findToken(state: State, value: string): Token | undefined {
  return state.tokens.find((token) => token.value === value && token.revoked !== true);
}

/** What a token may do with a repository, which may be public. */
export function levelOf(token: Token | undefined, repository: Repository, permission: Permission | 'metadata'): Level {
  // Settings and secrets are nobody's business, even of a repository that everybody may read.
  const hidden = repository.private || (OWNER as readonly string[]).includes(permission);
  const open = hidden ? 'none' : 'read';
  if (token === undefined || !sees(token, repository)) return open;
  if (permission === 'metadata') return 'read';
  const level = token.permissions[permission] ?? 'none';
  return level === 'none' ? open : level;
}

/** Whether a repository exists for a token. */
export function sees(token: Token | undefined, repository: Repository): boolean {
  if (!repository.private) return true;
  if (token === undefined) return false;
  return token.repositories?.includes(`${repository.owner}/${repository.name}`) ?? true;
}

function permissionsOf(wanted: Permissions | 'read' | 'write', kind: Token['kind']): Permissions {
  if (typeof wanted !== 'string') return wanted;
  const all: Permission[] = kind === 'personal' ? [...JOB, ...OWNER] : [...JOB];
  return Object.fromEntries(all.map((permission) => [permission, wanted]));
}

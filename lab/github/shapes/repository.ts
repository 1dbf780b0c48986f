import { fullName, type Hub } from '../hub.ts';
import type { Token } from '../state/access.ts';
import { accountOf } from '../state/accounts.ts';
import type { MergeMethod, Repository } from '../state/model.ts';
import { levelOf } from '../state/tokens.ts';
import { accountShape } from './account.ts';
import { nodeId, type Schema } from './schema.ts';

/** Address of a repository in the API. */
export function apiOf(hub: Hub, repository: Repository): string {
  return `${hub.addresses.api}/repos/${fullName(repository)}`;
}

/** Page of a repository. */
export function pageOf(hub: Hub, repository: Repository): string {
  return `${hub.addresses.web}/${fullName(repository)}`;
}

/** The templates of addresses below a repository that GitHub lists in it: key without `_url` → path. */
const TEMPLATES = {
  archive: '/{archive_format}{/ref}',
  assignees: '/assignees{/user}',
  blobs: '/git/blobs{/sha}',
  branches: '/branches{/branch}',
  collaborators: '/collaborators{/collaborator}',
  comments: '/comments{/number}',
  commits: '/commits{/sha}',
  compare: '/compare/{base}...{head}',
  contents: '/contents/{+path}',
  contributors: '/contributors',
  deployments: '/deployments',
  downloads: '/downloads',
  events: '/events',
  forks: '/forks',
  git_commits: '/git/commits{/sha}',
  git_refs: '/git/refs{/sha}',
  git_tags: '/git/tags{/sha}',
  hooks: '/hooks',
  issue_comment: '/issues/comments{/number}',
  issue_events: '/issues/events{/number}',
  issues: '/issues{/number}',
  keys: '/keys{/key_id}',
  labels: '/labels{/name}',
  languages: '/languages',
  merges: '/merges',
  milestones: '/milestones{/number}',
  notifications: '/notifications{?since,all,participating}',
  pulls: '/pulls{/number}',
  releases: '/releases{/id}',
  stargazers: '/stargazers',
  statuses: '/statuses/{sha}',
  subscribers: '/subscribers',
  subscription: '/subscription',
  tags: '/tags',
  teams: '/teams',
  trees: '/git/trees{/sha}',
} as const;

type Links = { [Key in keyof typeof TEMPLATES as `${Key}_url`]: string };

export function minimalRepositoryShape(
  hub: Hub,
  repository: Repository,
): Omit<Schema<'minimal-repository'>, 'permissions'> & Links {
  const api = apiOf(hub, repository);
  const links = Object.fromEntries(
    Object.entries(TEMPLATES).map(([key, path]) => [`${key}_url`, `${api}${path}`]),
  ) as unknown as Links;
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
    owner: accountShape(hub, accountOf(hub.state, repository.owner)),
    html_url: pageOf(hub, repository),
    description: repository.description ?? null,
    fork: repository.forkOf !== undefined,
    url: api,
    ...links,
  };
}

export function repositoryShape(hub: Hub, repository: Repository): Schema<'repository'> {
  const page = pageOf(hub, repository);
  const open = repository.issues.filter(({ state }) => state === 'open').length;
  const host = hub.addresses.web.replace(/^https?:\/\//, '');
  return {
    ...minimalRepositoryShape(hub, repository),
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    git_url: `git://${host}/${fullName(repository)}.git`,
    ssh_url: `git@${host}:${fullName(repository)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? 'private' : 'public',
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

/** What GET /repos/{owner}/{repo} says. */
export function fullRepositoryShape(
  hub: Hub,
  repository: Repository,
  token: Token | undefined,
  parent?: Repository,
): Schema<'full-repository'> {
  const shape = repositoryShape(hub, repository);
  const owned = token?.kind === 'personal' && token.login === repository.owner;
  return {
    ...shape,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    has_discussions: false,
    license: null,
    permissions: {
      admin: owned,
      maintain: owned,
      push: levelOf(token, repository, 'contents') === 'write',
      triage: levelOf(token, repository, 'issues') === 'write',
      pull: true,
    },
    ...mergeSettings(repository),
    ...(parent === undefined ? {} : { parent: repositoryShape(hub, parent), source: repositoryShape(hub, parent) }),
    network_count: 0,
    subscribers_count: 0,
  };
}

function mergeSettings({ allowedMerges, deleteBranchOnMerge }: Repository) {
  const allows = (method: MergeMethod) => allowedMerges?.includes(method) ?? true;
  return {
    allow_merge_commit: allows('merge'),
    allow_squash_merge: allows('squash'),
    allow_rebase_merge: allows('rebase'),
    delete_branch_on_merge: deleteBranchOnMerge ?? false,
  };
}

import { setRefs } from './git/refs.ts';
import { createRepositoryFolder, repositoryFolder, writeProtected } from './git/repository-folder.ts';
import { writeTree } from './git/trees.ts';
import { writeCommit } from './git/write-commit.ts';
import { personally } from './happenings.ts';
import { fullName, type Hub, repositoryOf } from './hub.ts';
import { followRefs } from './pulls/follow-refs.ts';
import { accountOf, noReplyAddress } from './state/accounts.ts';
import type { BranchRules, Protection, Repository } from './state/model.ts';

export interface RepositoryOptions {
  owner: string;
  name: string;
  /** Default: an account of a person. */
  ownerType?: 'User' | 'Organization';
  /** Default: private. */
  public?: boolean;
  description?: string;
  defaultBranch?: string;
  /** Files of a first commit on the default branch; absent: an empty repository. */
  files?: Readonly<Record<string, string>>;
  /** owner/name of the repository that this is a fork of; it gets its branches. */
  forkOf?: string;
  /** Default: true. */
  actionsMayOpenPullRequests?: boolean;
}

export interface ChangeOptions {
  branch: string;
  /** The branch that a new branch starts from; default: the default branch. */
  from?: string;
  /** Path → text; undefined removes. */
  files: Readonly<Record<string, string | undefined>>;
  message?: string;
  /** Login of the author; default: the repository's owner. */
  author?: string;
}

export async function createRepository(hub: Hub, options: RepositoryOptions): Promise<Repository> {
  const defaultBranch = options.defaultBranch ?? 'main';
  accountOf(hub.state, options.owner, options.ownerType);
  const repository: Repository = {
    id: hub.nextId(),
    owner: options.owner,
    name: options.name,
    private: options.public !== true,
    defaultBranch,
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.forkOf === undefined ? {} : { forkOf: options.forkOf }),
    createdAt: hub.now(),
    pushedAt: hub.now(),
    protected: {},
    rules: {},
    actionsMayOpenPullRequests: options.actionsMayOpenPullRequests ?? true,
    nextNumber: 1,
    branches: {},
    issues: [],
    comments: [],
    reviews: [],
    labels: [],
    checkRuns: [],
    statuses: [],
    deployments: [],
    environments: [],
    runs: [],
  };
  const git = await createRepositoryFolder(repositoryFolder(hub.folder, fullName(repository)), defaultBranch);
  hub.state.repositories.push(repository);
  if (options.forkOf !== undefined) {
    const source = hub.git(repositoryOf(hub.state, options.forkOf));
    await git.run(['fetch', '--quiet', '--no-write-fetch-head', source.folder, 'refs/heads/*:refs/heads/*']);
    await followRefs(hub, repository, personally(options.owner));
  }
  if (options.files !== undefined)
    await changeFiles(hub, repository, { branch: defaultBranch, files: options.files, message: 'Start' });
  return repository;
}

/** Commits to a branch as a person does who pushes, and gives the commit. */
export function changeFiles(hub: Hub, repository: Repository, options: ChangeOptions): Promise<string> {
  return hub.exclusive(repository, async () => {
    const git = hub.git(repository);
    const parent = repository.branches[options.branch] ?? repository.branches[options.from ?? repository.defaultBranch];
    const tree = await writeTree(
      git,
      parent,
      Object.entries(options.files).map(([path, content]) =>
        content === undefined ? { path, mode: '100644', sha: null } : { path, mode: '100644', content },
      ),
    );
    if (tree === undefined) throw new Error(`a file to be removed is not on ${options.branch}`);
    const account = accountOf(hub.state, options.author ?? repository.owner);
    const who = { name: account.login, email: noReplyAddress(account), date: hub.now() };
    const sha = await writeCommit(git, {
      tree,
      parents: parent === undefined ? [] : [parent],
      message: options.message ?? `Change ${Object.keys(options.files).join(', ')}`,
      author: who,
      committer: who,
    });
    await setRefs(git, [{ name: `refs/heads/${options.branch}`, sha }]);
    await followRefs(hub, repository, personally(account.login));
    return sha;
  });
}

/** Lets a branch change through pull requests only, and through those alone that keep its rules; undefined lifts that. */
export async function protectBranch(
  hub: Hub,
  repository: Repository,
  branch: string,
  kind: Protection | undefined,
  rules: BranchRules = {},
): Promise<void> {
  delete repository.protected[branch];
  delete repository.rules[branch];
  if (kind !== undefined) {
    repository.protected[branch] = kind;
    repository.rules[branch] = rules;
  }
  await writeProtected(repositoryFolder(hub.folder, fullName(repository)), repository.protected);
}

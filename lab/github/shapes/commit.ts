import type { Change } from '../git/changes.ts';
import type { Commit } from '../git/commits.ts';
import { twinSignature } from '../git/write-commit.ts';
import type { Hub } from '../hub.ts';
import { accountOfAddress } from '../state/accounts.ts';
import type { Repository } from '../state/model.ts';
import { accountShape } from './account.ts';
import { apiOf, pageOf } from './repository.ts';
import { nodeId, type Schema } from './schema.ts';

/** What git data (…/git/commits) says of a commit. */
export function gitCommitShape(hub: Hub, repository: Repository, commit: Commit): Schema<'git-commit'> {
  const git = `${apiOf(hub, repository)}/git`;
  const page = `${pageOf(hub, repository)}/commit`;
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    url: `${git}/commits/${commit.sha}`,
    html_url: `${page}/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({ sha, url: `${git}/commits/${sha}`, html_url: `${page}/${sha}` })),
    verification: verification(commit),
  };
}

/** What the repository API says of a commit; with files where they are asked for. */
export function commitShape(hub: Hub, repository: Repository, commit: Commit, files?: readonly Change[]): Schema<'commit'> {
  const api = apiOf(hub, repository);
  const page = `${pageOf(hub, repository)}/commit`;
  const account = (email: string) => {
    const found = accountOfAddress(hub.state, email);
    return found === undefined ? null : accountShape(hub, found);
  };
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: verification(commit),
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${page}/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: account(commit.author.email),
    committer: account(commit.committer.email),
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${page}/${sha}` })),
    ...(files === undefined
      ? {}
      : { stats: stats(files), files: files.map((change) => fileShape(hub, repository, commit.sha, change)) }),
  };
}

/** A changed file, as pull requests, commits and comparisons list it. */
export function fileShape(hub: Hub, repository: Repository, sha: string, change: Change): Schema<'diff-entry'> {
  const page = pageOf(hub, repository);
  const path = change.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: change.sha,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${page}/blob/${sha}/${path}`,
    raw_url: `${page}/raw/${sha}/${path}`,
    contents_url: `${apiOf(hub, repository)}/contents/${path}?ref=${sha}`,
    ...(change.patch === undefined ? {} : { patch: change.patch }),
    ...(change.from === undefined ? {} : { previous_filename: change.from }),
  };
}

/** GitHub signs what it commits itself; of other signatures the twin knows no keys, and its own on another commit is invalid. */
function verification(commit: Commit) {
  const { signature, payload, committer } = commit;
  if (signature === undefined) return { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };
  const ours = signature === twinSignature(payload);
  const copied = !ours && committer.email === 'noreply@github.com';
  return {
    verified: ours,
    reason: ours ? 'valid' : copied ? 'invalid' : 'unknown_key',
    signature,
    payload,
    verified_at: ours ? committer.date : null,
  };
}

function stats(files: readonly Change[]) {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return { total: additions + deletions, additions, deletions };
}

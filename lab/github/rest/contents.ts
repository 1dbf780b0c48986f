import { readCommit, resolveCommit } from '../git/commits.ts';
import { listTree, type TreeEntry } from '../git/trees.ts';
import { ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { listed } from '../http/pagination.ts';
import { notFound, Problem } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { commitShape } from '../shapes/commit.ts';
import { apiOf, pageOf } from '../shapes/repository.ts';

export const CONTENT_ROUTES: readonly Route[] = [
  route('GET', '/contents/{path}', { needs: 'contents=read', docs: 'repos/contents#get-repository-content' }, getContents),
  route('GET', '/branches', { needs: 'contents=read', docs: 'branches/branches#list-branches' }, (call) =>
    listed(
      call,
      `/repos/${call.params['owner']}/${call.params['repo']}/branches`,
      Object.keys(call.repository.branches),
      (name) => ({
        name,
        commit: {
          sha: call.repository.branches[name]!,
          url: `${apiOf(call.hub, call.repository)}/commits/${call.repository.branches[name]}`,
        },
        protected: call.repository.protected[name] !== undefined,
      }),
    ),
  ),
  route('GET', '/branches/{branch}', { needs: 'contents=read', docs: 'branches/branches#get-a-branch' }, getBranch),
];

async function getBranch({ hub, repository, git, params }: RepositoryCall) {
  const name = params['branch']!;
  const sha = repository.branches[name];
  if (sha === undefined) throw new Problem(404, 'Branch not found');
  const isProtected = repository.protected[name] !== undefined;
  const url = `${apiOf(hub, repository)}/branches/${name}`;
  return ok({
    name,
    commit: commitShape(hub, repository, await readCommit(git, sha)),
    _links: { self: url, html: `${pageOf(hub, repository)}/tree/${name}` },
    protected: isProtected,
    protection: { enabled: isProtected, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } },
    protection_url: `${url}/protection`,
  });
}

async function getContents(call: RepositoryCall) {
  const { git, params, query, repository } = call;
  const ref = query.get('ref') ?? repository.defaultBranch;
  const sha = await resolveCommit(git, ref);
  if (sha === undefined) throw new Problem(404, `No commit found for the ref ${ref}`);
  const path = (params['path'] ?? '').replace(/\/+$/, '');
  const entry = (await listTree(git, sha, true)).find((one) => one.path === path);
  if (entry === undefined) throw notFound();
  if (entry.type === 'tree') {
    const entries = await listTree(git, entry.sha, false);
    return ok(entries.map((one) => entryShape(call, { ...one, path: `${path}/${one.path}` }, ref)));
  }
  const { stdout } = await git.attempt(['cat-file', 'blob', entry.sha]);
  return ok({
    ...entryShape(call, entry, ref),
    content: stdout.toString('base64').replace(/.{1,60}/g, '$&\n'),
    encoding: 'base64',
  });
}

function entryShape({ hub, repository }: RepositoryCall, entry: TreeEntry, ref: string) {
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  const url = `${apiOf(hub, repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = `${apiOf(hub, repository)}/git/${entry.type}s/${entry.sha}`;
  const html = `${pageOf(hub, repository)}/${entry.type}/${ref}/${path}`;
  return {
    name: entry.path.split('/').at(-1)!,
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: git,
    download_url: entry.type === 'blob' ? `${pageOf(hub, repository)}/raw/${ref}/${path}` : null,
    type: entry.type === 'tree' ? 'dir' : 'file',
    _links: { self: url, git, html },
  };
}

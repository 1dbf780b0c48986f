import { changesBetween } from '../git/changes.ts';
import { readCommit, resolveCommit } from '../git/commits.ts';
import type { Reply } from '../http/reply.ts';
import { fullName, type Hub } from '../hub.ts';
import type { Repository } from '../state/model.ts';
import { checksOf } from './checks.ts';
import { changedFiles } from './diff.ts';
import { html } from './html.ts';
import { notFoundPage, repositoryPage } from './layout.ts';
import { commitRows } from './parts.ts';

export async function commitPage(hub: Hub, repository: Repository, name: string): Promise<Reply> {
  const git = hub.git(repository);
  const sha = await resolveCommit(git, name);
  if (sha === undefined) return notFoundPage();
  const commit = await readCommit(git, sha);
  const [title = '', ...rest] = commit.message.split('\n');
  const base = `/${fullName(repository)}`;
  const text = rest.join('\n').trim();
  return repositoryPage(
    repository,
    'code',
    title,
    html`<h1>${title}</h1>${text === '' ? undefined : html`<div class="box"><pre style="margin:0;padding:12px 16px;white-space:pre-wrap">${text}</pre></div>`}
${commitRows(base, [commit])}
<p class="small soft">Parents: ${commit.parents.map((parent) => html`<a class="mono" href="${base}/commit/${parent}">${parent.slice(0, 7)}</a> `)}</p>
${checksOf(repository, sha)}${changedFiles(await changesBetween(git, commit.parents[0], sha))}`,
  );
}

/** A file as it is in a commit. */
export async function filePage(hub: Hub, repository: Repository, name: string, path: string): Promise<Reply> {
  const git = hub.git(repository);
  const sha = await resolveCommit(git, name);
  const blob = sha === undefined ? undefined : await git.attempt(['cat-file', 'blob', `${sha}:${path}`]);
  if (blob === undefined || blob.exitCode !== 0) return notFoundPage();
  const lines = blob.stdout.toString('utf8').replace(/\n$/, '').split('\n');
  return repositoryPage(
    repository,
    'code',
    path,
    html`<h1 class="mono">${path}</h1><div class="box files"><pre><code>${lines.map(
      (line, index) =>
        html`<span id="L${index + 1}"><span class="soft">${String(index + 1).padStart(4)}</span>  ${line}</span>\n`,
    )}</code></pre></div>`,
  );
}

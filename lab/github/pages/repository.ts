import { commitsOf } from '../git/commits.ts';
import { listTree } from '../git/trees.ts';
import type { Reply } from '../http/reply.ts';
import { fullName, type Hub } from '../hub.ts';
import type { Repository } from '../state/model.ts';
import { html } from './html.ts';
import { page, repositoryPage } from './layout.ts';
import { commitRows } from './parts.ts';

/** All repositories. */
export function homePage(hub: Hub): Reply {
  const head = html`<header><div><div class="path"><b>GitHub twin</b> <span class="tag">local</span></div></div></header>`;
  return page(
    'GitHub twin',
    head,
    html`<h1>Repositories</h1><div class="box">${hub.state.repositories.map(
      (
        repository,
      ) => html`<div class="row"><div class="grow"><a href="/${fullName(repository)}"><b>${fullName(repository)}</b></a>
<div class="small soft">${repository.forkOf === undefined ? (repository.description ?? '') : `fork of ${repository.forkOf}`}</div></div></div>`,
    )}</div>`,
  );
}

/** Files and latest commits of the default branch, and the other branches. */
export async function repositoryHome(hub: Hub, repository: Repository): Promise<Reply> {
  const base = `/${fullName(repository)}`;
  const head = repository.branches[repository.defaultBranch];
  const git = hub.git(repository);
  const [files, commits] =
    head === undefined ? [[], []] : await Promise.all([listTree(git, head, true), commitsOf(git, ['--max-count=10', head])]);
  const branches = Object.entries(repository.branches).filter(([name]) => name !== repository.defaultBranch);
  return repositoryPage(
    repository,
    'code',
    'Code',
    html`<h1>${repository.name}</h1>
<p class="soft">${repository.description} Clone: <code>${hub.addresses.web}${base}.git</code></p>
<h2>Files on <span class="mono">${repository.defaultBranch}</span></h2><div class="box">${files
      .filter(({ type }) => type === 'blob')
      .map(({ path }) => html`<div class="row"><a class="mono" href="${base}/blob/${head}/${path}">${path}</a></div>`)}</div>
<h2>Commits</h2>${commitRows(base, commits)}
${
  branches.length === 0
    ? undefined
    : html`<h2>Other branches</h2><div class="box">${branches.map(
        ([name, sha]) =>
          html`<div class="row"><span class="grow mono">${name}</span><a class="mono" href="${base}/commit/${sha}">${sha.slice(0, 7)}</a></div>`,
      )}</div>`
}`,
  );
}

import type { Reply } from '../http/reply.ts';
import { fullName } from '../hub.ts';
import type { Deployment, Repository } from '../state/model.ts';
import { mark } from './checks.ts';
import { type Html, html } from './html.ts';
import { repositoryPage } from './layout.ts';
import { link, time } from './parts.ts';

/** Deployments, the newest first, each with its history. */
export function deploymentsPage(repository: Repository): Reply {
  const all = [...repository.deployments].reverse();
  return repositoryPage(
    repository,
    'deployments',
    'Deployments',
    html`<h1>Deployments</h1>${all.length === 0 ? html`<p class="soft">None so far.</p>` : all.map((deployment) => box(repository, deployment))}`,
  );
}

function box(repository: Repository, deployment: Deployment): Html {
  const { environment, sha, author, createdAt, statuses } = deployment;
  const state = statuses.at(-1)?.state ?? 'pending';
  const [icon, kind] = mark(state);
  return html`<div class="box"><div class="head"><span class="icon ${kind}">${icon}</span><b>${environment}</b> <span class="tag">${state}</span>
<a class="mono" href="/${fullName(repository)}/commit/${sha}">${sha.slice(0, 7)}</a> <span class="soft">by ${author}</span> ${time(createdAt)}</div>${[
    ...statuses,
  ]
    .reverse()
    .map(
      (status) =>
        html`<div class="row"><span class="tag">${status.state}</span><span class="grow">${status.description}</span>${status.logUrl === '' ? undefined : link(status.logUrl, 'Log')} ${time(status.createdAt)}</div>`,
    )}</div>`;
}

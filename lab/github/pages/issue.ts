import type { Reply } from '../http/reply.ts';
import { fullName } from '../hub.ts';
import type { Issue, Repository } from '../state/model.ts';
import { html } from './html.ts';
import { repositoryPage } from './layout.ts';
import { entry, labels, stateBadge, time } from './parts.ts';

export function issuePage(repository: Repository, issue: Issue): Reply {
  const comments = repository.comments.filter(({ number }) => number === issue.number);
  const closed =
    issue.closedAt === null
      ? undefined
      : html`<p class="soft">Closed${issue.stateReason === null ? '' : ` as ${issue.stateReason}`} by ${issue.closedBy ?? 'somebody'} ${time(issue.closedAt)}</p>`;
  return repositoryPage(
    repository,
    'issues',
    `${issue.title} #${issue.number}`,
    html`<h1>${issue.title} <span class="number">#${issue.number}</span></h1>
<p>${stateBadge(issue)} <b>${issue.author}</b> <span class="soft">opened this</span> ${time(issue.createdAt)}${labels(issue)}</p>
${entry(issue.author, issue.app !== undefined, 'opened', issue.createdAt, issue.body)}
${comments.map((comment) => entry(comment.author, comment.app !== undefined, 'commented', comment.createdAt, comment.body, `issuecomment-${comment.id}`))}${closed}`,
  );
}

/** Issues or pull requests, the open ones first. */
export function issuesPage(repository: Repository, pulls: boolean): Reply {
  const all = repository.issues.filter(({ pull }) => (pull !== undefined) === pulls).reverse();
  const sorted = [...all.filter(({ state }) => state === 'open'), ...all.filter(({ state }) => state === 'closed')];
  const path = pulls ? 'pull' : 'issues';
  const title = pulls ? 'Pull requests' : 'Issues';
  return repositoryPage(
    repository,
    pulls ? 'pulls' : 'issues',
    title,
    html`<h1>${title}</h1>${
      sorted.length === 0
        ? html`<p class="soft">None so far.</p>`
        : html`<div class="box">${sorted.map(
            (
              issue,
            ) => html`<div class="row">${stateBadge(issue)}<div class="grow"><a href="/${fullName(repository)}/${path}/${issue.number}"><b>${issue.title}</b></a>${labels(issue)}
<div class="small soft">#${issue.number} by ${issue.author} · ${time(issue.createdAt)}</div></div><span class="small soft">${
              repository.comments.filter(({ number }) => number === issue.number).length
            } comments</span></div>`,
          )}</div>`
    }`,
  );
}

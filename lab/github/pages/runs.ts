import type { Reply } from '../http/reply.ts';
import { fullName } from '../hub.ts';
import type { ActionsJob, ActionsRun } from '../state/actions.ts';
import type { Repository } from '../state/model.ts';
import { mark } from './checks.ts';
import { type Html, html } from './html.ts';
import { repositoryPage } from './layout.ts';
import { time } from './parts.ts';

/** Runs of workflows, the newest first. */
export function runsPage(repository: Repository): Reply {
  const all = [...repository.runs].reverse();
  return repositoryPage(
    repository,
    'actions',
    'Actions',
    html`<h1>Actions</h1>${
      all.length === 0
        ? html`<p class="soft">No workflow has run so far.</p>`
        : html`<div class="box">${all.map((run) => html`<div class="row">${line(repository, run)}</div>`)}</div>`
    }`,
  );
}

/** One run: its jobs, and what people have decided about it. */
export function runPage(repository: Repository, run: ActionsRun): Reply {
  return repositoryPage(
    repository,
    'actions',
    `${run.name} #${run.number}`,
    html`<h1>${run.name} <span class="number">#${run.number}</span></h1><p class="soft">${run.workflow}</p>
<div class="box"><div class="head">${line(repository, run)}</div>${run.jobs.map(job)}</div>
${run.reason === undefined ? undefined : html`<p>${run.reason}</p>`}
${run.reviews.map(({ by, state, environment, comment }) => html`<p><b>${by}</b> ${state} the deployment to <b>${environment}</b> <span class="soft">${comment}</span></p>`)}`,
  );
}

function line(repository: Repository, run: ActionsRun): Html {
  const base = `/${fullName(repository)}`;
  return html`${sign(run)} <a href="${base}/actions/runs/${run.id}"><b>${run.name}</b> #${run.number}</a> <span class="tag">${
    run.conclusion ?? run.status
  }</span> <span class="grow soft">${run.event} by ${run.actor}</span> <a class="mono" href="${base}/commit/${run.sha}">${run.sha.slice(0, 7)}</a> ${time(run.createdAt)}`;
}

function job(one: ActionsJob): Html {
  const where = one.environment === undefined ? undefined : html`<span class="tag">${one.environment}</span>`;
  return html`<div class="row">${sign(one)}<span class="grow">${one.name}</span>${where}<span class="soft">${one.conclusion ?? one.status}</span></div>`;
}

function sign({ conclusion, status }: Pick<ActionsRun, 'conclusion' | 'status'>): Html {
  const [icon, kind] = mark(conclusion ?? (status === 'completed' ? 'skipped' : 'pending'));
  return html`<span class="icon ${kind}">${icon}</span>`;
}

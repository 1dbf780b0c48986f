import type { Annotation, CheckRun, Repository, Status } from '../state/model.ts';
import { type Html, html } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { link } from './parts.ts';

/** Check runs and statuses of a commit, the latest of each name; undefined where there are none. */
export function checksOf(repository: Repository, sha: string): Html | undefined {
  const runs = latest(
    repository.checkRuns.filter((run) => run.sha === sha),
    (run) => run.name,
  );
  const statuses = latest(
    repository.statuses.filter((status) => status.sha === sha),
    (status) => status.context,
  );
  if (runs.length + statuses.length === 0) return undefined;
  return html`<h2 id="checks">Checks <span class="count">${runs.length + statuses.length}</span></h2><div class="box">${runs.map(checkRun)}${statuses.map(
    status,
  )}</div>`;
}

/** Of what was written last under each name, in the order of first appearance. */
function latest<T>(all: readonly T[], name: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [name(one), one])).values()];
}

function checkRun(run: CheckRun): Html {
  const [icon, kind] = mark(run.conclusion ?? 'pending');
  const detail = run.summary !== null || run.text !== null || run.annotations.length > 0;
  const line = html`<span class="icon ${kind}">${icon}</span> <b>${run.name}</b> <span class="soft">${run.title ?? run.conclusion ?? run.status}</span> <span class="tag">${
    run.app.name
  }</span>`;
  if (!detail) return html`<div class="row"><div class="grow">${line}</div>${details(run.detailsUrl)}</div>`;
  return html`<details class="checks"${run.conclusion === 'failure' || run.annotations.length > 0 ? html` open` : undefined}><summary>${line}</summary><div>${
    run.summary === null ? undefined : renderMarkdown(run.summary)
  }${run.text === null ? undefined : renderMarkdown(run.text)}${run.annotations.map(annotation)}${details(run.detailsUrl)}</div></details>`;
}

function annotation({ annotation_level, path, start_line, title, message }: Annotation): Html {
  return html`<div class="note ${annotation_level}"><b>${title ?? annotation_level}</b> <span class="mono soft">${path}:${start_line}</span><pre>${message}</pre></div>`;
}

function status({ state, context, description, targetUrl }: Status): Html {
  const [icon, kind] = mark(state);
  return html`<div class="row"><span class="icon ${kind}">${icon}</span><div class="grow"><b>${context}</b> <span class="soft">${description ?? state}</span></div>${details(targetUrl)}</div>`;
}

function details(address: string | null): Html | undefined {
  return address === null ? undefined : html`<span class="small">${link(address, 'Details')}</span>`;
}

/** Sign and colour of an outcome. */
export function mark(outcome: string): readonly [string, 'good' | 'bad' | 'wait' | 'soft'] {
  if (outcome === 'success') return ['✓', 'good'];
  if (['failure', 'error', 'timed_out', 'action_required'].includes(outcome)) return ['✗', 'bad'];
  if (['pending', 'queued', 'in_progress'].includes(outcome)) return ['●', 'wait'];
  return ['◦', 'soft'];
}

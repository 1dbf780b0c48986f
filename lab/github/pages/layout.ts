import type { Reply } from '../http/reply.ts';
import { fullName } from '../hub.ts';
import type { Repository } from '../state/model.ts';
import { Html, html, type Part } from './html.ts';
import { STYLE } from './style.ts';

export type Tab = 'code' | 'issues' | 'pulls' | 'actions' | 'deployments';

/** A whole page. Nothing on it runs or comes from elsewhere, whatever the texts on it say. */
export function page(title: string, head: Html, main: Part, status = 200): Reply {
  const body = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>
<style>${new Html(STYLE)}</style></head><body>${head}<main>${main}</main></body></html>`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
      'cache-control': 'no-store',
    },
    body: body.text,
  };
}

/** A page of a repository, with its tabs. */
export function repositoryPage(repository: Repository, here: Tab, title: string, main: Part): Reply {
  const base = `/${fullName(repository)}`;
  const count = (pulls: boolean) =>
    repository.issues.filter(({ state, pull }) => state === 'open' && (pull !== undefined) === pulls).length;
  const tab = (name: Tab, path: string, text: string, number?: number) =>
    html`<a href="${base}${path}"${name === here ? new Html(' class="here"') : ''}>${text}${
      number === undefined || number === 0 ? undefined : html`<span class="count">${number}</span>`
    }</a>`;
  const head = html`<header><div><div class="path"><a href="/">⌂</a>&ensp;${repository.owner} / <a href="${base}"><b>${repository.name}</b></a>
<span class="tag">${repository.private ? 'private' : 'public'}</span></div>
<nav>${tab('code', '', 'Code')}${tab('issues', '/issues', 'Issues', count(false))}${tab('pulls', '/pulls', 'Pull requests', count(true))}${tab(
    'actions',
    '/actions',
    'Actions',
  )}${tab('deployments', '/deployments', 'Deployments')}</nav></div></header>`;
  return page(`${title} · ${fullName(repository)}`, head, main);
}

export function notFoundPage(): Reply {
  const head = html`<header><div><div class="path"><a href="/">⌂</a></div></div></header>`;
  return page('Not found', head, html`<h1>Nothing is here</h1><p class="soft">No page of the twin has this address.</p>`, 404);
}

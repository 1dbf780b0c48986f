import type { Commit } from '../git/commits.ts';
import type { Issue } from '../state/model.ts';
import { type Html, html, type Part } from './html.ts';
import { renderMarkdown } from './markdown.ts';

/** A round picture of an account: its letter on a colour of its own. */
function face(login: string): Html {
  return html`<span class="face" style="background:${colourOf(login)}" title="${login}">${login.slice(0, 1).toUpperCase()}</span>`;
}

export function colourOf(login: string): string {
  let hash = 0;
  for (const character of login) hash = (hash * 31 + character.codePointAt(0)!) % 360;
  return `hsl(${hash} 45% 42%)`;
}

/** 2026-11-24 12:03 UTC */
export function time(iso: string): Html {
  return html`<time class="soft" datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

/** A text somebody wrote, with who and when. */
export function entry(login: string, app: boolean, what: string, at: string, body: string | null, id?: string): Html {
  const text =
    body === null || body.trim() === '' ? html`<div class="markdown soft"><i>No description.</i></div>` : renderMarkdown(body);
  return html`<div class="entry"${id === undefined ? '' : html` id="${id}"`}>${face(login)}<div class="box"><div class="head"><b>${login}</b>${
    app ? html`<span class="tag">app</span>` : undefined
  }<span class="soft">${what}</span>${time(at)}</div>${text}</div></div>`;
}

export function stateBadge(issue: Issue): Html {
  const state = issue.pull?.merged !== undefined ? 'merged' : issue.state;
  const text = { open: 'Open', closed: 'Closed', merged: 'Merged' }[state];
  return html`<span class="badge ${state}">${text}</span>`;
}

export function labels(issue: Issue): Part {
  return issue.labels.map((name) => html` <span class="tag">${name}</span>`);
}

/** Rows of commits, each with a link to its page. */
export function commitRows(base: string, commits: readonly Commit[]): Html {
  return html`<div class="box">${commits.map(
    (
      commit,
    ) => html`<div class="row"><div class="grow"><a href="${base}/commit/${commit.sha}">${commit.message.split('\n', 1)[0] || '(no message)'}</a>
<div class="small soft">${commit.author.name} · ${time(commit.committer.date)}</div></div>${signed(commit)}<a class="mono" href="${base}/commit/${
      commit.sha
    }">${commit.sha.slice(0, 7)}</a></div>`,
  )}</div>`;
}

function signed({ signature, committer }: Commit): Html | undefined {
  return signature !== undefined && committer.email === 'noreply@github.com'
    ? html`<span class="tag good">Verified</span>`
    : undefined;
}

export function link(address: string | null | undefined, text: string): Html {
  return address && /^https?:\/\//.test(address) ? html`<a href="${address}">${text}</a>` : html`${text}`;
}

import type { Change } from '../git/changes.ts';
import { Html, html } from './html.ts';
import { diffLine } from './markdown.ts';

/** A page stays quick: of more files only the names are shown, of a longer diff the beginning. */
const FILES_WITH_DIFF = 100;
const LINES_OF_A_FILE = 400;
const OPEN_FILES = 3;

/** Files as folds with their unified diffs. */
export function changedFiles(changes: readonly Change[]): Html {
  const added = changes.reduce((sum, { additions }) => sum + additions, 0);
  const removed = changes.reduce((sum, { deletions }) => sum + deletions, 0);
  return html`<h2 id="files">Files changed <span class="count">${changes.length}</span> <span class="small"><span class="add">+${added}</span> <span class="sub">−${removed}</span></span></h2>
<div class="box">${changes.map((change, index) => file(change, index))}</div>`;
}

function file(change: Change, index: number): Html {
  const name = change.from === undefined ? html`${change.path}` : html`${change.from} → ${change.path}`;
  const counts = html`<span class="add">+${change.additions}</span> <span class="sub">−${change.deletions}</span>`;
  const status = change.status === 'modified' ? undefined : html` <span class="tag">${change.status}</span>`;
  const open = index < OPEN_FILES ? new Html(' open') : undefined;
  return html`<details class="files"${open}><summary><span class="mono">${name}</span>${status} <span class="small">${counts}</span></summary><pre><code>${
    index < FILES_WITH_DIFF ? patch(change) : 'The diff is not shown here.'
  }</code></pre></details>`;
}

function patch({ patch: text }: Change): Html {
  if (text === undefined) return html`<span class="soft">No text to compare.</span>`;
  const lines = text.split('\n');
  const more =
    lines.length > LINES_OF_A_FILE ? html`\n<span class="soft">… ${lines.length - LINES_OF_A_FILE} more lines</span>` : undefined;
  return html`${new Html(lines.slice(0, LINES_OF_A_FILE).map(diffLine).join('\n'))}${more}`;
}

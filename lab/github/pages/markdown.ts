import MarkdownIt, { type Token } from 'markdown-it';
import { escapeHtml, Html } from './html.ts';

/** Tags that GitHub lets through and that reports use; without their attributes, but for `open`. */
const TAGS = new Set(
  'b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li ol p pre q s small strong sub summary sup table tbody td tfoot th thead tr u ul'.split(
    ' ',
  ),
);

const markdown = new MarkdownIt({ html: true, linkify: true, breaks: true });
markdown.renderer.rules['html_block'] = (tokens, index) => safeHtml(tokens[index]!.content);
markdown.renderer.rules['html_inline'] = (tokens, index) => safeHtml(tokens[index]!.content);
markdown.renderer.rules['fence'] = (tokens, index) => fence(tokens[index]!);
markdown.renderer.rules['image'] = (tokens, index) => escapeHtml(tokens[index]!.content);
markdown.core.ruler.push('github', ({ tokens }) => {
  taskItems(tokens);
  alerts(tokens);
});

/** A body of an issue, pull request, comment or check run as a person sees it: GitHub's Markdown, without what runs. */
export function renderMarkdown(text: string): Html {
  return new Html(`<div class="markdown">${markdown.render(text)}</div>`);
}

/** Comments vanish, known tags stay, everything else is shown as it was written. */
function safeHtml(text: string): string {
  return text.replace(
    /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*)?)>|[<>]|&(?!#?\w+;)/g,
    (part, close?: string, name?: string, rest?: string) => {
      if (part.startsWith('<!--')) return '';
      if (name === undefined || !TAGS.has(name.toLowerCase())) return escapeHtml(part);
      const open = name.toLowerCase() === 'details' && close === '' && /\sopen\b/.test(rest ?? '');
      return `<${close}${name.toLowerCase()}${open ? ' open' : ''}>`;
    },
  );
}

function fence({ info, content }: Token): string {
  const language = info.trim().split(/\s+/)[0] ?? '';
  if (language === 'mermaid')
    return `<figure class="diagram"><figcaption>diagram</figcaption><pre><code>${escapeHtml(content)}</code></pre></figure>`;
  const body = language === 'diff' ? content.replace(/\n$/, '').split('\n').map(diffLine).join('\n') : escapeHtml(content);
  return `<pre><code>${body}</code></pre>`;
}

/** A line of a diff in its colour. */
export function diffLine(line: string): string {
  const kind = line.startsWith('+') ? 'plus' : line.startsWith('-') ? 'minus' : line.startsWith('@@') ? 'hunk' : undefined;
  return kind === undefined ? escapeHtml(line) : `<span class="${kind}">${escapeHtml(line)}</span>`;
}

/** `- [ ]` and `- [x]` become boxes. */
function taskItems(tokens: readonly Token[]): void {
  tokens.forEach((token, index) => {
    const box = /^\[([ xX])\] /.exec(token.content);
    const text = token.children?.[0];
    if (token.type !== 'inline' || box === null || text === undefined || tokens[index - 2]?.type !== 'list_item_open') return;
    tokens[index - 2]!.attrJoin('class', 'task');
    text.content = `${box[1] === ' ' ? '☐' : '☑'} ${text.content.slice(box[0].length)}`;
  });
}

/** `> [!NOTE]` and its like become boxes with a title. */
function alerts(tokens: readonly Token[]): void {
  tokens.forEach((token, index) => {
    const kind = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\](?:\n|$)/.exec(token.content)?.[1];
    const [first, second] = token.children ?? [];
    if (token.type !== 'inline' || kind === undefined || first === undefined || tokens[index - 2]?.type !== 'blockquote_open')
      return;
    tokens[index - 2]!.attrJoin('class', `alert ${kind.toLowerCase()}`);
    first.content = kind[0] + kind.slice(1).toLowerCase();
    first.type = 'text';
    if (second !== undefined) second.type = 'hardbreak';
  });
}

import markdownIt from 'markdown-it';

/**
 * Nearly as GitHub reads it: CommonMark with tables, HTML and addresses that become links by themselves. What this parser takes for an
 * address without `://` differs from GitHub's rules, which the text is searched for instead.
 */
const parser = markdownIt({ html: true, linkify: true });
parser.linkify.set({ fuzzyEmail: false, fuzzyLink: false });

/** Everything that the reports use; whatever else comes out was put in by foreign text. */
const OURS = new Set('p strong em code pre ul li table thead tbody tr th td details summary blockquote br hr'.split(' '));

/**
 * What is wrong with a Markdown text once a parser has made HTML of it: elements that are not ours, attributes, elements that do not
 * close in order, mentions and references outside code, comments.
 */
export function renderedFaults(text: string): string[] {
  const html = parser.render(text);
  const faults: string[] = [];
  const open: string[] = [];
  let code = 0;
  for (const [token, closing, name = '', rest = ''] of html.matchAll(/<(\/?)([a-zA-Z!?][^\s>/]*)([^>]*)>|[^<]+|</g)) {
    if (name === '') {
      if (code === 0) faults.push(...textFaults(token));
      continue;
    }
    if (!OURS.has(name)) faults.push(`element: ${token.slice(0, 100)}`);
    if (rest.trim() !== '' && !/^ class="language-(diff|mermaid)"$/.test(rest)) faults.push(`attribute: ${token.slice(0, 100)}`);
    if (name === 'br' || name === 'hr') continue;
    if (name === 'code' || name === 'pre') code += closing === '/' ? -1 : 1;
    if (closing === '') open.push(name);
    else if (open.pop() !== name) faults.push(`does not close in order: ${token}`);
  }
  if (open.length > 0) faults.push(`open at the end: ${open.join(' ')}`);
  return faults;
}

/** Text of HTML, entities resolved as a browser would for what matters here. */
function textFaults(escaped: string): string[] {
  const text = escaped
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  const found: string[] = [];
  if (/@[A-Za-z0-9]/.test(text)) found.push(`mention: ${text.slice(0, 200)}`);
  if (/(^|[^\w])#\d/.test(text) || /\bGH-\d/i.test(text)) found.push(`issue link: ${text.slice(0, 200)}`);
  if (/:\/\/|\bwww\./i.test(text)) found.push(`web link: ${text.slice(0, 200)}`);
  return found;
}

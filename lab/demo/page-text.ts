/**
 * Markdown of a forge as lines for a terminal: without the hidden header, escapes, tags and diagrams, at most so many lines. Made to
 * be read in passing, not to be complete: the page has all of it.
 */
export function asText(markdown: string, most: number): string {
  const lines = markdown
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^(`{3,})mermaid\n[\s\S]*?^\1$/gm, '(a diagram)')
    .replace(/<\/?(details|summary|sub|br)>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\u200b/g, '')
    .replace(/\\([\\`*_{}[\]()|~!$^+=#-])/g, '$1')
    .replace(/\*\*/g, '')
    .split('\n')
    .filter((line, at, all) => !/^\|( ---)+/.test(line) && !(line.trim() === '' && all[at - 1]?.trim() === ''));
  while (lines[0]?.trim() === '') lines.shift();
  const shown = lines.slice(0, most);
  if (lines.length > shown.length) shown.push(`… ${lines.length - shown.length} more lines on the page`);
  return shown.join('\n');
}

import { mermaidFaults } from './mermaid-grammar.ts';

/** A fold per cluster, and in it one per object. */
const DEEPEST_FOLD = 2;

/**
 * What would be wrong with a Markdown text on GitHub: fences or folds that do not close, tables with rows of another width, mentions,
 * links other than the given ones, HTML that is not ours (comments included), drawings that Mermaid would refuse.
 */
export function markdownFaults(text: string, ownLinks: readonly string[] = []): string[] {
  const faults: string[] = [];
  let fence: { mark: string; drawing: boolean } | undefined;
  let drawn: string[] = [];
  let open = 0;
  let columns: number | undefined;
  for (const line of text.split('\n')) {
    const [, mark, language] = /^(`{3,})([^`]*)$/.exec(line) ?? [];
    if (fence !== undefined) {
      if (mark !== undefined && mark.length >= fence.mark.length && language!.trim() === '') {
        if (fence.drawing) faults.push(...mermaidFaults(drawn.join('\n')));
        fence = undefined;
        drawn = [];
      } else if (fence.drawing) drawn.push(line);
      continue;
    }
    if (mark !== undefined) {
      fence = { mark, drawing: language === 'mermaid' };
      continue;
    }
    const bare = ownLinks.reduce((rest, link) => rest.replaceAll(link, ''), withoutSpans(line));
    open += (bare.match(/<details>/g) ?? []).length - (bare.match(/<\/details>/g) ?? []).length;
    if (open < 0 || open > DEEPEST_FOLD) faults.push(`folds do not nest: ${line}`);
    const foreign = bare.replace(/<\/?(details|summary)>/g, '');
    if (/<[a-z!/?]/i.test(foreign)) faults.push(`HTML: ${line}`);
    if (/@[A-Za-z0-9]/.test(bare)) faults.push(`mention: ${line}`);
    if (/(^|[^&\w])#\d/.test(bare) || /\bGH-\d/i.test(bare)) faults.push(`issue link: ${line}`);
    if (/:\/\/|\bwww\./i.test(bare)) faults.push(`web link: ${line}`);
    if (/(^|[^\\])\]\(/.test(bare)) faults.push(`Markdown link: ${line}`);
    const cells = line.startsWith('|') ? cellCount(line) : undefined;
    if (cells !== undefined && columns !== undefined && cells !== columns) faults.push(`another width: ${line}`);
    columns = cells;
  }
  if (fence !== undefined) faults.push('a fence is open at the end');
  if (open !== 0) faults.push('a fold is open at the end');
  return faults;
}

/** GitHub splits cells before it looks for spans; only a backslash keeps a bar. */
function cellCount(line: string): number {
  return line.replace(/\\\|/g, '').split('|').length - 2;
}

/** A line without its code spans, as CommonMark finds them: a run of backticks up to the next run of the same length. */
function withoutSpans(line: string): string {
  let rest = line;
  let kept = '';
  for (;;) {
    const start = /(?<!\\)`+/.exec(rest);
    if (!start) return kept + rest;
    const run = start[0];
    const after = rest.slice(start.index + run.length);
    const end = [...after.matchAll(/`+/g)].find((match) => match[0].length === run.length);
    kept += rest.slice(0, start.index);
    if (!end) {
      kept += run;
      rest = after;
    } else {
      rest = after.slice(end.index + run.length);
    }
  }
}

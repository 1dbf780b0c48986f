/** What would be wrong with a Markdown text on GitHub: fences or folds that do not close, mentions, links, HTML that is not ours. */
export function markdownFaults(text: string): string[] {
  const faults: string[] = [];
  let fence: string | undefined;
  let open = 0;
  for (const line of text.split('\n')) {
    const mark = /^(`{3,})[^`]*$/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark !== undefined && mark.length >= fence.length && line.trim() === mark) fence = undefined;
      continue;
    }
    if (mark !== undefined) {
      fence = mark;
      continue;
    }
    const bare = withoutSpans(line);
    open += (bare.match(/<details>/g) ?? []).length - (bare.match(/<\/details>/g) ?? []).length;
    if (open < 0 || open > 1) faults.push(`folds do not nest: ${line}`);
    const foreign = bare.replace(/<\/?(details|summary)>/g, '');
    if (/<[a-z!/]/i.test(foreign)) faults.push(`HTML: ${line}`);
    if (/(^|[^\w])@[A-Za-z0-9]/.test(bare)) faults.push(`mention: ${line}`);
    if (/(^|[^&\w])#\d/.test(bare) || /\bGH-\d/i.test(bare)) faults.push(`issue link: ${line}`);
    if (/https?:\/\/|\bwww\./i.test(bare)) faults.push(`web link: ${line}`);
    if (/(^|[^\\])\]\(/.test(bare)) faults.push(`Markdown link: ${line}`);
  }
  if (fence !== undefined) faults.push('a fence is open at the end');
  if (open !== 0) faults.push('a fold is open at the end');
  return faults;
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

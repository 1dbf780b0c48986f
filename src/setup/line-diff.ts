/** Lines around a change that are shown with it. */
const AROUND = 3;

interface Line {
  sign: ' ' | '-' | '+';
  text: string;
}

/**
 * What turns one text into another, line by line, as `diff -u` writes it without the file names; empty if they are the same.
 * Line ends of Windows are not a difference.
 */
export function lineDiff(before: string, after: string): string {
  const lines = compared(linesOf(before), linesOf(after));
  const changed = lines.flatMap(({ sign }, at) => (sign === ' ' ? [] : [at]));
  const hunks: { from: number; to: number }[] = [];
  for (const at of changed) {
    const last = hunks.at(-1);
    const [from, to] = [Math.max(0, at - AROUND), Math.min(lines.length, at + AROUND + 1)];
    if (last !== undefined && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  return hunks.map(({ from, to }) => hunkText(lines, from, to)).join('');
}

function hunkText(lines: readonly Line[], from: number, to: number): string {
  const counts = (part: readonly Line[], sign: '-' | '+') =>
    part.filter((line) => line.sign === ' ' || line.sign === sign).length;
  const [skipped, shown] = [lines.slice(0, from), lines.slice(from, to)];
  const range = (sign: '-' | '+') => {
    const length = counts(shown, sign);
    return `${sign}${counts(skipped, sign) + (length === 0 ? 0 : 1)},${length}`;
  };
  return [`@@ ${range('-')} ${range('+')} @@`, ...shown.map(({ sign, text }) => `${sign}${text}`), ''].join('\n');
}

function linesOf(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Both texts in one, by a longest common subsequence; what is the same at both ends is not searched. */
function compared(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  const same = (text: string): Line => ({ sign: ' ', text });
  return [
    ...before.slice(0, start).map(same),
    ...between(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** More pairs of lines than any workflow has; beyond it everything counts as changed. */
const MOST_PAIRS = 4_000_000;

function between(before: readonly string[], after: readonly string[]): Line[] {
  if (before.length * after.length > MOST_PAIRS) {
    const signed = (sign: '-' | '+') => (text: string) => ({ sign, text });
    return [...before.map(signed('-')), ...after.map(signed('+'))];
  }
  const width = after.length + 1;
  /** Lengths of the longest common subsequence of what follows a place in both. */
  const lengths = new Uint32Array((before.length + 1) * width);
  const length = (y: number, x: number) => lengths[y * width + x] ?? 0;
  for (let y = before.length - 1; y >= 0; y--) {
    for (let x = after.length - 1; x >= 0; x--)
      lengths[y * width + x] = before[y] === after[x] ? length(y + 1, x + 1) + 1 : Math.max(length(y + 1, x), length(y, x + 1));
  }
  const lines: Line[] = [];
  let [y, x] = [0, 0];
  while (y < before.length || x < after.length) {
    const [old, fresh] = [before[y], after[x]];
    if (old !== undefined && old === fresh) {
      lines.push({ sign: ' ', text: old });
      y++;
      x++;
    } else if (old !== undefined && (fresh === undefined || length(y + 1, x) >= length(y, x + 1))) {
      lines.push({ sign: '-', text: old });
      y++;
    } else if (fresh !== undefined) {
      lines.push({ sign: '+', text: fresh });
      x++;
    }
  }
  return lines;
}

import type { Position } from '../model/finding.ts';

/** Turns offsets of a text into line and column, both from 1. An offset behind the end counts as the end. */
export function lineIndex(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  let last = 0;
  return (offset) => {
    const inside = Math.min(Math.max(offset, 0), text.length);
    // Most places are asked for in order: on the line of the one before, or near behind it.
    let low = starts[last]! <= inside ? last : 0;
    let high =
      low === last && inside < (starts[low + 2] ?? Number.POSITIVE_INFINITY)
        ? Math.min(low + 1, starts.length - 1)
        : starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= inside) low = middle;
      else high = middle - 1;
    }
    last = low;
    return { line: low + 1, column: inside - starts[low]! + 1 };
  };
}

const DEEPEST = 200;

/**
 * Offset at which a text opens more brackets, or indents one line by more levels, than anything sensible does; undefined for a
 * text that can be parsed without fear for the stack. Brackets in quotes count too: a bound, not a grammar.
 */
export function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) depth++;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
    if (depth > DEEPEST) return at;
  }
  const prefix = new RegExp(`^[ \\t?:-]{${2 * DEEPEST},}`, 'm').exec(text);
  return prefix?.index;
}

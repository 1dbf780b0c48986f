import type { Position } from '../model/finding.ts';

/** Turns offsets of a text into line and column, both from 1. An offset behind the end counts as the end. */
export function lineIndex(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const inside = Math.min(Math.max(offset, 0), text.length);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= inside) low = middle;
      else high = middle - 1;
    }
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
  for (const bracket of text.matchAll(/[[\]{}]/g)) {
    if (bracket[0] === '[' || bracket[0] === '{') depth++;
    else if (depth > 0) depth--;
    if (depth > DEEPEST) return bracket.index;
  }
  const prefix = new RegExp(`^[ \\t?:-]{${2 * DEEPEST},}`, 'm').exec(text);
  return prefix?.index;
}

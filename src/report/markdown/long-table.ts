import type { Block } from './budget.ts';
import { table } from './escape.ts';

/** A table that may be too long for a report. */
export interface LongTable<Item> {
  head: readonly string[];
  items: readonly Item[];
  /** Cells of one item, in Markdown; written only when the turn of its part comes. */
  row(item: Item): readonly string[];
  priority: number;
  /** What is missing when a part is left out, e.g. 'step'. */
  noun: string;
  /** So many of that an item stands for; default 1. */
  count?(item: Item): number;
  /** A part has at most so many rows. */
  rows: number;
  /** And no more than so many bytes, unless a single row is larger. */
  most?: { bytes: number; size(item: Item): number };
}

/** A long table in parts, each a table of its own that is shown whole or not at all. */
export function tableBlocks<Item>(long: LongTable<Item>): Block[] {
  const { head, row, priority, noun, count = () => 1 } = long;
  return partsOf(long).map((part) => ({
    priority,
    text: () => table(head, part.map(row)),
    holds: { [noun]: part.reduce((sum, item) => sum + count(item), 0) },
  }));
}

function partsOf<Item>({ items, rows, most }: LongTable<Item>): Item[][] {
  const parts: Item[][] = [];
  let size = 0;
  for (const item of items) {
    const cost = most?.size(item) ?? 0;
    const last = parts.at(-1);
    if (last === undefined || last.length === rows || (most !== undefined && size + cost > most.bytes)) {
      parts.push([item]);
      size = cost;
    } else {
      last.push(item);
      size += cost;
    }
  }
  return parts;
}

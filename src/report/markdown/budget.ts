import { counted, listed } from '../words.ts';

/** GitHub refuses bodies of comments, pull requests and issues from here on. */
export const GITHUB_LIMIT = 65_536;
/** Room for what a forge adds: header, links, footers. */
export const DEFAULT_BUDGET = 60_000;
/** GitHub refuses a whole job summary above 1 MiB. */
export const SUMMARY_BUDGET = 1_000_000;

/** Part of a report that is shown whole or not at all, so that fences and details stay balanced. */
export interface Block {
  /** 0 is always kept; the highest number is left out first, the last of a number before its first. */
  priority: number;
  /** Written only when its turn comes, where that costs something. */
  text: string | (() => string);
  /** What is missing when it is left out, e.g. 'object': counted in the closing sentence. Several for a table of them. */
  holds: Record<string, number>;
}

/** Blocks between an opening and a closing text, e.g. a fold; it goes when all of its blocks are left out. */
export interface Section {
  open: string;
  close: string;
  blocks: Block[];
}

/**
 * A report that stays below `budget` in UTF-8 bytes (and so in UTF-16 units): least important blocks are left out, and a closing
 * sentence says how many of what; `elsewhere` (Markdown) says where they can be read. Parts are separated by empty lines.
 */
export function withinBudget(sections: readonly Section[], budget: number = DEFAULT_BUDGET, elsewhere = ''): string {
  const kept = keep(sections, budget - bytes(elsewhere));
  const left: Record<string, number> = {};
  const parts = sections.flatMap((section) => {
    const shown: string[] = [];
    for (const block of section.blocks) {
      const text = kept.get(block);
      if (text !== undefined) shown.push(text);
      else for (const [noun, count] of Object.entries(block.holds)) left[noun] = (left[noun] ?? 0) + count;
    }
    return shown.length === 0 ? [] : [section.open, ...shown, section.close].filter((text) => text !== '');
  });
  const missing = Object.entries(left).filter(([, count]) => count > 0);
  if (missing.length > 0) {
    const what = listed(missing.map(([noun, count]) => counted(count, noun)));
    parts.push(`_Not shown here because of its length: ${what}._${elsewhere === '' ? '' : ` ${elsewhere}`}`);
  }
  return `${parts.join('\n\n')}\n`;
}

/** A section without opening and closing text. */
export function plainSection(...blocks: Block[]): Section {
  return { open: '', close: '', blocks };
}

/** One block that is a section of its own. */
export function onlyBlock(priority: number, text: Block['text'], holds: Block['holds'] = {}): Section {
  return plainSection({ priority, text, holds });
}

/** The closing sentence has to fit as well. */
const CLOSING = 400;
/** After so many blocks that did not fit, the rest is left out unread. */
const MISSES = 200;

function keep(sections: readonly Section[], budget: number): Map<Block, string> {
  const kept = new Map<Block, string>();
  const opened = new Set<Section>();
  const candidates = sections
    .flatMap((section) => section.blocks.map((block) => ({ section, block })))
    .map((entry, order) => ({ ...entry, order }))
    .sort((a, b) => a.block.priority - b.block.priority || a.order - b.order);
  let used = CLOSING;
  let misses = 0;
  for (const { section, block } of candidates) {
    if (misses === MISSES) break;
    const text = typeof block.text === 'string' ? block.text : block.text();
    const frame = opened.has(section) ? 0 : bytes(section.open) + bytes(section.close) + 4;
    const cost = bytes(text) + 2 + frame;
    if (block.priority > 0 && used + cost > budget) {
      misses += 1;
      continue;
    }
    used += cost;
    kept.set(block, text);
    opened.add(section);
  }
  return kept;
}

const encoder = new TextEncoder();

/** UTF-8 bytes of a text. */
export function bytes(text: string): number {
  return encoder.encode(text).length;
}

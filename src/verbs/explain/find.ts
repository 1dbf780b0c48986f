import { nearest } from '../../declare/nearest.ts';

/** A part of the documentation that stands for itself. */
export interface Page {
  /** A rule, `exit code 4`, a message as the program prints it with `…` for what differs, or a heading. */
  topic: string;
  /** Where it stands, e.g. docs/rules.md#e1. */
  page: string;
  /** Markdown. */
  text: string;
}

/** What answers a question; without an answer, the topics that come nearest. */
export interface Answer {
  found: Page[];
  nearest: string[];
}

/** A message is known by what it says for certain; so few letters of that are in any sentence. */
const LEAST_CERTAIN = 8;
const MOST_NEAREST = 5;

/** The pages that answer: those of that name, else those whose message the words hold, else those that have all the words. */
export function answer(asked: string, pages: readonly Page[]): Answer {
  const wanted = normal(asked);
  const [, code] = /^(?:exit )?(?:code )?(\d+)$/.exec(wanted) ?? [];
  const name = code === undefined ? wanted : `exit code ${code}`;
  const words = wordsOf(wanted);
  for (const look of [
    () => pages.filter(({ topic }) => readTopic(topic).name === name),
    () => printedIn(wanted, pages),
    () => pages.filter(({ topic }) => hasAll(topic, words)),
    () => pages.filter((page) => hasAll(whole(page), words)),
  ]) {
    const found = look();
    if (found.length > 0) return { found, nearest: [] };
  }
  return { found: [], nearest: nearestTopics(wanted, words, pages) };
}

/** How many letters of a topic are in a printed text for certain; undefined for a topic that the text does not hold. */
export function certainIn(printed: string, topic: string): number | undefined {
  const { certain, pattern } = readTopic(topic);
  return certain >= LEAST_CERTAIN && pattern.test(normal(printed)) ? certain : undefined;
}

interface ReadTopic {
  name: string;
  certain: number;
  pattern: RegExp;
}

const READ = new Map<string, ReadTopic>();

function readTopic(topic: string): ReadTopic {
  const known = READ.get(topic);
  if (known !== undefined) return known;
  const name = normal(topic);
  const parts = name.split('…');
  const certain = parts.join('').replaceAll(' ', '').length;
  const read = { name, certain, pattern: new RegExp(parts.map((part) => RegExp.escape(part.trim())).join('.*')) };
  READ.set(topic, read);
  return read;
}

/** Pages of messages that are in a printed text; of several those that say most of it for certain. */
function printedIn(wanted: string, pages: readonly Page[]): Page[] {
  const held = pages.flatMap((page) => {
    const { certain, pattern } = readTopic(page.topic);
    return certain >= LEAST_CERTAIN && pattern.test(wanted) ? [{ page, certain }] : [];
  });
  const most = Math.max(...held.map(({ certain }) => certain));
  return held.filter(({ certain }) => certain === most).map(({ page }) => page);
}

/** Topics of a name much alike, then of pages that have the rarest of the words. */
function nearestTopics(wanted: string, words: readonly string[], pages: readonly Page[]): string[] {
  const named = nearest(
    wanted,
    pages.map(({ topic }) => topic),
  );
  const weights = words.map((word) => 1 / pages.filter((page) => has(whole(page), word)).length);
  const weight = (text: string) => words.reduce((sum, word, at) => sum + (has(text, word) ? (weights[at] ?? 0) : 0), 0);
  const ranked = pages
    .map((page) => ({ topic: page.topic, weight: weight(page.topic) + weight(whole(page)) }))
    .filter((page) => page.weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const topics = [...(named === undefined ? [] : [named]), ...ranked.map(({ topic }) => topic)];
  return [...new Set(topics)].slice(0, MOST_NEAREST);
}

function whole({ topic, text }: Page): string {
  return `${topic} ${text}`;
}

/** A question without a word that could be looked for has no answer. */
function hasAll(text: string, words: readonly string[]): boolean {
  return words.length > 0 && words.every((word) => has(text, word));
}

/** Whether a word of the text begins so. */
function has(text: string, word: string): boolean {
  return wordsOf(normal(text)).some((candidate) => candidate.startsWith(word));
}

/** Shorter words are in every page. */
function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}./_-]+/u).filter((word) => word.length > 2);
}

function normal(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

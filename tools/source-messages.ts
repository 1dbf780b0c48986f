import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Every text between quotes in the sources of these folders (comments left out), one per line; what a template fills in is `…`. */
export function sourceMessages(folders: readonly string[]): string[] {
  return folders.flatMap((folder) => filesOf(folder).flatMap((file) => messagesOf(readFileSync(join(ROOT, file), 'utf8'))));
}

/** The quoted texts of a piece of TypeScript. Only lines count: no message of ours spans two. */
export function messagesOf(source: string): string[] {
  return linesOf(source).flatMap(quotedIn);
}

/** What a finding may say, with the rule that says it. */
export interface Sentence {
  /** What is filled in is `…`. */
  text: string;
  rule: string;
}

/** Rooms whose findings people see, with the rule of a file that names none. */
const ROOMS: readonly (readonly [folder: string, rule: string])[] = [
  ['src/declare', 'schema'],
  ['src/rules', 'schema'],
  ['src/render', 'manifests'],
  ['src/checkout', 'manifests'],
  ['src/kubeconfig', 'credential'],
  ['src/survey', 'cluster'],
];

/** Lines that say what a key is for, or what must hold, and not what is wrong. */
const OTHER_LINES = /\.describe\(|\bsentence:|\bnotChecked:|\bimport\b|\bnew RegExp\b/;
/** From here on a line says what to do. */
const REMEDY = /\bremedy\s*[:=?].*$/;
/** Words that are said: two lower-case ones beside each other at least. */
const PROSE = /(?:^|[\s…(])[a-z][a-z'’-]+,? [a-z][a-z'’-]+/;

/** So many letters are in no message by chance. */
const SHORTEST = 8;

/** The sentences of findings in the sources, each once for a rule. */
export function findingSentences(): Sentence[] {
  const found = new Map<string, Sentence>();
  for (const [folder, fallback] of ROOMS)
    for (const file of filesOf(folder)) {
      const lines = linesOf(readFileSync(join(ROOT, file), 'utf8'));
      const own = /\/(e\d+)-[^/]+\.ts$/.exec(file)?.[1]?.toUpperCase();
      lines.forEach((line, at) => {
        if (OTHER_LINES.test(line)) return;
        const rule = own ?? nearestRule(lines, at) ?? fallback;
        for (const text of quotedIn(line.replace(REMEDY, ''))) if (isSentence(text)) found.set(`${rule} ${text}`, { text, rule });
      });
    }
  return [...found.values()].sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.rule < b.rule ? -1 : 1));
}

/** What is wrong is said without a full stop; with one it is what to do. One word is a part of a sentence. */
function isSentence(text: string): boolean {
  if (text.replace(/[^a-z]/g, '').length < SHORTEST || !PROSE.test(text) || /[.:]$|^[,|-]|[<>{}]|=>|\\n/.test(text)) return false;
  return text.split(/\s+/).filter((word) => /[a-z]{2}/.test(word)).length > 1;
}

/** The rule that the closest lines name, those before first. */
function nearestRule(lines: readonly string[], at: number): string | undefined {
  for (let distance = 0; distance < 12; distance += 1)
    for (const line of [lines[at - distance], lines[at + distance]]) {
      const rule = /\brule: '([\w-]+)'/.exec(line ?? '')?.[1];
      if (rule !== undefined) return rule;
    }
  return undefined;
}

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .sort();
}

/** Without comments, expressions in templates as `…`. */
function linesOf(source: string): string[] {
  const code = source.replace(/^\s*\/\*\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
  return filledIn(code).split('\n');
}

function quotedIn(line: string): string[] {
  return (line.match(/'[^'\n]*'|"[^"\n]*"|`[^`\n]*`/g) ?? []).map((quoted) =>
    quoted.replace(/^['"`]|['"`]$/g, '').replace(/…+/g, '…'),
  );
}

/** Expressions in templates, from the inside out, become `…`. */
function filledIn(code: string): string {
  const next = code.replace(/\$\{[^{}]*\}/g, '…');
  return next === code ? code : filledIn(next);
}

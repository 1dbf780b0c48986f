import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Every text between quotes in the sources of these folders (comments left out), one a line; what a template fills in is `…`. */
export function sourceMessages(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .flatMap((entry) => messagesOf(readFileSync(join(entry.parentPath, entry.name), 'utf8'))),
  );
}

/** The quoted texts of a piece of TypeScript. Only lines count: no message of ours spans two. */
export function messagesOf(source: string): string[] {
  const code = source.replace(/^\s*\/\*\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
  return filledIn(code)
    .split('\n')
    .flatMap((line) => line.match(/'[^'\n]*'|"[^"\n]*"|`[^`\n]*`/g) ?? [])
    .map((quoted) => quoted.replace(/^['"`]|['"`]$/g, '').replace(/…+/g, '…'));
}

/** Expressions in templates, from the inside out, become `…`. */
function filledIn(code: string): string {
  const next = code.replace(/\$\{[^{}]*\}/g, '…');
  return next === code ? code : filledIn(next);
}

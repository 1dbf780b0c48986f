import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of this host's processes that mention a text. Linux only. */
export function processesOf(text: string): string[] {
  const found: string[] = [];
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (words.includes(text)) found.push(words);
    } catch {
      // gone meanwhile
    }
  }
  return found;
}

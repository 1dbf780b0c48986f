import { writeFile } from 'node:fs/promises';

/** Writes the file of tokens of a server whose one user of its own is an administrator (group system:masters). */
export async function writeTokens(file: string, administrator: string): Promise<void> {
  await writeFile(file, `${administrator},admin,1,"system:masters"\n`, { mode: 0o600 });
}

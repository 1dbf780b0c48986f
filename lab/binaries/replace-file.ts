import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';

/** Writes a file in one step: whoever reads it, also after this process was killed, finds the old text or the new one, never a part. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const half = `${path}.${randomUUID()}`;
  await writeFile(half, text);
  await rename(half, path);
}

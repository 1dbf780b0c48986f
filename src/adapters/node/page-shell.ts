import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './error-code.ts';

const FILE = 'page.html';

/** The shell of HTML pages: beside the bundle, or in dist/ where the program runs from source. Rejects where there is none. */
export async function pageShell(): Promise<string> {
  for (const folder of [import.meta.dirname, join(import.meta.dirname, '../../../dist')]) {
    try {
      return await readFile(join(folder, FILE), 'utf8');
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${FILE} is not beside the program`);
}

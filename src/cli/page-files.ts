import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../model/user-error.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { Outputs } from '../verbs/outputs.ts';
import type { Surroundings } from '../verbs/surroundings.ts';
import type { DocumentVerb, Invocation } from '../verbs/verb.ts';

/** Where the page of a run goes beside stdout. */
export interface PageFiles {
  /** That the user named. */
  asked?: string;
  /** For later steps of the job. */
  kept?: string;
}

/** The files, in folders that are there: a run is not begun whose page has no place. Throws UserError for such a file. */
export async function pageFilesOf(
  { verb, text }: Invocation<DocumentVerb>,
  { temporary }: Pick<Surroundings, 'temporary'>,
): Promise<PageFiles> {
  const asked = text('html');
  if (asked !== undefined) await makeFolder(asked);
  return {
    ...(asked === undefined ? {} : { asked: resolve(asked) }),
    ...(temporary === undefined || verb.keepsPage !== true ? {} : { kept: join(temporary, `cn2-fleet-${verb.name}.html`) }),
  };
}

async function makeFolder(file: string): Promise<void> {
  try {
    if (file === '') throw new Error('it has no name');
    await mkdir(dirname(resolve(file)), { recursive: true });
  } catch (error) {
    throw new UserError(`--html ${file} cannot be written: ${(error as Error).message}`, 'name a file in a folder of your own');
  }
}

/**
 * Writes them. What was done and found is said all the same where that fails: `failed` tells that a page which was asked for is missing,
 * `outputs` has those that are there.
 */
export async function writePages(
  { asked, kept }: PageFiles,
  page: () => Promise<string>,
  reporter: Reporter,
): Promise<{ failed: boolean; outputs: Outputs }> {
  const write = async (file: string | undefined) => {
    if (file === undefined) return false;
    try {
      await writeFile(file, await page());
      return true;
    } catch (error) {
      reporter.progress({ type: 'warning', text: `the page ${file} was not written: ${(error as Error).message}` });
      return false;
    }
  };
  const wrote = await write(asked);
  return { failed: asked !== undefined && !wrote, outputs: (await write(kept)) ? { 'page-path': kept! } : {} };
}

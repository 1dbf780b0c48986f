import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from './cli.ts';

interface Left {
  /** The folder of the declaration, with what was rendered and approved; the lab's clusters are as it says. */
  folder: string;
}

/** The note of this run of the end-to-end tests; undefined outside of one. */
function note(): string | undefined {
  const folder = process.env['CN2_FLEET_E2E'];
  return folder === undefined ? undefined : join(folder, 'left-lab.json');
}

/** Leaves the lab that is up, attached as the folder says, to the test files that come after this one. */
export function leave(folder: string): void {
  const path = note();
  if (path === undefined) throw new Error('a lab can only be left to a run of the end-to-end tests');
  writeFileSync(path, JSON.stringify({ folder } satisfies Left));
}

/** Takes over what was left, once: the folder of the declaration. */
export function takeLeft(): string | undefined {
  const path = note();
  if (path === undefined || !existsSync(path)) return undefined;
  const { folder } = JSON.parse(readFileSync(path, 'utf8')) as Left;
  rmSync(path);
  return folder;
}

/** Removes a lab that was left and not taken over, with its folder. */
export async function removeLeftLab(): Promise<void> {
  const folder = takeLeft();
  if (folder === undefined) return;
  await cli(folder, ['lab', 'down']);
  rmSync(folder, { recursive: true, force: true });
}

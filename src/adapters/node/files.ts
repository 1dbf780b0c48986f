import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Files } from '../../ports/files.ts';
import { errorCode } from './error-code.ts';

/** The real file system below `root`. */
export function nodeFiles(root: string): Files {
  return {
    async read(path) {
      try {
        return await readFile(join(root, path), 'utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    async list(folder) {
      const base = join(root, folder);
      try {
        const entries = await readdir(base, { recursive: true, withFileTypes: true });
        return entries
          .filter((entry) => entry.isFile() && !entry.name.startsWith(TEMPORARY))
          .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
          .sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },

    async change(write, remove) {
      const staged: { temporary: string; target: string }[] = [];
      try {
        // Everything is on disk before the first file changes its name: a full disk is met here, with nothing changed.
        for (const [path, text] of Object.entries(write)) {
          const target = join(root, path);
          await mkdir(dirname(target), { recursive: true });
          const temporary = join(dirname(target), `${TEMPORARY}${randomUUID()}`);
          staged.push({ temporary, target });
          const handle = await open(temporary, 'wx', 0o644);
          try {
            await handle.writeFile(text, 'utf8');
            await handle.sync();
          } finally {
            await handle.close();
          }
        }
      } catch (error) {
        await Promise.allSettled(staged.map(({ temporary }) => rm(temporary, { force: true })));
        for (const path of Object.keys(write)) await removeEmptyParents(root, dirname(path));
        throw withPath(error, staged.at(-1)?.target);
      }
      for (const { temporary, target } of staged) await rename(temporary, target);
      for (const path of remove) {
        await rm(join(root, path), { force: true });
        await removeEmptyParents(root, dirname(path));
      }
    },
  };
}

const TEMPORARY = '.cn2-fleet-';

/** A full disk is reported without a path: the file that was being written is what a person needs. */
function withPath(error: unknown, path: string | undefined): unknown {
  if (typeof error === 'object' && error !== null && !('path' in error) && path !== undefined) Object.assign(error, { path });
  return error;
}

function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** A folder that held only what was removed goes too; the first one that holds something else ends it. */
async function removeEmptyParents(root: string, folder: string): Promise<void> {
  for (let path = folder; path !== '.' && path !== '' && path !== '/'; path = dirname(path)) {
    try {
      await rmdir(join(root, path));
    } catch {
      return;
    }
  }
}

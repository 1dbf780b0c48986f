import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Files, FilesError } from '../../ports/files.ts';
import { errorCode } from './error-code.ts';
import { workTree } from './work-tree.ts';

/** The real file system, seen from `root`, the folder of the declaration. */
export function nodeFiles(root: string): Files {
  const tree = workTree(root);
  return {
    async read(path) {
      try {
        const bytes = await readFile(tree.own(path));
        if (isUtf8(bytes)) return bytes.toString('utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      throw new FilesError(`${path} is not UTF-8 text`, 'save it as UTF-8');
    },

    async list(folder) {
      return (await tree.files(folder)).filter((path) => !TEMPORARY_NAME.test(path));
    },

    survey: (path) => tree.survey(path),

    async change(write, remove) {
      // Nothing is written if one of the paths is outside the work tree.
      for (const path of [...Object.keys(write), ...remove]) tree.own(path);
      const staged: { temporary: string; path: string; target: string }[] = [];
      try {
        // Everything is on disk before the first file changes its name: a full disk is met here, with nothing changed.
        for (const [path, text] of Object.entries(write)) {
          const target = tree.own(path);
          await mkdir(dirname(target), { recursive: true });
          const temporary = join(dirname(target), `${TEMPORARY}${randomUUID()}`);
          staged.push({ temporary, path, target });
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
      for (const { temporary, path } of staged) await rename(temporary, tree.own(path));
      for (const path of remove) {
        await rm(tree.own(path), { force: true });
        await removeEmptyParents(root, dirname(path));
      }
    },
  };
}

const TEMPORARY = '.cn2-fleet-';
/** Of a run that was killed while it wrote. */
const TEMPORARY_NAME = /(?:^|\/)\.cn2-fleet-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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

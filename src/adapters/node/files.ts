import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Files, FilesError } from '../../ports/files.ts';
import { errorCode } from './error-code.ts';
import { type WorkTree, workTree } from './work-tree.ts';

/** The real file system, seen from `root`, the folder of the declaration. */
export function nodeFiles(root: string): Files {
  const tree = workTree(root);
  return {
    async read(path) {
      let bytes: Buffer;
      try {
        bytes = await readFile(tree.own(path));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      return textOf(bytes, path);
    },

    async list(folder) {
      return (await tree.files(folder)).filter((path) => !TEMPORARY_NAME.test(path));
    },

    async readAll(folder, wanted = () => true) {
      const texts: [string, string][] = [];
      for (const path of await tree.files(folder)) {
        if (TEMPORARY_NAME.test(path) || !wanted(path)) continue;
        const bytes = plainBytes(join(root, path));
        if (bytes !== undefined) texts.push([path, textOf(bytes, path)]);
      }
      return texts;
    },

    survey: (path) => tree.survey(path),
    spelling: (path) => tree.spelling(path),

    async change(write, remove) {
      const plain = new Set<string>();
      // Nothing is written if one of the paths is outside the work tree.
      for (const path of [...Object.keys(write), ...remove]) tree.own(path, plain);
      const staged = await stageAll(tree, root, Object.entries(write));
      const stillPlain = new Set<string>();
      for (const { temporary, path } of staged) renameSync(temporary, tree.own(path, stillPlain));
      for (const path of remove) {
        await rm(tree.own(path), { force: true });
        await removeEmptyParents(root, dirname(path));
      }
    },
  };
}

interface Staged {
  path: string;
  /** Absolute, beside the place where the file will be. */
  temporary: string;
}

/** Files that are on their way to the disk at a time: each waits for it. */
const LANES = 16;

/**
 * Writes everything beside its place. Everything is on disk before the first file changes its name: a full disk is met here, with
 * nothing changed and nothing left behind.
 */
async function stageAll(tree: WorkTree, root: string, write: readonly [path: string, text: string][]): Promise<Staged[]> {
  const plain = new Set<string>();
  const staged: Staged[] = [];
  const left = write.values();
  let failure: { error: unknown } | undefined;
  const lane = async () => {
    for (const [path, text] of left) {
      if (failure !== undefined) return;
      let target = path;
      try {
        target = tree.own(path, plain);
        mkdirSync(dirname(target), { recursive: true });
        const temporary = join(dirname(target), `${TEMPORARY}${randomUUID()}`);
        staged.push({ temporary, path });
        await writeFile(temporary, text, { flag: 'wx', mode: 0o644, flush: true });
      } catch (error) {
        failure ??= { error: withPath(error, target) };
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (failure === undefined) return staged;
  await Promise.allSettled(staged.map(({ temporary }) => rm(temporary, { force: true })));
  for (const [path] of write) await removeEmptyParents(root, dirname(path));
  throw failure.error;
}

/** Undefined where the file is gone; a link that has come in its place is an error. */
function plainBytes(absolute: string): Buffer | undefined {
  let file: number | undefined;
  try {
    // Small files, one after the other: waiting for a thread costs more than reading one. The flag is not known everywhere.
    file = openSync(absolute, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    return readFileSync(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function textOf(bytes: Buffer, path: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new FilesError(`${path} is not UTF-8 text`, 'save it as UTF-8');
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

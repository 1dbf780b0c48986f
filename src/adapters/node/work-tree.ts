import { lstatSync, type Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { Oddity, PathFacts } from '../../model/path-facts.ts';
import { FilesError } from '../../ports/files.ts';
import { errorCode } from './error-code.ts';

/** Far above what any release or fleet has: a folder that holds more is not the one that was meant. */
const MOST_ENTRIES = 50_000;
const MOST_LEVELS = 32;
/** The most odd entries that are named; these suffice to recognize a folder full of links. */
const MOST_ODDITIES = 100;

/** A folder whose files may be used, seen from the declaration's folder. */
export interface WorkTree {
  survey(path: string): Promise<PathFacts>;
  /** A path as `files` writes it, whatever is there. */
  spelling(path: string): string;
  /** The plain files below a folder, relative to the declaration's folder, sorted. Throws FilesError as `own` does. */
  files(folder: string): Promise<string[]>;
  /**
   * The absolute path of what may be read or written there. Throws FilesError where it is none of the work tree. `plain`: folders that
   * were seen to be plain a moment ago, which are not looked at again; filled by each call.
   */
  own(path: string, plain?: Set<string>): string;
}

/**
 * The work tree that holds a folder: that of the nearest git repository around it, by the names of folders and never through a link
 * that lies in a repository; without one the folder itself. Looks at `.git` alone: there may be no git on this host.
 */
export function workTree(root: string): WorkTree {
  const top = topOf(root);
  const inRepository = top !== undefined;
  const ground = top ?? root;
  const shown = (absolute: string) => relative(root, absolute).split(sep).join('/') || '.';

  /** The first thing on the way that is not a plain file or folder. */
  function odd(absolute: string, plain?: Set<string>): Oddity | undefined {
    let path = ground;
    for (const part of relative(ground, absolute).split(sep)) {
      if (part === '') continue;
      path += path.endsWith(sep) ? part : sep + part;
      if (plain?.has(path)) continue;
      // What git keeps for itself is in no commit.
      if (part.toLowerCase() === '.git') return { path: shown(path), kind: 'repository' };
      const found = lstat(path);
      if (found === undefined) return undefined;
      const kind = found.isSymbolicLink() ? 'link' : found.isDirectory() || found.isFile() ? undefined : 'special';
      if (kind !== undefined) return { path: shown(path), kind };
      if (!found.isDirectory()) continue;
      if (lstat(join(path, '.git')) !== undefined) return { path: shown(path), kind: 'repository' };
      plain?.add(path);
    }
    return undefined;
  }

  function own(path: string, plain?: Set<string>): string {
    const absolute = join(root, path);
    const way = relative(ground, absolute);
    const oddity = isOutside(way) ? undefined : odd(absolute, plain);
    if (isOutside(way)) {
      throw new FilesError(
        `${path} leads out of ${inRepository ? 'the repository' : 'the folder of the declaration'}`,
        'name a path inside it: files elsewhere are not merged',
      );
    }
    if (oddity !== undefined) throw refusal(oddity);
    return absolute;
  }

  return {
    own,

    spelling: (path) => shown(join(root, path)),

    async survey(path) {
      const absolute = join(root, path);
      if (isOutside(relative(ground, absolute))) return { outside: true, inRepository, oddities: [] };
      const oddity = odd(absolute);
      const oddities = oddity === undefined ? (await walk(absolute, ground, shown)).oddities : [oddity];
      return { outside: false, inRepository, oddities };
    },

    async files(folder) {
      const { files, oddities } = await walk(own(folder), ground, shown);
      const crowd = oddities.find(({ kind }) => kind === 'crowd');
      if (crowd !== undefined) throw refusal(crowd);
      return files;
    },
  };
}

/** The plain files below a folder, and what is neither file nor folder; breadth and depth are bounded. */
async function walk(
  folder: string,
  ground: string,
  shown: (absolute: string) => string,
): Promise<{ files: string[]; oddities: Oddity[] }> {
  const files: string[] = [];
  const oddities: Oddity[] = [];
  const open = [{ path: folder, level: 0 }];
  let entries = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await entriesOf(next.path)) {
      const path = join(next.path, entry.name);
      entries += 1;
      if (oddities.length === MOST_ODDITIES) break;
      if (entries > MOST_ENTRIES || next.level > MOST_LEVELS)
        return { files, oddities: [{ path: shown(folder), kind: 'crowd' }] };
      if (isNameless(path)) oddities.push({ path: shown(path), kind: 'nameless' });
      else if (entry.name.toLowerCase() === '.git') {
        if (next.path !== ground) oddities.push({ path: shown(next.path), kind: 'repository' });
      } else if (entry.isSymbolicLink()) oddities.push({ path: shown(path), kind: 'link' });
      else if (entry.isDirectory()) open.push({ path, level: next.level + 1 });
      else if (entry.isFile()) files.push(shown(path));
      else oddities.push({ path: shown(path), kind: 'special' });
    }
  }
  return { files: files.sort(), oddities: oddities.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Whether the name of what was just listed was not UTF-8: what could not be decoded has another name now, under which nothing is. */
function isNameless(path: string): boolean {
  return path.includes('\ufffd') && lstat(path) === undefined;
}

/** From the outermost folder inwards: a link in a repository leads nowhere, so what is behind it can be no top. */
function topOf(root: string): string | undefined {
  const folders = [root];
  for (let path = root; dirname(path) !== path; path = dirname(path)) folders.unshift(dirname(path));
  let top: string | undefined;
  for (const folder of folders) {
    if (top !== undefined && lstat(folder)?.isSymbolicLink() === true) return top;
    if (isRepository(folder)) top = folder;
  }
  return top;
}

/** A linked worktree has a file `.git`, others a folder with a HEAD: git ignores an empty folder of that name. */
function isRepository(folder: string): boolean {
  const found = lstat(join(folder, '.git'));
  return found !== undefined && (!found.isDirectory() || lstat(join(folder, '.git', 'HEAD')) !== undefined);
}

/** Of the path itself, never of what it links to; undefined where there is nothing, or nothing that may be seen. */
function lstat(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isNothing(error) || errorCode(error) === 'EACCES') return undefined;
    throw error;
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isNothing(error)) return [];
    throw error;
  }
}

function isNothing(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

function isOutside(way: string): boolean {
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function refusal({ path, kind }: Oddity): FilesError {
  const sentence = {
    link: `${path} is a symbolic link, which is not followed`,
    special: `${path} is neither a file nor a folder`,
    repository: `${path} is a repository of its own`,
    nameless: `${path} has a name that is not UTF-8`,
    crowd: `${path} holds more than ${MOST_ENTRIES} entries, or more than ${MOST_LEVELS} levels of folders`,
  }[kind];
  return new FilesError(sentence, 'put the files themselves there: files elsewhere are not merged');
}

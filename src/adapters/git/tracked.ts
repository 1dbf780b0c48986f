import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, parse, relative, sep } from 'node:path';
import { type Environment, runGit } from './run-git.ts';

/**
 * Whether whoever may push a branch decides what stands at a path (absolute): a commit holds the file, or a link below the work tree
 * leads to it. Where git cannot say, everything below the workspace of the job counts (without one: below `folder`).
 */
export async function isTracked(folder: string, environment: Environment, path: string): Promise<boolean> {
  const workspace = await realpath(environment['GITHUB_WORKSPACE'] || folder).catch(() => folder);
  const { real, links } = await followed(path);
  if (real === undefined || links.some((link) => isBelow(link, workspace))) return true;
  // Asked where the file is: it may belong to a submodule, or to another checkout. Its name is not a pattern.
  const args = ['--literal-pathspecs', 'ls-files', '--error-unmatch', '--', parse(real).base];
  const { exitCode, stderr } = await runGit(dirname(real), withoutPlaces(environment), args).catch(() => ({
    exitCode: 128,
    stderr: '',
  }));
  if (exitCode === 0) return true;
  return /did not match any file/.test(stderr) ? false : isBelow(real, workspace);
}

/** Variables that lead git to another repository, index or folder than those around a file (git, "Environment Variables"). */
const PLACES =
  /^GIT_(DIR|COMMON_DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|CEILING_DIRECTORIES|(GLOB|NOGLOB|LITERAL|ICASE)_PATHSPECS)$/i;

function withoutPlaces(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !PLACES.test(name)));
}

/** Where a path really leads (undefined: nowhere), and every link on the way, each by the place where it stands. */
async function followed(path: string): Promise<{ real?: string; links: string[] }> {
  const links: string[] = [];
  const { root } = parse(path);
  let place = root;
  try {
    for (const part of relative(root, path).split(sep)) {
      if (part === '') continue;
      const next = join(place, part);
      const isLink = (await lstat(next)).isSymbolicLink();
      if (isLink) links.push(next);
      place = isLink ? await realpath(next) : next;
    }
    // Once more: names as the file system spells them.
    return { real: await realpath(place), links };
  } catch {
    return { links };
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && parse(way).root === '';
}

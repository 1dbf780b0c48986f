import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Installation } from '../../model/installation.ts';
import { present } from '../../model/present.ts';
import { gitRepository } from './repository.ts';
import { type Environment, runGit } from './run-git.ts';

/** Written while a package is made, as that has no history. */
const PACKED = 'commit.txt';

/** The folder of this program: above dist/ where the bundle runs, above src/ from source. */
export function programFolder(): string {
  const folders = [join(import.meta.dirname, '..'), join(import.meta.dirname, '../../..')];
  return folders.find((folder) => existsSync(join(folder, 'action.yml'))) ?? folders[0]!;
}

/** The commit of a program's folder: what a package says of it, or git where the folder is the top of a clone; undefined: not known. */
export async function commitOf(folder: string, environment: Environment): Promise<string | undefined> {
  const packed = await readFile(join(folder, PACKED), 'utf8').catch(() => undefined);
  if (packed !== undefined) return packed.trim();
  try {
    const { exitCode, stdout } = await runGit(folder, environment, ['rev-parse', '--show-prefix', 'HEAD']);
    const [prefix, commit] = stdout.split('\n');
    return exitCode === 0 && prefix === '' ? commit : undefined;
  } catch {
    return undefined; // no git on this host
  }
}

/**
 * Where a folder of this program comes from, when it is the top of a clone whose commit the remote `origin` has; undefined else: a
 * package in somebody's repository, an archive, a commit that was not pushed.
 */
export async function installationOf(folder: string, environment: Environment): Promise<Installation | undefined> {
  const asked = async (...args: string[]) => {
    const result = await runGit(folder, environment, args);
    return result.exitCode === 0 ? result.stdout.trim() : undefined;
  };
  try {
    if ((await asked('rev-parse', '--show-prefix')) !== '') return undefined;
    const commit = await asked('rev-parse', '--verify', 'HEAD^{commit}');
    const remote = await gitRepository(folder, environment).remote();
    if (commit === undefined || remote === undefined) return undefined;
    const release = await asked('describe', '--tags', '--exact-match', '--match', 'v[0-9]*.[0-9]*.[0-9]*', 'HEAD');
    // Only a tag that the clone knows from its remote counts, as for branches.
    const pushed = release ?? (await asked('for-each-ref', '--count=1', '--contains', commit, 'refs/remotes/origin'));
    if (!pushed) return undefined;
    return { ...remote, commit, ...present({ release }) };
  } catch {
    return undefined; // no git on this host: nothing is known
  }
}

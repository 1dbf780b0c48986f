import type { Repository } from '../../ports/repository.ts';
import { remoteAddress } from './remote-address.ts';
import { type Environment, gitFailure, runGit } from './run-git.ts';
import { isTracked } from './tracked.ts';

/** The git repository that a folder (of the declaration) is in, asked through the git of this host. */
export function gitRepository(folder: string, environment: Environment): Repository {
  async function git(...args: string[]): Promise<string> {
    const result = await runGit(folder, environment, args);
    if (result.exitCode !== 0) throw gitFailure(folder, result);
    return result.stdout;
  }

  return {
    async head() {
      return (await git('rev-parse', '--verify', 'HEAD^{commit}')).trim();
    },

    async prefix() {
      return (await git('rev-parse', '--show-prefix')).replace(/\n$/, '');
    },

    async uncommitted(paths) {
      if (paths.length === 0) return [];
      const status = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--', ...paths];
      // Each entry: two letters, a space, the path from the top; nothing is quoted. Names are no patterns.
      const entries = (await git('--literal-pathspecs', ...status)).split('\0').filter((entry) => entry !== '');
      return entries.map((entry) => entry.slice(3)).sort();
    },

    isTracked: (path) => isTracked(folder, environment, path),

    async remote() {
      const result = await runGit(folder, environment, ['remote', 'get-url', 'origin']);
      if (result.exitCode === 0) return remoteAddress(result.stdout.trim());
      if (/no such remote/i.test(result.stderr)) return undefined;
      throw gitFailure(folder, result);
    },
  };
}

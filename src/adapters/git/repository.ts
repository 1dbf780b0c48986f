import type { Repository } from '../../ports/repository.ts';
import { likelyDefault } from './likely-default.ts';
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

  /** What ls-tree -z lists: mode, type, name and path of each entry; nothing is quoted. Names are not patterns. */
  async function entries(...args: string[]): Promise<{ mode: string; sha: string; path: string }[]> {
    const lines = (await git('--literal-pathspecs', ...args)).split('\0').filter((line) => line !== '');
    return lines.map((line) => {
      const [, mode = '', sha = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return { mode, sha, path };
    });
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
      // Each entry: two letters, a space, the path from the top; nothing is quoted. Names are not patterns.
      const entries = (await git('--literal-pathspecs', ...status)).split('\0').filter((entry) => entry !== '');
      return entries.map((entry) => entry.slice(3)).sort();
    },

    async treeOf(path) {
      // Through the listing: an expression like HEAD:path gives a path's own characters a meaning.
      if (path === '') return (await git('rev-parse', '--verify', 'HEAD^{tree}')).trim();
      return (await entries('ls-tree', '-z', '--full-tree', 'HEAD', '--', path))[0]?.sha;
    },

    async changedAt(path) {
      const asked = ['log', '-1', '--first-parent', '--format=%ct %P', 'HEAD', '--', path];
      const [at = '', ...parents] = (await git('--literal-pathspecs', ...asked)).trim().split(' ');
      if (at === '') return undefined;
      // The oldest commit of a shallow clone seems to have created every file.
      if (parents.length === 0 && (await git('rev-parse', '--is-shallow-repository')).trim() === 'true') return undefined;
      return Number(at) * 1000;
    },

    async blobs(paths) {
      if (paths.length === 0) return new Map();
      const files = await entries('ls-tree', '-r', '-z', '--full-tree', 'HEAD', '--', ...paths);
      return new Map(files.filter(({ mode }) => mode.startsWith('100')).map(({ path, sha }) => [path, sha]));
    },

    defaultBranch: () => likelyDefault(folder, environment),
    isTracked: (path) => isTracked(folder, environment, path),

    remote: () => originOf(folder, environment),
  };
}

async function originOf(folder: string, environment: Environment): Promise<ReturnType<typeof remoteAddress>> {
  const result = await runGit(folder, environment, ['remote', 'get-url', 'origin']);
  if (result.exitCode === 0) return remoteAddress(result.stdout.trim());
  if (/no such remote/i.test(result.stderr)) return undefined;
  throw gitFailure(folder, result);
}

import { posix } from 'node:path';
import type { Oddity } from '../../model/path-facts.ts';
import { type Files, FilesError } from '../../ports/files.ts';
import { RepositoryError } from '../../ports/repository.ts';
import { type Environment, gitFailure, runGit } from './run-git.ts';

interface Entry {
  mode: string;
  sha: string;
}

/**
 * The files of another commit than the one that is checked out, seen from a folder (of the declaration), which need not be in it: they are
 * only read. Throws RepositoryError where the repository lacks it.
 */
export async function commitFiles(
  folder: string,
  environment: Environment,
  ref: string,
): Promise<{ commit: string; files: Files }> {
  const git = async (...args: string[]) => {
    const result = await runGit(folder, environment, args);
    if (result.exitCode !== 0) throw gitFailure(folder, result);
    return result.stdout;
  };
  const prefix = (await git('rev-parse', '--show-prefix')).replace(/\n$/, '');
  const found = await runGit(folder, environment, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (found.exitCode !== 0)
    throw new RepositoryError(
      `the repository has no commit ${ref}`,
      'fetch it first (git fetch origin); in a workflow let actions/checkout fetch all of it with fetch-depth: 0',
    );
  const commit = found.stdout.trim();
  const entries = new Map<string, Entry>();
  for (const line of (await git('ls-tree', '-r', '-z', '--full-tree', commit)).split('\0')) {
    const [, mode, sha, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (mode !== undefined && sha !== undefined && path !== undefined) entries.set(path, { mode, sha });
  }
  return { commit, files: filesOf(entries, prefix, (sha) => git('cat-file', 'blob', sha)) };
}

function filesOf(entries: ReadonlyMap<string, Entry>, prefix: string, blob: (sha: string) => Promise<string>): Files {
  const fromTop = (path: string) => posix.join(prefix, path);
  const own = (path: string) => {
    const place = fromTop(path);
    if (place.startsWith('..')) throw new FilesError(`${path} leads out of the repository`, 'name a path of the repository');
    return place.replace(/\/$/, '');
  };
  const isPlain = ({ mode }: Entry) => mode.startsWith('100');
  const under = (path: string) => {
    const place = own(path);
    return [...entries].filter(([name]) => place === '.' || name.startsWith(`${place}/`));
  };
  // As the declaration's folder calls them, however the folder was written.
  const seen = (name: string) => posix.relative(prefix === '' ? '.' : prefix, name);
  const files: Files = {
    async read(path) {
      const entry = entries.get(own(path));
      return entry === undefined || !isPlain(entry) ? undefined : blob(entry.sha);
    },
    list: async (path) =>
      under(path)
        .flatMap(([name, entry]) => (isPlain(entry) ? [seen(name)] : []))
        .sort(),
    async readAll(path, wanted = () => true) {
      const texts: [string, string][] = [];
      for (const name of await files.list(path)) if (wanted(name)) texts.push([name, (await files.read(name)) ?? '']);
      return texts;
    },
    async survey(path) {
      if (fromTop(path).startsWith('..')) return { outside: true, inRepository: true, oddities: [] };
      const place = own(path);
      const onTheWay = place.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'));
      const concerned = [
        ...onTheWay.flatMap((name) => (entries.has(name) ? [[name, entries.get(name)!] as const] : [])),
        ...under(path),
      ];
      const oddities = concerned.flatMap(([name, { mode }]): Oddity[] => {
        if (mode.startsWith('100')) return [];
        return [{ path: seen(name), kind: mode === '120000' ? 'link' : 'repository' }];
      });
      return { outside: false, inRepository: true, oddities };
    },
    spelling: (path) => posix.relative('/a/b/c', posix.join('/a/b/c', path)) || '.',
    async change() {
      throw new Error('files of a commit are only read');
    },
  };
  return files;
}

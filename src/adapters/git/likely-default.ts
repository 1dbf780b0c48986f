import { type Environment, runGit } from './run-git.ts';

/** The default branch as far as a clone can say: what the remote calls its head, else what is usual; undefined: it cannot say. */
export async function likelyDefault(folder: string, environment: Environment): Promise<string | undefined> {
  const asked = async (...args: string[]) => {
    const result = await runGit(folder, environment, args);
    return result.exitCode === 0 ? result.stdout.trim() : '';
  };
  const listed = async (refs: string) =>
    (await asked('for-each-ref', `--format=%(refname:lstrip=${refs.split('/').length})`, refs)).split('\n');
  const remote = (await listed('refs/remotes/origin')).filter((name) => name !== 'HEAD');
  const head = (await asked('symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD')).replace('refs/remotes/origin/', '');
  // A head that has been renamed since points to nothing.
  if (head !== '' && remote.includes(head)) return head;
  // A branch without a commit is not among those that git lists.
  const current = await asked('symbolic-ref', '--quiet', '--short', 'HEAD');
  const branches = new Set([...(await listed('refs/heads')), ...remote, current].filter((name) => name !== ''));
  const first = await asked('config', '--get', 'init.defaultBranch');
  const known = [first, 'main', 'master'].find((name) => branches.has(name));
  return known ?? (branches.size === 1 ? [...branches][0] : undefined);
}

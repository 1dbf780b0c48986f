import type { Git } from './run.ts';

/** The tree of a merge of two commits; undefined where they conflict (or have nothing in common). */
export async function mergedTree(git: Git, base: string, head: string): Promise<string | undefined> {
  const result = await git.attempt(['merge-tree', '--write-tree', base, head]);
  return result.exitCode === 0 ? result.stdout.toString('utf8').split('\n', 1)[0] : undefined;
}

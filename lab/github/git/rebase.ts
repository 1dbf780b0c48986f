import { readCommits, type Signature } from './commits.ts';
import { mergedTree } from './merge.ts';
import type { Git } from './run.ts';
import { writeCommit } from './write-commit.ts';

/**
 * What GitHub's “Rebase and merge” makes of the commits that `head` has and `base` has not: each put onto the base again, with its
 * author and message and `committer`, unsigned; merges are left out, and so is what changes nothing there. Gives the last one.
 * Undefined where one conflicts, and where the files would be others than those of a merge: GitHub calls that unsafe
 * (docs.github.com, “About merge methods on GitHub”). No ref is touched.
 */
export async function rebased(git: Git, base: string, head: string, committer: Signature): Promise<string | undefined> {
  const wanted = await mergedTree(git, base, head);
  const list = await git.run(['rev-list', '--reverse', '--topo-order', '--no-merges', `${base}..${head}`]);
  let onto = base;
  let tree = await git.run(['rev-parse', `${base}^{tree}`]);
  for (const commit of await readCommits(git, list === '' ? [] : list.split('\n'))) {
    const next = await replayedTree(git, tree, commit, committer);
    if (next === undefined) return undefined;
    if (next === tree) continue;
    const { author, message } = commit;
    onto = await writeCommit(git, { tree: next, parents: [onto], message, author, committer });
    tree = next;
  }
  return tree === wanted ? onto : undefined;
}

/** The files after a commit's change is made to a tree: a three-way merge with the files of its parent as what both come from. */
async function replayedTree(
  git: Git,
  onto: string,
  commit: { tree: string; parents: string[] },
  who: Signature,
): Promise<string | undefined> {
  const [parent] = commit.parents;
  const alone = (tree: string, parents: string[]) =>
    writeCommit(git, { tree, parents, message: '', author: who, committer: who });
  // git tells a merge what to compare with by the history alone: so it gets one.
  const before = await alone(await git.run(parent === undefined ? ['mktree'] : ['rev-parse', `${parent}^{tree}`]), []);
  const [here, there] = [await alone(onto, [before]), await alone(commit.tree, [before])];
  return here === there ? onto : mergedTree(git, here, there);
}

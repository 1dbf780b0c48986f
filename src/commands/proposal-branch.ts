import { canonicalJson, sha256 } from '../declare/digest.ts';
import type { BranchCommit, Comparison } from '../ports/forge.ts';

/** The line of a commit message by which cn2-fleet knows its own commits, and what they hold. */
const TRAILER = /^Cn2-Fleet-Content: (sha256:[0-9a-f]{64})$/m;

/** The line that says what our commit had in the rendered folder: one that is amended keeps its message. */
const TREE = /^Cn2-Fleet-Tree: ([0-9a-f]+)$/m;

/** The branch of a fleet's proposal. */
export function proposalBranch(fleet: string): string {
  return `cn2-fleet/${fleet}`;
}

/**
 * Digest of what a proposal holds: the files below the rendered folder, and what that folder is on the base, since a base that
 * has changed there needs a new merge.
 */
export function proposalContent(files: Readonly<Record<string, string>>, baseTree: string | undefined): string {
  return sha256(canonicalJson({ baseTree: baseTree ?? null, files: { ...files } }));
}

/** The message of a proposal's commit. */
export function commitMessage(title: string, content: string): string {
  return `${title}\n\nManifests and the plan that merging approves, as cn2-fleet rendered them.\n\nCn2-Fleet-Content: ${content}\n`;
}

/** The last line of that message. */
export function treeLine(tree: string): string {
  return `Cn2-Fleet-Tree: ${tree}`;
}

/** The content of the newest commit of ours on the branch; undefined where there is none. */
export function contentOf(commits: readonly BranchCommit[]): string | undefined {
  return ownCommits(commits).at(-1)?.content;
}

/** Our commits, oldest first. */
export function ownCommits(commits: readonly BranchCommit[]): { sha: string; content: string; tree?: string }[] {
  return commits.flatMap(({ sha, message }) => {
    const content = TRAILER.exec(message)?.[1];
    const tree = TREE.exec(message)?.[1];
    return content === undefined ? [] : [{ sha, content, ...(tree === undefined ? {} : { tree }) }];
  });
}

/** Commits of people: neither ours nor merges of the base, which GitHub's "Update branch" makes. */
export function foreignCommits(commits: readonly BranchCommit[]): BranchCommit[] {
  return commits.filter(({ message, parents }) => !TRAILER.test(message) && parents.length < 2);
}

/**
 * Whether merging the branch may give something else than what our newest commit on it holds: the base was merged into it since then,
 * and has moved on. What came with that merge and was taken back on the base is no change of the branch any more.
 */
export function needsMerge({ status, commits }: Comparison): boolean {
  if (status !== 'diverged') return false;
  const own = ownCommits(commits).at(-1);
  const since = commits.slice(commits.findIndex(({ sha }) => sha === own?.sha) + 1);
  return since.some(({ parents }) => parents.length > 1);
}

/**
 * Parents of the next commit. The branch only ever moves forward, so that a commit which somebody adds meanwhile makes the move
 * fail instead of being lost.
 */
export function nextParents(branchHead: string | undefined, baseHead: string, standing: Comparison['status']): string[] {
  if (branchHead === undefined || standing === 'behind' || standing === 'identical') return [baseHead];
  return standing === 'ahead' ? [branchHead] : [branchHead, baseHead];
}

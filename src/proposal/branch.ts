import { canonicalJson, sha256 } from '../declare/digest.ts';

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

/** What a message of ours says that its commit has as the rendered folder; undefined for the message of somebody else. */
export function treeOfMessage(message: string): string | undefined {
  return TRAILER.test(message) ? TREE.exec(message)?.[1] : undefined;
}

/** The message of a merge that brings a proposal's branch up to date with its base, as GitHub's “Update branch” words it. */
export function mergeMessage(base: string, branch: string): string {
  return `Merge branch '${base}' into ${branch}\n`;
}

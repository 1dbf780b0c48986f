import { sha256 } from '../declare/digest.ts';
import type { Attention } from '../model/attention.ts';
import type { Marker } from '../model/forge.ts';
import { present } from '../model/present.ts';
import type { ProposalResult } from '../model/propose.ts';
import { UserError } from '../model/user-error.ts';
import type { BranchCommit, Forge } from '../ports/forge.ts';
import type { ProposalBase } from './proposal.ts';

/** A pull request that changes the declaration, as it should be. */
export interface AdoptionWanted {
  fleet: string;
  /** The cluster, where it is about one. */
  cluster?: string;
  base: ProposalBase;
  title: string;
  body: string;
  footer?: string;
  attention?: Attention;
  /** Path from the top of the repository → text. */
  write: Record<string, string>;
}

/** The line of a commit message by which our commits are known. */
const TRAILER = /^Cn2-Fleet-Adoption: sha256:[0-9a-f]{64}$/m;

/** The branch of a fleet's adoptions; of one cluster its own, so that one does not take the place of another. */
export function adoptionBranch(fleet: string, cluster?: string): string {
  return `cn2-fleet-adopt/${cluster === undefined ? fleet : `${fleet}.${cluster}`}`;
}

/**
 * Keeps the pull request: one commit on the base, made through the forge. The same content again writes nothing. Throws UserError for
 * a branch to which somebody else has committed, ForgeError (moved) where it moves in the meantime: nothing is overwritten then.
 */
export async function keepAdoption(forge: Forge, wanted: AdoptionWanted): Promise<ProposalResult> {
  const { fleet, cluster, base, title, body, footer, write } = wanted;
  const attention = wanted.attention && { ...wanted.attention, reviewers: [], teamReviewers: [], draft: false };
  const branch = adoptionBranch(fleet, cluster);
  const marker: Marker = { kind: 'adoption', fleet, ...present({ subject: cluster }) };
  // Asked before anything is written: a token that sees no pull requests would leave a branch without one.
  await forge.openPullRequest(branch, base.name);
  const head = await pushed(forge, branch, wanted);
  const ensured = await forge.ensurePullRequest({
    marker,
    branch,
    base: base.name,
    title,
    body,
    ...present({ footer, attention }),
  });
  const operation = ensured.operation === 'unchanged' && head.isNew ? 'updated' : ensured.operation;
  return {
    operation: operation === 'outdated' ? 'unchanged' : operation,
    branch,
    number: ensured.id,
    url: ensured.url,
    headSha: head.sha,
    title,
  };

  async function pushed(on: Forge, name: string, { base: { sha } }: AdoptionWanted): Promise<{ sha: string; isNew: boolean }> {
    const before = await on.branchHead(name);
    const tree = await on.treeWith(sha, { write, remove: [] });
    if (before !== undefined) {
      const { mergeBase, commits } = await on.history(sha, before);
      if (mergeBase === sha && commits.find((commit) => commit.sha === before)?.tree === tree)
        return { sha: before, isNew: false };
      const me = await on.whoami();
      const foreign = commits.findLast((commit) => !isOurs(commit, me));
      if (foreign !== undefined) throw foreignError(name, foreign);
    }
    const message = `${title}\n\nWhat is live, as cn2-fleet drift --adopt has written it.\n\nCn2-Fleet-Adoption: ${sha256(tree)}\n`;
    const commit = await on.commit({ parents: [sha], message, write, remove: [] });
    if (before === undefined) {
      await on.advanceBranch(name, commit, null);
      return { sha: commit, isNew: true };
    }
    if (await on.replaceBranch(name, before, commit)) return { sha: commit, isNew: true };
    const later = await on.commit({ parents: [before], filesOf: sha, message, write, remove: [] });
    await on.advanceBranch(name, later, before);
    return { sha: later, isNew: true };
  }
}

/** Made by the account of this run, with our message. */
function isOurs({ message, author, account }: BranchCommit, me: string): boolean {
  return TRAILER.test(message) && (author === me || account === 'bot');
}

function foreignError(branch: string, { sha, author }: BranchCommit): UserError {
  return new UserError(
    `branch ${branch} has a commit of ${author} (${sha.slice(0, 7)}): what drifted is not adopted over it`,
    `merge or close its pull request, delete the branch (git push origin --delete ${branch}), then adopt again`,
  );
}

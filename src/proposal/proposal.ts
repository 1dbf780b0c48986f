import type { ReviewAttention } from '../model/attention.ts';
import type { Marker } from '../model/forge.ts';
import type { ProposalOperation } from '../model/propose.ts';
import type { NewCommit, PullRequest } from '../ports/forge.ts';

/** What is written to GitHub for a proposal, decided before anything is: plain data, which can be carried out or printed. */
export type Proposal = NoProposal | OpenProposal | CloseProposal;

/** Nothing is written; the operation says why. */
export interface NoProposal {
  kind: 'nothing';
  operation: Extract<ProposalOperation, 'none' | 'approved' | 'outdated' | 'refused'>;
  branch: string;
}

/** One open pull request from the branch, with this text. */
export interface OpenProposal {
  kind: 'open';
  fleet: string;
  branch: string;
  base: ProposalBase;
  /** The head that the branch was seen with; absent: there is no such branch. */
  head?: string;
  /** What brings the branch to what it should hold; absent: it does already. */
  push?: Push;
  /** The pull request that was open when the branch was seen. */
  open?: PullRequest;
  title: string;
  /** Markdown. */
  body: string;
  /** Markdown below the body that is not a reason to write again. */
  footer?: string;
  attention?: ReviewAttention;
}

/** The open pull request is closed with a comment. */
export interface CloseProposal {
  kind: 'close';
  branch: string;
  open: PullRequest;
  comment: { marker: Marker; body: string };
  /** The head with which the branch goes; absent: it is gone, or has commits of people, who may want them. */
  remove?: string;
}

/** What a proposal is made on and merged into. */
export interface ProposalBase {
  /** The branch. */
  name: string;
  sha: string;
  /** The rendered folder, from the top of the repository. */
  folder: string;
}

/** How a branch comes to hold what it should, from the head that it was seen with. */
export interface Push {
  /** What our commit holds, whatever it is made on. */
  commit: Omit<NewCommit, 'parents'>;
  /**
   * begin: a commit on the base, for a branch that is not there or has nothing of its own. replace: the same instead of what the branch has,
   * for commits that were squashed or rebased into the base are in the way of the next rebase; where that cannot be, as extend. extend: a
   * commit on what the branch has, which only moves forward.
   */
  how: 'begin' | 'replace' | 'extend';
  /** Made before a commit that extends a branch: it brings in what the branch lacks of the base, and leaves the folder as it is. */
  merge?: NewCommit;
}

import type { AttentionGiven, ReviewAttention } from './attention.ts';
import type { Finding } from './finding.ts';
import type { Plan } from './plan.ts';

/**
 * created, updated, unchanged: the open pull request. closed: nothing was left to do. none: nothing to do, and none open.
 * approved: what is to be done has been approved already. outdated: the default branch has moved on. refused: the plan may not be
 * proposed.
 */
export type ProposalOperation = 'created' | 'updated' | 'unchanged' | 'closed' | 'none' | 'approved' | 'outdated' | 'refused';

/** What `propose` did to the pull request of the fleet, or with `--dry-run` would do. */
export interface ProposalResult {
  operation: ProposalOperation;
  branch: string;
  number?: number;
  url?: string;
  /** Head of the branch. */
  headSha?: string;
  title?: string;
  /** What of the wished labels and people the pull request has; absent: none were wished. */
  attention?: AttentionGiven;
  /** Nothing was written: the rest says what would be. */
  dryRun?: true;
  /** Of a dry run: what would be written to GitHub; absent where nothing would be. */
  writes?: ProposalWrites;
}

/** What a dry run finds would be written to GitHub. */
export interface ProposalWrites {
  /** The branch that the pull request is to be merged into. */
  base: string;
  /** What becomes of the branch of the proposal. replaced: it gets other commits instead of those that it has. */
  branch: 'created' | 'advanced' | 'replaced' | 'removed' | 'unchanged';
  /** What the branch gets, in their order. */
  commits: ProposalCommit[];
  /** Title and text of the pull request; absent where they stay, and where it is closed. */
  pullRequest?: { title: string; body: string; attention?: ReviewAttention };
  /** Markdown of the comment with which it is closed. */
  comment?: string;
}

/** A commit that a dry run would make. */
export interface ProposalCommit {
  message: string;
  /** Absent: the commit before it. */
  parents?: string[];
  /** Paths from the top of the repository. */
  write: string[];
  remove: string[];
}

/** What `propose --format json` prints: the plan, and what became of it. */
export interface ProposeDocument extends Plan {
  findings: Finding[];
  proposal: ProposalResult;
}

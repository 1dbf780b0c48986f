import type { Finding } from './finding.ts';
import type { Plan } from './plan.ts';

/** What `propose` did to the pull request of the fleet. */
export interface ProposalResult {
  /**
   * created, updated, unchanged: the open pull request. closed: nothing was left to do. none: nothing to do, and none open.
   * approved: what is to be done has been approved already. outdated: the default branch has moved on. refused: the plan may not be
   * proposed.
   */
  operation: 'created' | 'updated' | 'unchanged' | 'closed' | 'none' | 'approved' | 'outdated' | 'refused';
  branch: string;
  number?: number;
  url?: string;
  /** Head of the branch. */
  headSha?: string;
  title?: string;
}

/** What `propose --format json` prints: the plan, and what became of it. */
export interface ProposeDocument extends Plan {
  findings: Finding[];
  proposal: ProposalResult;
}

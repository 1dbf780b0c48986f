import type { Account, App, Token } from './access.ts';
import type { ActionsRun, Environment, Secret } from './actions.ts';

/** classic: branch protection. ruleset: repository rules. Both let changes in through pull requests only. */
export type Protection = 'classic' | 'ruleset';

/** What a protected branch asks of a pull request before it takes it. */
export interface BranchRules {
  /** Approving reviews by people who may write. */
  approvals?: number;
  /** An owner of each changed file, as CODEOWNERS of the base names them, has approved. */
  codeOwners?: boolean;
  /** A new head takes approvals back. */
  dismissStale?: boolean;
  /** Somebody else than whoever moved the head last has approved. */
  lastPush?: boolean;
  /** Names of checks that have to be green. */
  checks?: string[];
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface Repository {
  id: number;
  owner: string;
  name: string;
  private: boolean;
  defaultBranch: string;
  description?: string;
  /** owner/name of the repository that this one was forked from. */
  forkOf?: string;
  createdAt: string;
  pushedAt: string;
  protected: Record<string, Protection>;
  /** Branch → what it asks beside a pull request. */
  rules: Record<string, BranchRules>;
  /** Logins that may read and review, but whose reviews do not count; everybody else who has a token may write. */
  readers?: string[];
  /** org/team → logins, for CODEOWNERS. */
  teams?: Record<string, string[]>;
  /** The setting "Allow auto-merge". */
  allowAutoMerge?: boolean;
  /** The setting "Allow GitHub Actions to create and approve pull requests". */
  actionsMayOpenPullRequests: boolean;
  /** Further settings of Actions; absent: all on, and the token of a job may read. */
  actions?: { enabled?: boolean; allowed?: 'all' | 'local_only' | 'selected'; token?: 'read' | 'write' };
  /** Names of the secrets of Actions. */
  secrets?: Secret[];
  /** How pull requests may be merged; absent: in every way. */
  allowedMerges?: MergeMethod[];
  /** The setting "Automatically delete head branches". */
  deleteBranchOnMerge?: boolean;
  nextNumber: number;
  /** Branch → commit as last seen, to know what a push has moved. */
  branches: Record<string, string>;
  /** Pull requests too, as on GitHub. */
  issues: Issue[];
  comments: Comment[];
  reviews: Review[];
  labels: Label[];
  checkRuns: CheckRun[];
  statuses: Status[];
  deployments: Deployment[];
  environments: Environment[];
  /** Runs of workflows, in the order in which they were started. */
  runs: ActionsRun[];
}

/** Who wrote something, and with which App. */
export interface Written {
  id: number;
  author: string;
  app?: App;
  createdAt: string;
  updatedAt: string;
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Issue extends Written {
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'reopened' | 'not_planned' | 'duplicate' | null;
  labels: string[];
  assignees: string[];
  closedAt: string | null;
  closedBy?: string;
  pull?: Pull;
}

export interface Pull {
  /** owner/name. */
  headRepository: string;
  headBranch: string;
  headSha: string;
  baseBranch: string;
  baseSha: string;
  draft: boolean;
  /** Of whom a review is requested, and of which teams by their slug. */
  requestedReviewers?: string[];
  requestedTeams?: string[];
  /** The trial merge (refs/pull/N/merge) while open; undefined where head and base do not merge. */
  trialSha?: string;
  /** Who moved its head last; absent: nobody since it was opened. */
  pushedBy?: string;
  merged?: { sha: string; at: string; by: string };
  /** Somebody has asked GitHub to merge it as soon as nothing is in the way. */
  autoMerge?: { by: string; app?: App; method: MergeMethod };
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';

export interface Review extends Written {
  /** Of the pull request. */
  number: number;
  sha: string;
  state: ReviewState;
  body: string;
  /** Its author may write. */
  counts: boolean;
}

export interface Comment extends Written {
  number: number;
  body: string;
  /** Texts that it had, the first first and the present one last; absent while it was never edited. */
  edits?: string[];
}

export interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: 'notice' | 'warning' | 'failure';
  title: string | null;
  message: string;
  raw_details: string | null;
}

export type CheckStatus = 'queued' | 'in_progress' | 'completed';
export type Conclusion = 'success' | 'failure' | 'neutral' | 'cancelled' | 'skipped' | 'timed_out' | 'action_required';

export interface CheckRun {
  id: number;
  app: App;
  suite: number;
  name: string;
  sha: string;
  externalId: string;
  detailsUrl: string | null;
  status: CheckStatus;
  conclusion: Conclusion | null;
  startedAt: string;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: Annotation[];
}

export interface Status extends Written {
  sha: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  context: string;
  description: string | null;
  targetUrl: string | null;
}

export type DeploymentStateName = 'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success';

export interface DeploymentStatus extends Written {
  state: DeploymentStateName;
  description: string;
  environment: string;
  logUrl: string;
  environmentUrl: string;
}

export interface Deployment extends Written {
  sha: string;
  ref: string;
  task: string;
  environment: string;
  originalEnvironment: string;
  description: string | null;
  payload: Record<string, unknown> | string;
  transient: boolean;
  production: boolean;
  statuses: DeploymentStatus[];
}

/** All that the twin remembers beside the git repositories: plain JSON. */
export interface State {
  nextId: number;
  accounts: Account[];
  tokens: Token[];
  repositories: Repository[];
}

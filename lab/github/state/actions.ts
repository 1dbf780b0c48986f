/** pending: another run of its concurrency group goes first. waiting: for a person, before a job's environment. */
export type RunStatus = 'queued' | 'pending' | 'waiting' | 'in_progress' | 'completed';
/** action_required: it was caused by a workflow's token, and somebody has to let it run. */
export type RunConclusion = 'success' | 'failure' | 'cancelled' | 'skipped' | 'action_required';

export interface ActionsJob {
  id: number;
  /** Its key in the workflow. */
  key: string;
  name: string;
  status: RunStatus;
  conclusion: RunConclusion | null;
  environment?: string;
  /** Id of the deployment to its environment, once it has come so far. */
  deployment?: number;
}

/** What a reviewer of an environment said about a run. */
export interface EnvironmentReview {
  environment: string;
  state: 'approved' | 'rejected';
  by: string;
  comment: string;
}

/** A run of a workflow. */
export interface ActionsRun {
  /** GITHUB_RUN_ID */
  id: number;
  /** GITHUB_RUN_NUMBER: counts the runs of its workflow. */
  number: number;
  attempt: number;
  /** Path of the workflow file. */
  workflow: string;
  name: string;
  event: string;
  /** In full: refs/heads/main. */
  ref: string;
  sha: string;
  actor: string;
  createdAt: string;
  updatedAt: string;
  status: RunStatus;
  conclusion: RunConclusion | null;
  /** Of its concurrency. */
  group?: string;
  jobs: ActionsJob[];
  reviews: EnvironmentReview[];
  /** Why GitHub has ended it, or holds it. */
  reason?: string;
  /** Who let a run start that a workflow's token has caused. */
  approvedBy?: string;
  /** Somebody has asked for its end. */
  cancelling?: true;
  /** Somebody has asked for it once more. */
  again?: true;
}

/** A deployment environment and its protection rules. */
export interface Environment {
  id: number;
  name: string;
  createdAt: string;
  updatedAt: string;
  /** Logins; one of them has to approve each run that has a job here. */
  reviewers: string[];
  /** Whoever has started a run does not approve it. */
  preventSelfReview: boolean;
  /** Patterns of the branches whose runs may deploy; absent: all. */
  branches?: string[];
  /** Only protected branches may. */
  protectedOnly?: true;
  secrets: Secret[];
}

/** A secret, as GitHub lists it. */
export interface Secret {
  name: string;
  created_at: string;
  updated_at: string;
}

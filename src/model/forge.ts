import type { Json } from './kubernetes.ts';

/** A repository on a forge. */
export interface RepositoryName {
  owner: string;
  name: string;
}

/** Orders runs: what a newer one has written stands. Both are 0 outside a workflow. */
export interface RunOrder {
  run: number;
  attempt: number;
}

/** What a text on a forge is, so that the next run finds it again: it travels in a hidden header, not in the title. */
export interface Marker {
  kind: 'plan' | 'apply' | 'proposal' | 'closing' | 'drift' | 'unseen' | 'adoption';
  fleet: string;
  /** drift, unseen: the cluster. closing: what was closed, and why. adoption: the cluster, where it is about one. */
  subject?: string;
}

/** What a text on a forge keeps for the next run, in its hidden header: JSON of at most 4,000 bytes. */
export type Notes = Readonly<Record<string, Json>>;

/** The pull request that a workflow run is about. */
export interface PullRequestFacts {
  number: number;
  /** Head of the pull request's branch, not the merge commit that is checked out. */
  headSha: string;
  baseBranch: string;
  /** From a fork or from a bot whose runs get no secrets: nothing is written for it. */
  untrusted: boolean;
}

/** Where a run comes from, as its workflow says. */
export interface RunOrigin {
  repository: RepositoryName;
  /** https://github.com or the address of a GitHub Enterprise Server, without a trailing slash. */
  serverUrl: string;
  /** pull_request, push, schedule, … ; '' outside a workflow. */
  event: string;
  /** The commit that is checked out; '' where none is known. */
  sha: string;
  order: RunOrder;
  /** The page of the run; absent outside a workflow. */
  runUrl?: string;
  pullRequest?: PullRequestFacts;
  /** Of an event of an issue: its number. */
  issue?: number;
  /** In a merge queue: the commit that the group is made on. */
  baseSha?: string;
}

/** A finding on a line of a file, for a check run. */
export interface Annotation {
  /** From the top of the repository. */
  path: string;
  line: number;
  column?: number;
  level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

/** What a check run shows. GitHub's limits (65,535 characters for summary) are kept by whoever makes it. */
export interface CheckOutput {
  title: string;
  summary: string;
  annotations: Annotation[];
}

export type CheckConclusion = 'success' | 'failure' | 'neutral';
export type CommitState = 'pending' | 'success' | 'failure' | 'error';
export type DeploymentState = 'in_progress' | 'success' | 'failure' | 'error';

import type { Attention, AttentionGiven, ReviewAttention } from '../model/attention.ts';
import type { CheckConclusion, CheckOutput, CommitState, DeploymentState, Marker, Notes, RunOrder } from '../model/forge.ts';
import { HintedError } from '../model/hinted-error.ts';
import type { BranchHistory, CommitComparison, FileChanges, NewCommit, TreeFile } from './forge-commits.ts';

export type { BranchCommit, BranchHistory, CommitComparison, FileChanges, NewCommit, TreeFile } from './forge-commits.ts';

/** unchanged: it was there as it should be, nothing was written. outdated: a newer run has written, nothing was. */
export type Operation = 'created' | 'updated' | 'unchanged' | 'outdated';

export interface Ensured {
  operation: Operation;
  /** Number of an issue or pull request, id of anything else. */
  id: number;
  /** The page for people. */
  url: string;
}

/** What became of a pull request, and what of the wishes about it has come true; absent: there were none. */
export interface EnsuredPullRequest extends Ensured {
  attention?: AttentionGiven;
}

/** A text that is kept up to date. The forge adds the hidden header with the marker and a digest of `body`. */
export interface KeptText {
  marker: Marker;
  /** Markdown; the same body is not written again. At most 64,000 bytes. */
  body: string;
  /** Markdown below the body that is not a reason to write again, e.g. the link to the run. */
  footer?: string;
}

export interface PullRequest {
  number: number;
  url: string;
  title: string;
  headSha: string;
  headBranch: string;
  baseBranch: string;
  open: boolean;
  merged: boolean;
}

/** A pull request as it should be. */
export interface PullRequestInput extends KeptText {
  branch: string;
  base: string;
  title: string;
  /** Added whenever it is opened or gets another text; otherwise people decide. */
  attention?: ReviewAttention;
}

/** An issue as it should be. */
export interface IssueInput extends KeptText {
  title: string;
  notes?: Notes;
  attention?: Attention;
}

export interface CheckInput {
  sha: string;
  name: string;
  conclusion: CheckConclusion;
  output: CheckOutput;
  order: RunOrder;
  /** Where “Details” leads. GitHub does not look at it where the token is a workflow's. */
  detailsUrl?: string;
  /** Markdown below the summary; other words there are no reason to write the check again. */
  footer?: string;
}

export interface StatusInput {
  sha: string;
  context: string;
  state: CommitState;
  /** At most 140 characters. */
  description: string;
  url?: string;
}

export interface DeploymentInput {
  sha: string;
  environment: string;
  state: DeploymentState;
  /** At most 140 characters. */
  description: string;
  url?: string;
}

/**
 * The forge that holds the repository (GitHub). Methods say what should exist afterwards; each may be repeated, and none creates
 * a thing twice, even when an answer was lost and the request is sent again. Throws ForgeError.
 */
export interface Forge {
  /** Login that the token acts as, e.g. `github-actions[bot]`. */
  whoami(): Promise<string>;
  /** Name of the default branch. */
  defaultBranch(): Promise<string>;
  /** The commit at the head of a branch; undefined where there is no such branch. */
  branchHead(branch: string): Promise<string | undefined>;
  /** How `head` stands to `base` (both commits or branches). */
  compare(base: string, head: string): Promise<CommitComparison>;
  /** The same for two commits, with what shows who made what. */
  history(base: string, head: string): Promise<BranchHistory>;
  /** Whether a commit is part of the history of another one, or is that one. */
  contains(commit: string, earlier: string): Promise<boolean>;
  /** Sha of the git tree of a folder, or of the blob of a file, in a commit; undefined where the commit lacks it. */
  treeOf(commit: string, path: string): Promise<string | undefined>;
  /** Sha of the git tree that the files of a commit would be with these changes; nothing is written. */
  treeWith(commit: string, changes: FileChanges): Promise<string>;
  /** Sha of the git tree that the files of a commit would be without a folder; nothing is written. */
  treeWithout(commit: string, folder: string): Promise<string>;
  /** What a commit was made on (first: the branch that it is merged into), and its tree; undefined where it is not there. */
  commitAt(sha: string): Promise<{ tree: string; parents: string[] } | undefined>;
  /** What a tree holds, folders as such; `recursive`: every file below it instead. */
  treeAt(tree: string, recursive?: boolean): Promise<TreeFile[]>;
  /** Text of a file by the sha of its blob. */
  textAt(blob: string): Promise<string>;
  /** Makes a commit through the API (GitHub signs it for Apps); no branch is moved. Gives its sha. */
  commit(commit: NewCommit): Promise<string>;
  /**
   * Creates the branch, or moves it forward; a branch that has moved in the meantime is a ForgeError (moved), never overwritten. `from`: the
   * head that it was seen with, null where it was not there; one that is gone since has moved too.
   */
  advanceBranch(branch: string, to: string, from?: string | null): Promise<void>;
  /**
   * Moves a branch from one commit to any other one, as one step: with another head than `from` it is a ForgeError (moved) and nothing
   * is lost. False where this forge cannot do that; nothing was changed then.
   */
  replaceBranch(branch: string, from: string, to: string): Promise<boolean>;
  /** Removes a branch; it need not be there. `from`: only while this is its head, else a ForgeError (moved). */
  removeBranch(branch: string, from?: string): Promise<void>;

  /** The open pull request from a branch of this repository into a base; without one: into any. */
  openPullRequest(branch: string, base?: string): Promise<PullRequest | undefined>;
  /** Merged pull requests that a commit of a branch came with, newest first. */
  mergedPullRequests(sha: string): Promise<PullRequest[]>;
  /** One open pull request per branch and base, with this title and body. */
  ensurePullRequest(input: PullRequestInput): Promise<EnsuredPullRequest>;
  /** What that would do now; nothing is written. */
  pullRequestChange(input: PullRequestInput): Promise<'created' | 'updated' | 'unchanged'>;
  /** Comments, then closes. */
  closePullRequest(number: number, comment: KeptText): Promise<Ensured>;

  /** One comment of ours under the marker; an older run never overwrites what a newer one wrote. */
  ensureComment(input: KeptText & { pullRequest: number; order: RunOrder }): Promise<Ensured>;
  /** The same where such a comment is there already; undefined, and nothing is written, where there is none. */
  editComment(input: KeptText & { pullRequest: number; order: RunOrder }): Promise<Ensured | undefined>;
  /** One current check run of this name on a commit. */
  ensureCheck(input: CheckInput): Promise<Ensured>;
  /** The state of a context on a commit; undefined where it has none. */
  statusOf(sha: string, context: string): Promise<CommitState | undefined>;
  ensureStatus(input: StatusInput): Promise<Operation>;
  /** One deployment of a commit to an environment, with this as its latest state. */
  ensureDeployment(input: DeploymentInput): Promise<Ensured>;

  /** One open issue of ours under the marker; `notes` are for `issueNotes`. The same again is not written. `attention`: of a new one. */
  ensureIssue(input: IssueInput): Promise<Ensured>;
  /** The notes of our open issues of a kind about a fleet, by subject; undefined for one without. Not to be trusted: people may edit them. */
  issueNotes(marker: Omit<Marker, 'subject'>): Promise<Map<string, unknown>>;
  /** When the workflow of a run has last ended well before it, RFC 3339; where it never has: when it came to be. */
  lastGoodRun(run: number): Promise<string>;
  /** Comments on the open issue of ours under the marker and closes it; undefined where there is none. */
  ensureIssueClosed(marker: Marker, comment: KeptText): Promise<Ensured | undefined>;
}

export type ForgeCause =
  /** The token is wrong, revoked or expired. */
  | 'unauthorized'
  /** The token may not do this: `permission` says what it lacks. */
  | 'forbidden'
  /** A branch or tag rule does not allow it. */
  | 'protected'
  | 'rate-limited'
  /** The repository, or what was named, does not exist for this token. */
  | 'not-found'
  /** Somebody else was faster: the branch has moved. */
  | 'moved'
  /** GitHub refuses the content. */
  | 'rejected'
  | 'unreachable'
  | 'error';

/** A failure of the forge as a sentence and what to do about it. Holds neither headers nor bodies. */
export class ForgeError extends HintedError {
  override readonly name = 'ForgeError';
  readonly reason: ForgeCause;
  /** The permission of the token that is missing, as a workflow names it, e.g. `pull-requests: write`. */
  readonly permission?: string;

  constructor(message: string, facts: { reason: ForgeCause; hint: string; permission?: string; cause?: unknown }) {
    super(message, facts.hint, facts.cause);
    this.reason = facts.reason;
    if (facts.permission !== undefined) this.permission = facts.permission;
  }
}

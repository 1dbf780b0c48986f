import type { ReviewAttention } from '../model/attention.ts';
import { present } from '../model/present.ts';
import { UserError } from '../model/user-error.ts';
import type { BranchCommit, BranchHistory, FileChanges, PullRequest } from '../ports/forge.ts';
import type { TreeComparison } from '../render/compare.ts';
import { PLAN_FILE } from '../render/tree.ts';
import { NAME_LENGTH } from '../report/plan-verdict.ts';
import { excerpt } from '../report/printable.ts';
import { commitMessage, mergeMessage, proposalContent, treeLine } from './branch.ts';
import type { CloseProposal, OpenProposal, ProposalBase, Push } from './proposal.ts';

/** What a proposal is to be. */
export interface Wanted {
  fleet: string;
  branch: string;
  base: ProposalBase;
  title: string;
  body: string;
  footer?: string;
  /** Whom the pull request is brought to. */
  attention?: ReviewAttention;
  /** Everything that the rendered folder is to hold, path below it → text. */
  files: Record<string, string>;
  comparison: TreeComparison;
}

/** A proposal's branch as it was found. */
export interface SeenBranch {
  head: string;
  history: BranchHistory;
  /** Whether a pull request is open from it. */
  open: boolean;
}

/** What is on the forge before a proposal is decided. */
export interface Seen {
  /** The open pull request into the base. */
  open?: PullRequest;
  /** Absent: there is no such branch. */
  branch?: SeenBranch;
  /** Whether merging the branch as it is gives what is wanted. */
  isUnchanged: boolean;
  /** The newest commit of the branch that is not ours; asked for only where something is to be pushed. */
  foreign?: BranchCommit;
  /** The rendered folder on the base; asked for only where something is to be pushed. */
  baseTree?: string;
}

/** What our commit does to the files of the base. */
export function changesOf({ base, comparison, files }: Wanted): FileChanges {
  const write = { ...comparison.write, [PLAN_FILE]: files[PLAN_FILE] ?? '' };
  return {
    write: Object.fromEntries(Object.entries(write).map(([path, text]) => [`${base.folder}/${path}`, text])),
    remove: comparison.remove.map((path) => `${base.folder}/${path}`),
  };
}

/**
 * Decides how branch and pull request become what they should be. Throws UserError for a branch to which somebody else has committed:
 * nothing of it is overwritten.
 */
export function decideOpen(wanted: Wanted, seen: Seen): OpenProposal {
  const { fleet, branch, base, title, body, footer, attention } = wanted;
  const push = seen.isUnchanged ? undefined : pushOf(wanted, seen);
  return {
    kind: 'open',
    fleet,
    branch,
    base,
    title,
    body,
    ...present({ head: seen.branch?.head, push, open: seen.open, footer, attention }),
  };
}

function pushOf(wanted: Wanted, { branch: seen, foreign, baseTree }: Seen): Push {
  const { branch, base, title, files } = wanted;
  if (foreign !== undefined) throw foreignError(branch, foreign);
  const { write, remove } = changesOf(wanted);
  const commit: Push['commit'] = {
    filesOf: base.sha,
    message: commitMessage(title, proposalContent(files, baseTree)),
    trailer: { folder: base.folder, line: treeLine },
    write: { ...write },
    remove: [...remove],
  };
  if (seen === undefined || seen.history.commits.length === 0) return { how: 'begin', commit };
  const { head, history, open } = seen;
  // By itself, and without a change to the folder: GitHub's rebase leaves merges out, and what ours changes would be lost with it.
  const merge = {
    parents: [head, base.sha],
    filesOf: base.sha,
    folderOf: { folder: base.folder, commit: head },
    message: mergeMessage(base.name, branch),
    write: {},
    remove: [],
  };
  return { how: open ? 'extend' : 'replace', commit, ...present({ merge: history.status === 'ahead' ? undefined : merge }) };
}

/** Stops where somebody has committed to the branch. */
function foreignError(branch: string, { sha, author, message }: BranchCommit): UserError {
  const [subject = ''] = message.split('\n');
  const commit = `${sha.slice(0, 7)} by ${excerpt(author, NAME_LENGTH)} (“${excerpt(subject, NAME_LENGTH)}”)`;
  return new UserError(
    `branch ${branch} has a commit that cn2-fleet did not create: ${commit}; nothing was changed`,
    `move what you want to keep into the declaration and delete the branch (git push origin --delete ${branch}), then run propose again`,
  );
}

/** Why a proposal is no longer wanted. */
export type Over = 'nothing' | 'approved';

/** Decides how an open pull request ends. `head`: of its branch, where everything on that is ours. */
export function decideClose(
  { fleet, branch, why }: { fleet: string; branch: string; why: Over },
  open: PullRequest,
  head: string | undefined,
): CloseProposal {
  const comment = { marker: { kind: 'closing' as const, fleet, subject: why }, body: OVER[why] };
  return { kind: 'close', branch, open, comment, ...present({ remove: head }) };
}

const OVER: Readonly<Record<Over, string>> = {
  nothing: 'Nothing is left to do: every cluster is as declared, and the committed manifests are up to date.',
  approved:
    'Nothing is left to approve: what differs on the clusters is covered by the plan that was merged. Run the apply workflow.',
};

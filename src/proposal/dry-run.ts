import { present } from '../model/present.ts';
import type { ProposalCommit, ProposalResult, ProposalWrites } from '../model/propose.ts';
import type { Forge, NewCommit } from '../ports/forge.ts';
import { type CarryOutPorts, closed, pullRequestOf, steppedBack } from './carry-out.ts';
import type { CloseProposal, OpenProposal, Proposal, Push } from './proposal.ts';
import { baseMoved } from './seen.ts';

/** How a proposal would end if it were carried out now, and what that would write. Asks the forge, and writes nothing to it. */
export async function dryRun(ports: CarryOutPorts, proposal: Proposal): Promise<ProposalResult> {
  return { ...(await endOf(ports, proposal)), dryRun: true };
}

async function endOf(ports: CarryOutPorts, proposal: Proposal): Promise<ProposalResult> {
  switch (proposal.kind) {
    case 'nothing':
      return { operation: proposal.operation, branch: proposal.branch };
    case 'close':
      return { ...closed(proposal.branch, proposal.open), writes: closingWrites(proposal) };
    case 'open':
      return openEnd(ports, proposal);
  }
}

async function openEnd(ports: CarryOutPorts, proposal: OpenProposal): Promise<ProposalResult> {
  const { branch, open, push, head, title } = proposal;
  if (push !== undefined && (await baseMoved(ports.forge, proposal.base))) return steppedBack(ports, proposal);
  const change = await ports.forge.pullRequestChange(pullRequestOf(proposal));
  const operation = change === 'unchanged' && push !== undefined ? 'updated' : change;
  const result = {
    operation,
    branch,
    // The head of what would be pushed is not known before it is.
    ...present({ number: open?.number, url: open?.url, headSha: push === undefined ? head : undefined }),
    title,
  };
  if (operation === 'unchanged') return result;
  const how = push === undefined ? undefined : await wayOf(ports.forge, proposal, push);
  return { ...result, writes: openWrites(proposal, how, change !== 'unchanged') };
}

/** A branch is not recreated while a pull request into another base is open from it. */
async function wayOf(forge: Forge, { branch }: OpenProposal, { how }: Push): Promise<Push['how']> {
  return how === 'replace' && (await forge.openPullRequest(branch)) !== undefined ? 'extend' : how;
}

/** What an open proposal writes, its branch reached in one of the ways (absent: nothing is pushed). */
function openWrites(proposal: OpenProposal, how: Push['how'] | undefined, isTextNew: boolean): ProposalWrites {
  const { base, head, push, title, body, attention } = proposal;
  return {
    base: base.name,
    branch: how === undefined ? 'unchanged' : head === undefined ? 'created' : how === 'replace' ? 'replaced' : 'advanced',
    commits: push === undefined || how === undefined ? [] : commitsOf(proposal, push, how),
    ...present({ pullRequest: isTextNew ? { title, body, ...present({ attention }) } : undefined }),
  };
}

function commitsOf({ base, head }: OpenProposal, { commit, merge }: Push, how: Push['how']): ProposalCommit[] {
  if (how !== 'extend' || head === undefined) return [printed({ ...commit, parents: [base.sha] })];
  if (merge === undefined) return [printed({ ...commit, parents: [head] })];
  return [printed(merge), printed(commit)];
}

/** The texts of the files are those of the rendered folder. A line that names a tree is not there before the tree is. */
function printed({ message, parents, write, remove }: Omit<NewCommit, 'parents'> & { parents?: string[] }): ProposalCommit {
  return { message, ...present({ parents }), write: Object.keys(write), remove: [...remove] };
}

function closingWrites({ open, comment, remove }: CloseProposal): ProposalWrites {
  return {
    base: open.baseBranch,
    branch: remove === undefined ? 'unchanged' : 'removed',
    commits: [],
    comment: comment.body,
  };
}

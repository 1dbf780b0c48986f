import { present } from '../model/present.ts';
import type { ProposalResult } from '../model/propose.ts';
import { type Forge, ForgeError, type PullRequestInput } from '../ports/forge.ts';
import type { Reporter } from '../ports/reporter.ts';
import { decideOpen, type Wanted } from './decide.ts';
import type { CloseProposal, OpenProposal, Proposal, Push } from './proposal.ts';
import { baseMoved, see } from './seen.ts';

/** What is written through, and who hears of it. */
export interface CarryOutPorts {
  forge: Forge;
  reporter: Reporter;
}

/**
 * Brings branch and pull request to what they should be; the same content again writes nothing. Where the branch moves in the meantime it is
 * looked at once more: another run may have proposed the same, a person may have added something, the pull request may have been
 * merged. Else the run that was faster may know more than this one: nothing of it is overwritten, and the ForgeError (moved) stays.
 */
export async function keepOpen(ports: CarryOutPorts, wanted: Wanted): Promise<ProposalResult> {
  try {
    return await carryOut(ports, decideOpen(wanted, await see(ports.forge, wanted)));
  } catch (error) {
    if (!(error instanceof ForgeError) || error.reason !== 'moved') throw error;
    const again = decideOpen(wanted, await see(ports.forge, wanted));
    if (again.push === undefined) return await carryOut(ports, again);
    if (await baseMoved(ports.forge, again.base)) return steppedBack(ports, again);
    throw error;
  }
}

/** Writes a proposal. Throws ForgeError, of reason moved where the branch is not as it was seen; nothing is overwritten then. */
export async function carryOut(ports: CarryOutPorts, proposal: Proposal): Promise<ProposalResult> {
  switch (proposal.kind) {
    case 'nothing':
      return { operation: proposal.operation, branch: proposal.branch };
    case 'close':
      return close(ports.forge, proposal);
    case 'open':
      return open(ports, proposal);
  }
}

async function open(ports: CarryOutPorts, proposal: OpenProposal): Promise<ProposalResult> {
  const { forge } = ports;
  const { branch, title, push } = proposal;
  let { head } = proposal;
  if (push !== undefined) {
    head = await pushed(forge, proposal, push);
    if (head === undefined || (await wasMerged(forge, proposal, head))) return steppedBack(ports, proposal);
  }
  const ensured = await forge.ensurePullRequest(pullRequestOf(proposal));
  const operation = ensured.operation === 'unchanged' && push !== undefined ? 'updated' : ensured.operation;
  return {
    operation: operation === 'outdated' ? 'unchanged' : operation,
    branch,
    number: ensured.id,
    url: ensured.url,
    ...present({ headSha: head }),
    title,
    ...present({ attention: ensured.attention }),
  };
}

/** The pull request as it should be. */
export function pullRequestOf({ fleet, branch, base, title, body, footer, attention }: OpenProposal): PullRequestInput {
  return { marker: { kind: 'proposal', fleet }, branch, base: base.name, title, body, ...present({ footer, attention }) };
}

/** The new head of the branch; undefined, with no branch moved, where the base has another rendered folder by now. */
async function pushed(forge: Forge, { branch, base, head }: OpenProposal, push: Push): Promise<string | undefined> {
  if (push.how !== 'extend' || head === undefined) {
    const commit = await forge.commit({ parents: [base.sha], ...push.commit });
    if (await baseMoved(forge, base)) return undefined;
    if (push.how === 'begin' || head === undefined) {
      await forge.advanceBranch(branch, commit, head ?? null);
      return commit;
    }
    // Into another base one may be open: its commits stay.
    const free = (await forge.openPullRequest(branch)) === undefined;
    if (free && (await forge.replaceBranch(branch, head, commit))) return commit;
  }
  const parent = push.merge === undefined ? head : await forge.commit(push.merge);
  const commit = await forge.commit({ parents: [parent], ...push.commit });
  if (await baseMoved(forge, base)) return undefined;
  await forge.advanceBranch(branch, commit, head);
  return commit;
}

/** Whether the pull request that was there when we looked has been merged since, and what we have pushed is of no use. */
async function wasMerged(forge: Forge, { branch, base, open }: OpenProposal, head: string): Promise<boolean> {
  if (open === undefined || (await forge.openPullRequest(branch, base.name)) !== undefined) return false;
  if (!(await baseMoved(forge, base))) return false;
  await removeBranch(forge, branch, head);
  return true;
}

/** The end of a proposal whose base has moved on: another run makes the one that counts. */
export function steppedBack({ reporter }: Pick<CarryOutPorts, 'reporter'>, { branch, base }: OpenProposal): ProposalResult {
  const text = `${base.folder}/ has changed on ${base.name} in the meantime: propose from its newest commit, not from this one`;
  reporter.progress({ type: 'warning', text });
  return { operation: 'outdated', branch };
}

async function close(forge: Forge, { branch, open, comment, remove }: CloseProposal): Promise<ProposalResult> {
  await forge.closePullRequest(open.number, comment);
  if (remove !== undefined) await removeBranch(forge, branch, remove);
  return closed(branch, open);
}

/** What is said of a pull request that is closed. */
export function closed(branch: string, { number, url, headSha, title }: CloseProposal['open']): ProposalResult {
  return { operation: 'closed', branch, number, url, headSha, title };
}

/** Removes a branch with this head; one that somebody has added to in the meantime stays. */
async function removeBranch(forge: Forge, branch: string, head: string): Promise<void> {
  try {
    await forge.removeBranch(branch, head);
  } catch (error) {
    if (!(error instanceof ForgeError) || error.reason !== 'moved') throw error;
  }
}

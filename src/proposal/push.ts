import type { ProposalResult } from '../model/propose.ts';
import { UserError } from '../model/user-error.ts';
import { type BranchHistory, type FileChanges, type Forge, ForgeError, type PullRequest } from '../ports/forge.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { TreeComparison } from '../render/compare.ts';
import { PLAN_FILE } from '../render/tree.ts';
import { NAME_LENGTH } from '../report/plan-verdict.ts';
import { excerpt } from '../report/printable.ts';
import type { BaseCommit } from './base-commit.ts';
import { commitMessage, proposalContent } from './branch.ts';
import { foreignCommit } from './foreign-commit.ts';
import { baseMoved, historyOf, isUnchanged, pushCommit, seenBranch } from './head.ts';

/** What is written through, and who hears of it. */
export interface PushPorts {
  forge: Forge;
  reporter: Reporter;
}

export interface ProposalInput {
  fleet: string;
  branch: string;
  base: BaseCommit;
  title: string;
  body: string;
  footer?: string;
  /** The rendered folder, from the top of the repository. */
  folder: string;
  /** Everything that the rendered folder is to hold, path below it → text. */
  files: Record<string, string>;
  comparison: TreeComparison;
}

/**
 * Brings branch and pull request to what they should be; the same content again writes nothing. Where the branch moves meanwhile it is
 * looked at once more: another run may have proposed the same, a person may have added something, the pull request may have been
 * merged. Else the run that was faster may know more than this one: nothing of it is overwritten, and the ForgeError (moved) stays.
 */
export async function pushProposal(ports: PushPorts, input: ProposalInput): Promise<ProposalResult> {
  try {
    return await propose(ports, input);
  } catch (error) {
    if (!(error instanceof ForgeError) || error.reason !== 'moved') throw error;
    return await propose(ports, input, error);
  }
}

/** `moved`: how an attempt before this one ended; then nothing more is pushed. */
async function propose(ports: PushPorts, input: ProposalInput, moved?: ForgeError): Promise<ProposalResult> {
  const { forge } = ports;
  const { branch, base, title, folder } = input;
  // Asked before anything is written: a token that sees no pull requests would leave a branch without one.
  const open = await forge.openPullRequest(branch, base.name);
  const seen = await seenBranch(forge, { branch, base, open: open !== undefined });
  const changes = changesOf(input);
  let head = seen?.head;
  const pushed = seen === undefined || !(await isUnchanged(forge, seen, { base: base.sha, folder, changes }));
  if (pushed) {
    if (seen !== undefined) await refuseForeign(forge, branch, folder, seen.history);
    if (moved !== undefined) {
      if (await baseMoved(forge, base, folder)) return steppedBack(ports, input);
      throw moved;
    }
    const content = proposalContent(input.files, await forge.treeOf(base.sha, folder));
    const message = commitMessage(title, content);
    head = await pushCommit(forge, { branch, base, folder, changes, message }, seen);
    if (head === undefined || (await wasMerged(forge, input, open, head))) return steppedBack(ports, input);
  }
  const ensured = await forge.ensurePullRequest({
    marker: { kind: 'proposal', fleet: input.fleet },
    branch,
    base: base.name,
    title,
    body: input.body,
    ...(input.footer === undefined ? {} : { footer: input.footer }),
  });
  const operation = ensured.operation === 'unchanged' && pushed ? 'updated' : ensured.operation;
  return {
    operation: operation === 'outdated' ? 'unchanged' : operation,
    branch,
    number: ensured.id,
    url: ensured.url,
    ...(head === undefined ? {} : { headSha: head }),
    title,
  };
}

/** What a commit of ours does to the files of the base. */
function changesOf({ folder, comparison, files }: ProposalInput): FileChanges {
  return {
    write: below(folder, { ...comparison.write, [PLAN_FILE]: files[PLAN_FILE] ?? '' }),
    remove: comparison.remove.map((path) => `${folder}/${path}`),
  };
}

/** Whether the pull request that was there when we looked has been merged since, and what we have pushed is of no use. */
async function wasMerged(
  forge: Forge,
  { branch, base, folder }: ProposalInput,
  open: PullRequest | undefined,
  head: string,
): Promise<boolean> {
  if (open === undefined || (await forge.openPullRequest(branch, base.name)) !== undefined) return false;
  if (!(await baseMoved(forge, base, folder))) return false;
  await removeBranch(forge, branch, head);
  return true;
}

function steppedBack({ reporter }: PushPorts, { branch, base, folder }: ProposalInput): ProposalResult {
  const text = `${folder}/ has changed on ${base.name} meanwhile: its newest commit is to be proposed, not this one`;
  reporter.progress({ type: 'warning', text });
  return { operation: 'outdated', branch };
}

/** Closes the open pull request with the reason and removes its branch; undefined where none is open. */
export async function closeProposal(
  ports: PushPorts,
  input: { fleet: string; branch: string; base: string; folder: string; why: 'nothing' | 'approved' },
): Promise<ProposalResult | undefined> {
  const { forge } = ports;
  const { branch, base, folder, fleet, why } = input;
  const open = await forge.openPullRequest(branch, base);
  if (open === undefined) return undefined;
  // A branch that is deleted meanwhile closes its pull request: then there is nothing to remove, and the rest is as it should be.
  const head = await forge.branchHead(branch);
  const history = head === undefined ? undefined : await historyOf(forge, base, head);
  // A branch with commits of people stays: they may want them.
  const ours = history !== undefined && (await foreignCommit(forge, { folder, history })) === undefined;
  const body =
    why === 'nothing'
      ? 'Nothing is left to do: every cluster is as declared, and the committed manifests are the rendered ones.'
      : 'Nothing is left to approve: what differs on the clusters is covered by the plan that was merged. Run the apply workflow.';
  await forge.closePullRequest(open.number, { marker: { kind: 'closing', fleet, subject: why }, body });
  if (head !== undefined && ours) await removeBranch(forge, branch, head);
  return { operation: 'closed', branch, number: open.number, url: open.url, headSha: open.headSha, title: open.title };
}

/** Removes a branch with this head; one that somebody has added to meanwhile stays. */
async function removeBranch(forge: Forge, branch: string, head: string): Promise<void> {
  try {
    await forge.removeBranch(branch, head);
  } catch (error) {
    if (!(error instanceof ForgeError) || error.reason !== 'moved') throw error;
  }
}

/** Stops where somebody has committed to the branch: nothing of it is overwritten. */
async function refuseForeign(forge: Forge, branch: string, folder: string, history: BranchHistory): Promise<void> {
  const foreign = await foreignCommit(forge, { folder, history });
  if (foreign === undefined) return;
  const [subject = ''] = foreign.message.split('\n');
  const commit = `${foreign.sha.slice(0, 7)} by ${excerpt(foreign.author, NAME_LENGTH)} (“${excerpt(subject, NAME_LENGTH)}”)`;
  throw new UserError(
    `branch ${branch} has a commit that cn2-fleet did not make: ${commit}; nothing was changed`,
    `move what is wanted of it into the declaration and delete the branch (git push origin --delete ${branch}), then run propose again`,
  );
}

function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

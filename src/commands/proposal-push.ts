import type { ProposalResult } from '../model/propose.ts';
import type { BranchCommit, Comparison } from '../ports/forge.ts';
import type { TreeComparison } from '../render/compare.ts';
import { PLAN_FILE } from '../render/tree.ts';
import { NAME_LENGTH } from '../report/plan-verdict.ts';
import { excerpt } from '../report/printable.ts';
import type { BaseCommit } from './base-commit.ts';
import { UserError } from './context.ts';
import { foreignCommit } from './foreign-commit.ts';
import { commitMessage, contentOf, needsMerge, nextParents, proposalContent, treeLine } from './proposal-branch.ts';
import type { ProposePorts } from './propose-ports.ts';

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

/** Brings branch and pull request to what they should be; the same content again writes nothing. */
export async function pushProposal(ports: ProposePorts, input: ProposalInput): Promise<ProposalResult> {
  const { forge } = ports;
  const { branch, base, title, folder } = input;
  const before = await forge.branchHead(branch);
  const comparison: Comparison =
    before === undefined ? { status: 'identical', commits: [] } : await forge.compare(base.sha, before);
  await refuseForeign(ports, branch, before, folder, comparison.commits);
  // Asked before anything is written: a token that sees no pull requests would leave a branch without one.
  await forge.openPullRequest(branch, base.name);
  const content = proposalContent(input.files, await forge.treeOf(base.sha, folder));
  let head = before;
  const pushed = contentOf(comparison.commits) !== content || needsMerge(comparison);
  if (pushed) {
    head = await forge.commit({
      parents: nextParents(before, base.sha, comparison.status),
      filesOf: base.sha,
      message: commitMessage(title, content),
      trailer: { folder, line: treeLine },
      write: below(folder, { ...input.comparison.write, [PLAN_FILE]: input.files[PLAN_FILE] ?? '' }),
      remove: input.comparison.remove.map((path) => `${folder}/${path}`),
    });
    await forge.advanceBranch(branch, head);
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

/** Closes the open pull request with the reason and removes its branch; undefined where none is open. */
export async function closeProposal(
  ports: ProposePorts,
  input: { fleet: string; branch: string; base: string; folder: string; why: 'nothing' | 'approved' },
): Promise<ProposalResult | undefined> {
  const { forge } = ports;
  const { branch, base, folder, fleet, why } = input;
  const open = await forge.openPullRequest(branch, base);
  if (open === undefined) return undefined;
  const { commits } = await forge.compare(base, branch);
  const foreign = await foreignCommit(forge, { head: open.headSha, folder, commits });
  const body =
    why === 'nothing'
      ? 'Nothing is left to do: every cluster is as declared, and the committed manifests are the rendered ones.'
      : 'Nothing is left to approve: what differs on the clusters is covered by the plan that was merged. Run the apply workflow.';
  await forge.closePullRequest(open.number, { marker: { kind: 'closing', fleet, subject: why }, body });
  // A branch with commits of people stays: they may want them.
  if (foreign === undefined) await forge.removeBranch(branch);
  return { operation: 'closed', branch, number: open.number, url: open.url, headSha: open.headSha, title: open.title };
}

/** Stops where somebody has committed to the branch: nothing of it is overwritten. */
async function refuseForeign(
  { forge }: ProposePorts,
  branch: string,
  head: string | undefined,
  folder: string,
  commits: readonly BranchCommit[],
): Promise<void> {
  const foreign = head === undefined ? undefined : await foreignCommit(forge, { head, folder, commits });
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

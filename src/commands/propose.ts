import { checkoutOf } from '../checkout/checkout.ts';
import { previousFleet } from '../checkout/prepare.ts';
import { rootsOf } from '../declare/roots.ts';
import type { ReviewAttention } from '../model/attention.ts';
import type { Finding } from '../model/finding.ts';
import type { Outcome } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import type { ProposalResult, ProposeDocument } from '../model/propose.ts';
import { approve } from '../plan/approval.ts';
import { expectedIsEmpty } from '../plan/outcome.ts';
import type { Forge } from '../ports/forge.ts';
import { baseCommit, type ProposalPorts } from '../proposal/base-commit.ts';
import { proposalBranch } from '../proposal/branch.ts';
import { carryOut, keepOpen } from '../proposal/carry-out.ts';
import { decideOpen, type Wanted } from '../proposal/decide.ts';
import { dryRun } from '../proposal/dry-run.ts';
import type { Proposal } from '../proposal/proposal.ts';
import { see, seeOver } from '../proposal/seen.ts';
import { committedFindings } from '../render/committed.ts';
import { compareTrees, type TreeComparison } from '../render/compare.ts';
import { PLAN_FILE } from '../render/tree.ts';
import { documentJson } from '../report/json/document.ts';
import { proposalMarkdown } from '../report/markdown/proposal.ts';
import { proposalTitle } from '../report/proposal-title.ts';
import { approvalState } from '../survey/approval-state.ts';
import { type Planned, planLive } from '../survey/live-plan.ts';
import type { Options, Ports } from './context.ts';

/** The outside world of `propose`. */
export interface ProposePorts extends Ports, ProposalPorts {}

export interface ProposeOptions extends Options {
  /** The branch that the pull request is to be merged into; default: the default branch of the repository. */
  base?: string;
  /** Say what would be written to GitHub, and write nothing. */
  dryRun?: boolean;
  /** Below the body, e.g. the link to the run; no reason to write again. */
  footer?: string;
  attention?: ReviewAttention;
}

/**
 * `propose`: plans, and keeps one pull request per fleet that holds rendered/ and the approved part of the plan. A plan with errors or
 * unknown clusters opens and changes nothing. What is written is decided first, which is all that a dry run does. Throws ForgeError,
 * RepositoryError and UserError.
 */
export async function proposeCommand(ports: ProposePorts, options: ProposeOptions): Promise<Outcome<ProposeDocument>> {
  // At the same time: outside a repository there is nothing to propose to, and nobody need wait for clusters to hear so.
  const checkout = checkoutOf(ports.files, options);
  const [planned] = await Promise.all([planLive(ports, checkout, options), ports.repository.head()]);
  const { plan, findings, conditions } = planned;
  const { tree, committed } = planned.prepared;
  const branch = proposalBranch(plan.fleet);
  const roots = rootsOf(options);
  const ending = (proposal: ProposalResult): Outcome<ProposeDocument> => ({
    document: { ...plan, findings: roots.findingsForUser(findings), proposal },
    conditions: changed(proposal) && !conditions.includes('changes') ? [...conditions, 'changes'] : conditions,
  });
  const conclude = async (proposal: Proposal) => ending(await (options.dryRun === true ? dryRun : carryOut)(ports, proposal));
  if (tree === undefined || conditions.some((condition) => condition !== 'changes'))
    return conclude({ kind: 'nothing', operation: 'refused', branch });

  const base = await baseCommit(ports, checkout, planned.prepared, options.base);
  if (base.outdated !== undefined) {
    ports.reporter.progress({ type: 'warning', text: base.outdated });
    return conclude({ kind: 'nothing', operation: 'outdated', branch });
  }
  const comparison = compareTrees(committed, tree);
  findings.push(...leftAlone(comparison, options.rendered));
  const state = approvalState(planned);
  if (state === 'nothing' || state === 'approved') {
    const close = await seeOver(ports.forge, { fleet: plan.fleet, branch, base, why: state });
    return conclude(close ?? { kind: 'nothing', operation: state === 'approved' ? 'approved' : 'none', branch });
  }
  const wanted: Wanted = {
    fleet: plan.fleet,
    branch,
    base,
    title: proposalTitle(plan, planned.prepared.declaration.fleet),
    files: { ...tree.files, [PLAN_FILE]: documentJson(approve(plan, options.version)) },
    comparison,
    body: await bodyOf(ports.forge, planned, roots.findingsForUser(findings)),
    ...present({ footer: options.footer, attention: options.attention }),
  };
  if (options.dryRun !== true) return ending(await keepOpen(ports, wanted));
  return ending(await dryRun(ports, decideOpen(wanted, await see(ports.forge, wanted))));
}

function changed({ operation }: ProposalResult): boolean {
  return operation === 'created' || operation === 'updated' || operation === 'unchanged';
}

/** Files that somebody put into the rendered folder: the proposal leaves them there, and apply will refuse the folder. */
function leftAlone({ foreign }: TreeComparison, rendered: string): Finding[] {
  return committedFindings(
    foreign.map((path) => ({ path, problem: 'extra' })),
    rendered,
  ).map((finding) => ({ ...finding, severity: 'warning' }));
}

async function bodyOf(forge: Forge, { plan, prepared }: Planned, findings: Finding[]): Promise<string> {
  const { fleet } = prepared.declaration;
  const before = previousFleet(prepared.committed);
  const notes = [
    ...(expectedIsEmpty(plan) ? [FILES_NOTE] : []),
    ...((await forge.whoami()) === 'github-actions[bot]' ? [BOT_NOTE] : []),
  ];
  return proposalMarkdown({
    plan,
    findings,
    ...present({ fleet, before, note: notes.length === 0 ? undefined : notes.join('\n\n') }),
  });
}

/** A declaration may render to other files without a change on any cluster. */
const FILES_NOTE = 'Nothing changes on any cluster: merging only brings `rendered/` in line with the declaration.';

/** GitHub starts no workflow for what the token of a workflow does, or lets it wait for a person. */
const BOT_NOTE =
  'Opened with the token of a workflow: GitHub does not start workflows on it, or holds them until somebody chooses “Approve workflows to run”. The run that proposes writes the check “cn2-fleet plan” itself if its job has `checks: write`. Close and reopen the pull request to have it planned again, or give the Action the token of a GitHub App. Merge it as a person or as an App: after a merge by the token of a workflow, auto-merge included, GitHub starts no apply.';

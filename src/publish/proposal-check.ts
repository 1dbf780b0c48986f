import type { Finding } from '../model/finding.ts';
import { present } from '../model/present.ts';
import type { ProposeDocument } from '../model/propose.ts';
import { ForgeError } from '../ports/forge.ts';
import { planCheck } from '../report/github/check.ts';
import { attempt, type Published, runFooter, type Sinks } from './sinks.ts';

/** Acts for the workflow whose token it is; for what it does GitHub starts no other workflow. */
const WORKFLOW_TOKEN = 'github-actions[bot]';

/**
 * What GitHub calls the check of a workflow's job: the name of that job. The one of plan.yml, which a rule of the base branch may
 * require.
 */
export const PLAN_JOB = 'cn2-fleet plan';

/** The open pull request holds what the run has planned. */
const HELD: ReadonlySet<ProposeDocument['proposal']['operation']> = new Set(['created', 'updated', 'unchanged']);

/**
 * Writes the check of the plan job on the head of a proposal whose pull request starts no plan of its own, since a workflow's token
 * has opened it: the run has just planned what it proposes. After a dry run nothing. Without the permission it is a warning: the proposal stands all the same.
 */
export async function publishProposalCheck(
  { forge, origin }: Sinks,
  { findings, proposal, ...plan }: ProposeDocument & { findings: Finding[] },
  warn: (text: string) => void,
  name: string = PLAN_JOB,
): Promise<Published> {
  const published: Published = { failures: [] };
  const { headSha: sha, operation } = proposal;
  if (proposal.dryRun === true || sha === undefined || !HELD.has(operation)) return published;
  if ((await attempt(published, () => forge.whoami())) !== WORKFLOW_TOKEN) return published;
  const { conclusion, output } = planCheck(plan, findings.map(asOnPullRequest));
  await attempt(published, async () => {
    try {
      const more = present({ detailsUrl: origin.runUrl, footer: runFooter(origin) });
      await forge.ensureCheck({ sha, name, conclusion, output, order: origin.order, ...more });
    } catch (error) {
      if (!(error instanceof ForgeError) || error.reason !== 'forbidden') throw error;
      warn(`the check “${name}” is not on the proposal: ${error.message}; a rule that requires it waits for it. ${error.hint}`);
    }
  });
  return published;
}

/** Files that a proposal leaves in the rendered folder are said as a warning there; merged, apply refuses the folder. */
function asOnPullRequest(finding: Finding): Finding {
  return finding.rule === 'rendered' ? { ...finding, severity: 'error' } : finding;
}

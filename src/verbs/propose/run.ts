import { proposeCommand } from '../../commands/propose.ts';
import { rootsOf } from '../../declare/roots.ts';
import { present } from '../../model/present.ts';
import type { ProposalResult, ProposeDocument } from '../../model/propose.ts';
import { planJob } from '../../publish/plan-job.ts';
import { publishProposalCheck } from '../../publish/proposal-check.ts';
import { runFooter } from '../../publish/sinks.ts';
import { prose } from '../../report/markdown/escape.ts';
import { planMarkdown } from '../../report/markdown/plan.ts';
import { planSummaryMarkdown } from '../../report/markdown/plan-comment.ts';
import { printable } from '../../report/printable.ts';
import { planText } from '../../report/text/plan.ts';
import { reviewAttentionOf } from '../attention.ts';
import type { NamesOf, Outputs } from '../outputs.ts';
import { planOutputs } from '../plan-outputs.ts';
import type { Ended, Run, Shown } from '../verb.ts';
import type { OUTPUTS } from './outputs.ts';
import { proposalLine } from './proposal-line.ts';

type Name = NamesOf<typeof OUTPUTS>;

/** Plans, keeps the pull request of the fleet, and writes the check that its plan job may owe. */
export async function run({ invocation, ports, options, around }: Run): Promise<Ended<ProposeDocument, undefined, Name>> {
  if (around.github === undefined) throw new Error('propose without GitHub');
  const { document, conditions } = await proposeCommand(
    { ...ports, forge: around.github.forge, repository: around.repository },
    {
      ...options,
      dryRun: invocation.on('dry-run'),
      ...present({
        base: invocation.text('base'),
        footer: runFooter(around.github.origin),
        attention: reviewAttentionOf(invocation),
      }),
    },
  );
  const roots = rootsOf(options, await around.repository.prefix());
  const placed = { ...document, findings: roots.findingsFromTop(document.findings) };
  const name = await planJob(ports.files, roots, roots.fromTop(options.file));
  const warn = (text: string) => ports.reporter.progress({ type: 'warning', text });
  const { failures } = await publishProposalCheck(around.github, placed, warn, name);
  return { document, conditions, failures, outputs: { ...planOutputs(document), ...proposalOutputs(document.proposal) } };
}

/** What became of the proposed pull request. */
export function proposalOutputs({ operation, number, url, headSha, attention }: ProposalResult): Outputs<Name> {
  return {
    'pull-request-operation': operation,
    ...present({
      'pull-request-number': number === undefined ? undefined : String(number),
      'pull-request-url': url,
      'pull-request-head-sha': headSha,
      'pull-request-labels': attention?.labels.join(','),
      'pull-request-assignees': attention?.assignees.join(','),
      'pull-request-reviewers': attention?.reviewers.join(','),
      'pull-request-team-reviewers': attention?.teamReviewers.join(','),
    }),
  };
}

export const shown: Shown<ProposeDocument> = {
  text: (document, style) => `${planText(document, document.findings, style)}${proposalLine(document.proposal, printable)}\n`,
  markdown: (document) => `${planMarkdown(document, document.findings)}\n${proposalLine(document.proposal, prose)}\n`,
  summary({ findings, proposal, ...plan }) {
    return `${proposalLine(proposal, prose)}\n\n${planSummaryMarkdown({ plan, findings })}`;
  },
};

import { outPath, type PlanDocument, planCommand } from '../../commands/plan.ts';
import { rootsOf } from '../../declare/roots.ts';
import { isOfMerge, mergeCommit } from '../../merging/merge-commit.ts';
import { present } from '../../model/present.ts';
import { UserError } from '../../model/user-error.ts';
import { planPage } from '../../page/plan-page.ts';
import { type CommentWhen, planReport, publishPlan } from '../../publish/plan.ts';
import { planMarkdown } from '../../report/markdown/plan.ts';
import { type PlanReport, planSummaryMarkdown } from '../../report/markdown/plan-comment.ts';
import { planText } from '../../report/text/plan.ts';
import type { NamesOf } from '../outputs.ts';
import { commentOutput, planOutputs } from '../plan-outputs.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Ended, Run, Shown } from '../verb.ts';
import type { OUTPUTS } from './outputs.ts';

/** Plans, and with --publish says so on the pull request that the run is about. */
export async function run({
  invocation,
  ports,
  options,
  around,
}: Run): Promise<Ended<PlanDocument, PlanReport, NamesOf<typeof OUTPUTS>>> {
  const out = invocation.text('out');
  const comment = commentWhen(invocation.text('comment'));
  const request = around.github?.origin.pullRequest;
  const untrusted = around.stranger !== undefined || request?.untrusted === true;
  const asked = invocation.on('offline');
  // Before any cluster is asked: outside a repository nothing could be published, and a merge may concern no cluster at all.
  const prefix = around.github === undefined ? '' : await around.repository.prefix();
  const merge = await mergeOf(around);
  const { document, conditions, planned } = await planCommand(ports, {
    ...options,
    offline: asked || untrusted,
    elseOffline: request !== undefined,
    ...present({
      out: out === undefined ? undefined : outPath(options.local(out)),
      merge: merge === undefined ? undefined : { ...merge, prefix, untrusted },
    }),
  });
  const outputs = planOutputs(document);
  const sinks = around.github;
  // Of a stranger's pull request nothing is written but the summary: its token may not, and its text is not the team's word.
  const silent = untrusted || (planned.offline && !asked) || ports.signal.aborted || !invocation.on('publish');
  const published =
    sinks === undefined || silent
      ? undefined
      : await publishPlan(sinks, {
          planned,
          findings: rootsOf(options, prefix).findingsFromTop(document.findings),
          declaration: `${prefix}${options.file}`,
          comment,
        });
  return {
    document,
    conditions,
    details: planReport(planned, document.findings),
    outputs: { ...outputs, ...commentOutput(published?.commentId) },
    failures: published?.failures ?? [],
  };
}

function commentWhen(given = 'always'): CommentWhen {
  if (given === 'always' || given === 'changes') return given;
  throw new UserError(`--comment is ${JSON.stringify(given)}`, 'it must be always or changes');
}

/** The merge that the run is about, of a pull request or in a merge queue, and the forge to read it through. */
async function mergeOf({ github, repository }: Surroundings) {
  if (github === undefined || !isOfMerge(github.origin)) return undefined;
  return { ...(await mergeCommit(github.forge, repository, github.origin)), forge: github.forge, repository };
}

export const shown: Shown<PlanDocument, PlanReport> = {
  text: (document, style) => planText(document, document.findings, style),
  markdown: (document) => planMarkdown(document, document.findings),
  html: (document, details, version) => planPage({ ...details, plan: document, findings: document.findings }, version),
  summary: (document, details) => planSummaryMarkdown(details ?? { plan: document, findings: document.findings }),
};

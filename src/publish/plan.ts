import { previousFleet } from '../checkout/prepare.ts';
import type { Finding } from '../model/finding.ts';
import { readApproved } from '../plan/approved.ts';
import { isPlanOfNow } from '../plan/plan-of-now.ts';
import { PLAN_FILE } from '../render/tree.ts';
import { planCheck } from '../report/github/check.ts';
import { type PlanReport, planCommentMarkdown } from '../report/markdown/plan-comment.ts';
import { isUntouched } from '../report/merging-words.ts';
import type { CommittedState } from '../report/outcome-words.ts';
import { approvalState } from '../survey/approval-state.ts';
import type { Planned } from '../survey/live-plan.ts';
import { attempt, type Published, runFooter, type Sinks } from './sinks.ts';

/** changes: where there is nothing to tell, and nothing has been told, no comment is written. */
export type CommentWhen = 'always' | 'changes';

export interface PlanResult {
  planned: Planned;
  /** With files from the top of the repository: annotations stand on their lines. */
  findings: Finding[];
  /** The declaration, from the top of the repository: names comment and check also while it is too broken to name its fleet. */
  declaration: string;
  comment?: CommentWhen;
}

/** A plan on the pull request that the run is about: comment and check; a check alone in a merge queue. */
export async function publishPlan(sinks: Sinks, result: PlanResult): Promise<Published> {
  const { forge, origin } = sinks;
  const { planned, findings, declaration } = result;
  const { plan } = planned;
  const published: Published = { failures: [] };
  const request = origin.pullRequest;
  const written =
    request === undefined
      ? undefined
      : await attempt(published, () => {
          const comment = {
            pullRequest: request.number,
            marker: { kind: 'plan' as const, fleet: '', subject: declaration },
            body: planCommentMarkdown({ ...planReport(planned, findings), elsewhere: ELSEWHERE }),
            order: origin.order,
            ...footer(sinks),
          };
          // Of a pull request that touches nothing of the fleet nobody need hear, unless it has been said that it does.
          const nothing = result.comment === 'changes' && planned.conditions.length === 0;
          return isUntouched(plan) || nothing ? forge.editComment(comment) : forge.ensureComment(comment);
        });
  const sha = request?.headSha ?? (origin.event === 'merge_group' ? origin.sha : undefined);
  if (sha !== undefined && written?.operation !== 'outdated') {
    const { conclusion, output } = planCheck(plan, findings);
    await attempt(published, () =>
      forge.ensureCheck({
        sha,
        name: `cn2-fleet plan (${declaration})`,
        conclusion,
        output,
        order: origin.order,
        ...(origin.runUrl === undefined ? {} : { detailsUrl: origin.runUrl }),
        ...footer(sinks),
      }),
    );
  }
  if (written !== undefined) published.commentId = written.id;
  return published;
}

/** Without an address: a text that names its run would be written again by each one. */
const ELSEWHERE = 'All of it is in the summary of the run.';

/** The input of a plan's reports. */
export function planReport(planned: Planned, findings: readonly Finding[]): PlanReport {
  const { plan, offline, prepared } = planned;
  const { fleet } = prepared.declaration;
  const before = previousFleet(planned.before ?? prepared.committed);
  return {
    plan,
    findings,
    ...(fleet === undefined ? {} : { fleet }),
    ...(before === undefined ? {} : { before }),
    ...(offline || !plan.complete ? {} : { state: committedState(planned) }),
  };
}

/** Only a plan that is equal to the committed one is what merging approves exactly. */
function committedState(planned: Planned): CommittedState {
  const state = approvalState(planned);
  if (state !== 'approved') return state;
  const { committed } = planned.prepared;
  const approval = readApproved(committed[PLAN_FILE], planned.plan.index, PLAN_FILE);
  return approval.status === 'approved' && isPlanOfNow(approval.plan, planned.plan) ? 'approved' : 'covered';
}

function footer({ origin }: Sinks): { footer?: string } {
  const text = runFooter(origin, { page: true });
  return text === undefined ? {} : { footer: text };
}

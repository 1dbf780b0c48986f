import type { Finding } from '../../model/finding.ts';
import type { Fleet } from '../../model/fleet.ts';
import type { Plan } from '../../model/plan.ts';
import { present } from '../../model/present.ts';
import { isUntouched } from '../merging-words.ts';
import { COMMITTED_WORDS, type CommittedState } from '../outcome-words.ts';
import { onlyBlock, type Section, SUMMARY_BUDGET, withinBudget } from './budget.ts';
import { disruptionSection } from './disruption.ts';
import { findingsSection } from './findings.ts';
import { grantsSection, vendorLines } from './grants.ts';
import { deviationsSection } from './merging.ts';
import { COMMENT_DETAIL, type Detail, SUMMARY_DETAIL } from './plan-change.ts';
import { clusterSections, clusterTable, deletesSection } from './plan-clusters.ts';
import { digestLine, mergingLines, trustLines, verdictLine } from './plan-head.ts';
import { topologySections } from './topology.ts';

export interface PlanReport {
  plan: Plan;
  findings: readonly Finding[];
  /** As declared: for the drawing of the topology. */
  fleet?: Fleet;
  /** As approved before: connections that go are drawn, too. */
  before?: Fleet;
  /** What merging the branch would approve; absent where that is not known. */
  state?: CommittedState;
  /** Markdown that says where all of it can be read. */
  elsewhere?: string;
}

/** The one comment about the plan on a pull request; below `budget` bytes. */
export function planCommentMarkdown(report: PlanReport, budget?: number): string {
  return withinBudget(planSections(report, COMMENT_DETAIL), budget, report.elsewhere);
}

/** The same for the summary of the job, with room for nearly everything. */
export function planSummaryMarkdown(report: PlanReport, budget: number = SUMMARY_BUDGET): string {
  return withinBudget(planSections(report, SUMMARY_DETAIL), budget);
}

function planSections(report: PlanReport, detail: Detail): Section[] {
  const { plan, findings, fleet, before, state } = report;
  const head = [
    verdictLine(plan),
    ...trustLines(plan),
    ...(state === undefined || plan.merging !== undefined ? mergingLines(plan) : [COMMITTED_WORDS[state]]),
    ...(isUntouched(plan) ? [] : vendorLines(plan)),
    ...(plan.offline === true || isUntouched(plan) ? [] : [digestLine(plan)]),
  ];
  if (isUntouched(plan)) return [onlyBlock(0, head.join('\n\n'))];
  return [
    onlyBlock(0, head.join('\n\n')),
    disruptionSection(plan),
    deviationsSection(plan.merging),
    deletesSection(plan),
    findingsSection(findings),
    ...(fleet === undefined ? [] : topologySections({ plan, fleet, ...present({ before }) }, 3)),
    clusterTable(plan),
    grantsSection(plan, detail),
    ...clusterSections(plan, detail),
  ];
}

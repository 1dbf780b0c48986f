import type { Finding } from '../../model/finding.ts';
import type { Plan } from '../../model/plan.ts';
import { isUntouched } from '../merging-words.ts';
import { onlyBlock, withinBudget } from './budget.ts';
import { disruptionSection } from './disruption.ts';
import { findingsSection } from './findings.ts';
import { grantsSection, vendorLines } from './grants.ts';
import { deviationsSection } from './merging.ts';
import { COMMENT_DETAIL } from './plan-change.ts';
import { clusterSections, clusterTable, deletesSection } from './plan-clusters.ts';
import { digestLine, mergingLines, trustLines, verdictLine } from './plan-head.ts';

/** A plan for GitHub: verdict, deletes, findings, a table of clusters, one of grants, then a fold per cluster; below `budget` bytes. */
export function planMarkdown(plan: Plan, findings: readonly Finding[], budget?: number): string {
  return withinBudget(
    [
      onlyBlock(0, headOf(plan).join('\n\n')),
      disruptionSection(plan),
      deviationsSection(plan.merging),
      deletesSection(plan),
      findingsSection(findings),
      ...(isUntouched(plan) ? [] : [clusterTable(plan), grantsSection(plan, COMMENT_DETAIL)]),
      ...clusterSections(plan, COMMENT_DETAIL),
    ],
    budget,
  );
}

function headOf(plan: Plan): string[] {
  return [
    verdictLine(plan),
    ...trustLines(plan),
    ...mergingLines(plan),
    ...(isUntouched(plan) ? [] : [...vendorLines(plan), digestLine(plan)]),
  ];
}

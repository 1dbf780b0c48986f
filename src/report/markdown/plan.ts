import type { Finding } from '../../model/finding.ts';
import type { Plan } from '../../model/plan.ts';
import { onlyBlock, withinBudget } from './budget.ts';
import { findingsSection } from './findings.ts';
import { grantsSection, vendorLines } from './grants.ts';
import { COMMENT_DETAIL } from './plan-change.ts';
import { clusterSections, clusterTable, deletesSection } from './plan-clusters.ts';
import { digestLine, trustLines, verdictLine } from './plan-head.ts';

/** A plan for GitHub: verdict, deletes, findings, a table of clusters, one of grants, then a fold per cluster; below `budget` bytes. */
export function planMarkdown(plan: Plan, findings: readonly Finding[], budget?: number): string {
  return withinBudget(
    [
      onlyBlock(0, [verdictLine(plan), ...trustLines(plan), ...vendorLines(plan), digestLine(plan)].join('\n\n')),
      deletesSection(plan),
      findingsSection(findings),
      clusterTable(plan),
      grantsSection(plan, COMMENT_DETAIL),
      ...clusterSections(plan, COMMENT_DETAIL),
    ],
    budget,
  );
}

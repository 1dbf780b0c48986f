import type { Finding } from '../../model/finding.ts';
import type { Fleet } from '../../model/fleet.ts';
import type { Plan } from '../../model/plan.ts';
import { present } from '../../model/present.ts';
import { listed } from '../words.ts';
import { onlyBlock, type Section, withinBudget } from './budget.ts';
import { disruptionSection } from './disruption.ts';
import { code } from './escape.ts';
import { findingsSection } from './findings.ts';
import { grantsSection, vendorLines } from './grants.ts';
import { COMMENT_DETAIL } from './plan-change.ts';
import { clusterSections, clusterTable, deletesSection } from './plan-clusters.ts';
import { digestLine, trustLines, verdictLine } from './plan-head.ts';
import { topologySections } from './topology.ts';

export interface ProposalTextInput {
  plan: Plan;
  findings: readonly Finding[];
  /** As declared: for the drawing of the topology. */
  fleet?: Fleet;
  /** As approved before: connections that go are drawn, too. */
  before?: Fleet;
  /** Markdown of the caller's own, e.g. that runs on the pull request do not start by themselves. */
  note?: string;
}

/** What a forge takes as the body of a pull request, less what it adds itself. */
const PROPOSAL_BUDGET = 64_000;

/** The body of the pull request whose merge approves a plan; below `budget` bytes whatever the plan. */
export function proposalMarkdown(input: ProposalTextInput, budget: number = PROPOSAL_BUDGET): string {
  const { plan, findings, fleet, before, note } = input;
  return withinBudget(
    [
      onlyBlock(0, [verdictLine(plan), MERGING, ...trustLines(plan), ...vendorLines(plan)].join('\n\n')),
      disruptionSection(plan),
      ...(note === undefined ? [] : [onlyBlock(1, `> [!NOTE]\n> ${note.replaceAll('\n', '\n> ')}`, { note: 1 })]),
      deletesSection(plan),
      ...restartSections(plan),
      findingsSection(findings),
      ...(fleet === undefined ? [] : topologySections({ plan, fleet, ...present({ before }) }, 3)),
      clusterTable(plan),
      grantsSection(plan, COMMENT_DETAIL),
      ...clusterSections(plan, COMMENT_DETAIL),
      onlyBlock(0, digestLine(plan)),
    ],
    budget,
  );
}

const MERGING =
  '**Merging approves exactly this plan.** Apply does it and nothing else, or says why not. If a cluster has moved in the meantime, the propose workflow brings this pull request up to date.';

/** Pods that lose their connections for a moment: who merges should know. */
function restartSections(plan: Plan): Section[] {
  const names = plan.clusters.filter(({ changes }) => changes.some(({ action }) => action === 'restart')).map(({ name }) => name);
  if (names.length === 0) return [];
  const where = names.length > 10 ? `${names.length} clusters` : listed(names.map((name) => code(name)));
  return [onlyBlock(1, `↻ Pods that are older than CN2 restart on ${where}, CoreDNS first.`, { note: 1 })];
}

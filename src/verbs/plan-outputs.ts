import type { ChangeAction } from '../model/change-action.ts';
import type { Plan, PlanCluster } from '../model/plan.ts';
import { neutraliseJson } from '../report/github/neutralise.ts';
import { outputLine } from '../report/github/output-line.ts';
import type { COMMENT_ID, COMPARED, NamesOf, Outputs } from './outputs.ts';

/** What a plan counts; issues, comments and files are the caller's. */
export function planOutputs(plan: Plan): Outputs<NamesOf<typeof COMPARED>> {
  const changes = plan.clusters.flatMap((cluster) => cluster.changes);
  const count = (...actions: ChangeAction[]) => String(changes.filter(({ action }) => actions.includes(action)).length);
  const conflicts = changes.flatMap(({ fields }) => fields).filter(({ conflictsWith }) => conflictsWith !== undefined);
  return {
    changed: String(changes.length > 0),
    'plan-digest': plan.digest,
    'summary-json': neutraliseJson(JSON.stringify(plan.clusters.map(clusterSummary))),
    'to-create': count('create'),
    'to-update': count('update', 'adopt'),
    'to-delete': count('delete', 'replace'),
    conflicts: String(conflicts.length),
    'unknown-clusters': plan.clusters
      .filter(({ status }) => status === 'unknown')
      .map(({ name }) => outputLine(name))
      .join(','),
  };
}

function clusterSummary({ name, status, changes }: PlanCluster): object {
  const counts: Partial<Record<ChangeAction, number>> = {};
  for (const { action } of changes) counts[action] = (counts[action] ?? 0) + 1;
  return { cluster: name, status, ...counts };
}

/** The comment on the pull request; nothing where none was written. */
export function commentOutput(id: number | undefined): Outputs<(typeof COMMENT_ID)['name']> {
  return id === undefined ? {} : { 'comment-id': String(id) };
}

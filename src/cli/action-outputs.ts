import { neutralise, neutraliseJson } from '../adapters/actions/neutralise.ts';
import type { ChangeAction } from '../model/change-action.ts';
import type { Condition } from '../model/outcome.ts';
import type { Plan, PlanCluster } from '../model/plan.ts';
import type { ProposalResult } from '../model/propose.ts';
import { excerpt } from '../report/printable.ts';
import type { OutputName } from './action-interface.ts';
import { EXIT_CODES, exitCode } from './exit.ts';

export type Outputs = Partial<Record<OutputName, string>>;

/** result and exit-code: the word and the number for the condition that decides. With changes `changed` is true, whoever counts them. */
export function endOutputs(conditions: readonly Condition[]): Outputs {
  const deciding = EXIT_CODES.find(([condition]) => conditions.includes(condition))?.[0];
  return {
    result: deciding ?? 'ok',
    'exit-code': String(exitCode(conditions)),
    ...(conditions.includes('changes') ? { changed: 'true' } : {}),
  };
}

/** Longest sentence of an output. */
const SENTENCE_LENGTH = 1_000;

/** Foreign text as the value of an output: one line in which a step that prints it finds no command for the runner. */
export function outputLine(text: string): string {
  return neutralise(excerpt(text, SENTENCE_LENGTH));
}

/** What a plan counts; `issues`, comments and files are the caller's. */
export function planOutputs(plan: Plan): Outputs {
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

/** What became of the proposed pull request. */
export function proposalOutputs({ operation, number, url, headSha }: ProposalResult): Outputs {
  return {
    'pull-request-operation': operation,
    ...(number === undefined ? {} : { 'pull-request-number': String(number) }),
    ...(url === undefined ? {} : { 'pull-request-url': url }),
    ...(headSha === undefined ? {} : { 'pull-request-head-sha': headSha }),
  };
}

function clusterSummary({ name, status, changes }: PlanCluster): object {
  const counts: Partial<Record<ChangeAction, number>> = {};
  for (const { action } of changes) counts[action] = (counts[action] ?? 0) + 1;
  return { cluster: name, status, ...counts };
}

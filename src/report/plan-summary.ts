import type { ChangeAction } from '../model/change-action.ts';
import { manifestPath } from '../model/manifest.ts';
import { objectTitle } from '../model/object-ref.ts';
import type { Change, FieldChange, Plan, PlanCluster } from '../model/plan.ts';
import { ADMISSION } from '../plan/rewritten.ts';
import { excerpt, printable } from './printable.ts';

/** Longest value that is shown of a field, where nothing else is said; the rest is counted. */
const VALUE_LENGTH = 160;

const ORDER: readonly ChangeAction[] = ['delete', 'replace', 'create', 'update', 'adopt', 'restart'];

/** One character per action: + create, ~ update, - delete, ± replace, = adopt, ↻ restart. */
export const SIGN: Record<ChangeAction, string> = {
  create: '+',
  update: '~',
  delete: '-',
  replace: '±',
  adopt: '=',
  restart: '↻',
};

/** Deletes first, then replacements, then what else interrupts; apart from that the order of the plan. */
export function mostDangerousFirst(changes: readonly Change[]): Change[] {
  const rank = (change: Change) =>
    change.action === 'delete' ? 0 : change.action === 'replace' ? 1 : change.disrupts !== undefined ? 2 : 3;
  return [...changes].sort((a, b) => rank(a) - rank(b));
}

/** Kind, namespace and name as people write them; a restart is about pods in general. */
export function changeTitle(change: Pick<Change, 'action' | 'kind' | 'namespace' | 'name'>): string {
  if (change.action === 'restart') return `${printable(change.kind)}s older than CN2`;
  const { kind, namespace, name } = change;
  return printable(objectTitle({ kind, namespace, name }));
}

/** Where the content of a create can be read, below the rendered folder. */
export function renderedPath(cluster: string, change: Pick<Change, 'stage' | 'kind' | 'namespace' | 'name'>): string {
  return printable(manifestPath(cluster, change.stage, change));
}

/** A field's value as one line of JSON; `absent` where there is none. */
export function valueText(value: FieldChange['before'], longest: number = VALUE_LENGTH): string {
  return value === undefined ? 'absent' : excerpt(JSON.stringify(value), longest);
}

/** What to do about a conflict: both remedies. */
export function conflictText(manager: string): string {
  if (manager === ADMISSION) {
    return 'an admission webhook of the cluster rewrites this field on every write: declare what it writes, or have it leave this object alone';
  }
  const owner = excerpt(manager, VALUE_LENGTH);
  return `${owner} owns this field: approving the plan takes it over; to leave it, stop declaring it or give it up in ${owner}`;
}

/** "takes over 3 fields from kubectl-create": whose records of ownership lose what is declared; none for most changes. */
export function takingTexts({ takes = [] }: Pick<Change, 'takes'>): string[] {
  return takes.map(({ manager, fields }) => {
    const count = `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`;
    return `takes over ${count} from ${excerpt(manager, VALUE_LENGTH)}, which set the same`;
  });
}

/** Fields that are shown: those of a create are read in its file, those of a delete are gone. */
export function shownFields(change: Change): FieldChange[] {
  if (change.action === 'delete' || change.action === 'restart') return [];
  if (change.action === 'create') return change.fields.filter((field) => field.conflictsWith !== undefined);
  return change.fields;
}

/** "1 to delete, 3 to create", in order of danger; "no changes" for none. */
export function actionCounts(changes: readonly Change[]): string {
  const parts = ORDER.flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [action === 'restart' ? 'pods to restart' : `${count} to ${action}`];
  });
  return parts.length === 0 ? 'no changes' : parts.join(', ');
}

export interface PlanTotals {
  changes: Change[];
  /** Changes that interrupt what runs. */
  disruptive: number;
  conflicts: number;
  predicted: number;
  /** Of those, Secrets: predicted whatever is there, since their content goes to no server before it is approved. */
  predictedSecrets: number;
  /** Secrets that may not be read. */
  notCompared: number;
  unknown: PlanCluster[];
}

/** What is true of a plan as a whole. */
export function planTotals(plan: Plan): PlanTotals {
  const changes = plan.clusters.flatMap((cluster) => cluster.changes);
  // Of a cluster that was not looked at, everything is: that it is unknown says so.
  const known = plan.clusters.filter(({ status }) => status === 'known');
  const predicted = known.flatMap((cluster) => cluster.changes.filter((change) => change.predicted));
  return {
    changes,
    disruptive: changes.filter(({ disrupts }) => disrupts !== undefined).length,
    conflicts: changes.reduce(
      (sum, change) => sum + change.fields.filter((field) => field.conflictsWith !== undefined).length,
      0,
    ),
    predicted: predicted.length,
    predictedSecrets: predicted.filter(({ kind, apiVersion }) => kind === 'Secret' && apiVersion === 'v1').length,
    notCompared: plan.clusters.reduce((sum, { notCompared = [] }) => sum + notCompared.length, 0),
    unknown: plan.clusters.filter((cluster) => cluster.status === 'unknown'),
  };
}

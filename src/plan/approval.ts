import { canonicalJson } from '../declare/digest.ts';
import type { LiveState } from '../model/live.ts';
import { objectKey, objectTitle, refOfEntry } from '../model/object-ref.ts';
import type { ApprovedPlan, Change, FieldChange, Plan, PlanCluster } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { abilityTexts } from './abilities.ts';
import { planDigest } from './digest.ts';
import { lastWriterText } from './last-writer.ts';
import { liveCluster, seenObject } from './live-objects.ts';
import { movesVersion } from './version-change.ts';
import { withoutViews } from './views.ts';

/** Why a change is not covered: what was approved, what it is now. */
export interface Deviation {
  cluster: string;
  change: Change;
  approved?: Change;
  now?: Change;
  /** A sentence for a person: approved, now, and who wrote the object last. */
  text: string;
}

export type Subset = { ok: true } | { ok: false; reasons: Deviation[]; texts: string[] };

/** The part of a plan that is approved by merging it: meaning only, so that it is the same file for the same meaning. `renderedBy`: version. */
export function approve(plan: Plan, renderedBy?: string): ApprovedPlan {
  return {
    schemaVersion: 1,
    fleet: plan.fleet,
    digest: plan.digest,
    index: plan.index,
    ...present({ serial: plan.serial }),
    complete: plan.complete,
    ...present({ renderedBy }),
    clusters: plan.clusters.map(({ name, uid, role, changes, notCompared, limited }) => ({
      name,
      ...present({ uid }),
      role,
      ...present({ notCompared, limited }),
      changes: changes.map(withoutViews),
    })),
  };
}

/**
 * Whether everything that would be done now was approved. Less than approved is fine: that is a run that was interrupted, or somebody
 * who did part of it. `live` names who moved an object.
 */
export function isSubset(now: Plan, approved: ApprovedPlan, live?: LiveState): Subset {
  const texts = documentFaults(now, approved);
  const reasons = texts.length > 0 ? [] : now.clusters.flatMap((cluster) => deviationsOn(cluster, approved, live, texts));
  if (texts.length === 0 && reasons.length === 0) return { ok: true };
  return { ok: false, reasons, texts: [...texts, ...reasons.map(({ text }) => text)] };
}

/** The changes that are part of a valid approval. */
export function approvedChanges(now: Plan, approved: ApprovedPlan): ReadonlySet<Change> {
  if (documentFaults(now, approved).length > 0) return new Set();
  return new Set(
    now.clusters.flatMap((cluster) => {
      const texts: string[] = [];
      const other = new Set(deviationsOn(cluster, approved, undefined, texts).map(({ change }) => change));
      return texts.length > 0 ? [] : cluster.changes.filter((change) => !other.has(change));
    }),
  );
}

function documentFaults(now: Plan, approved: ApprovedPlan): string[] {
  if (planDigest(approved) !== approved.digest) return ['the approved plan was edited: its digest does not fit its content'];
  if (approved.fleet !== now.fleet) return [`the approved plan is for fleet ${approved.fleet}, not ${now.fleet}`];
  if (approved.index !== now.index) return ['the approved plan belongs to rendered files other than the present ones'];
  if (!approved.complete) return ['the approved plan is incomplete: a cluster was unknown when it was made'];
  const nameless = approved.clusters.filter(({ uid }) => uid === undefined || uid === '');
  if (nameless.length > 0)
    return [`the approved plan does not say which cluster ${nameless[0]!.name} is (uid of kube-system): it was edited`];
  return [];
}

function deviationsOn(cluster: PlanCluster, approved: ApprovedPlan, live: LiveState | undefined, texts: string[]): Deviation[] {
  const before = approved.clusters.find(({ name }) => name === cluster.name);
  if (before?.uid !== undefined && cluster.uid !== undefined && before.uid !== cluster.uid) {
    texts.push(`${cluster.name} is not the cluster that was approved (uid of kube-system: ${before.uid}, now ${cluster.uid})`);
    return [];
  }
  const changed = abilityTexts(cluster, before);
  if (changed.length > 0) {
    texts.push(...changed);
    return [];
  }
  const known = new Map((before?.changes ?? []).map((change) => [changeKey(change), change]));
  return cluster.changes.flatMap((change) => {
    if (isContent(change, before)) return [];
    const text = deviation(change, known.get(changeKey(change)));
    if (text === undefined) return [];
    const was = known.get(changeKey(change));
    const where = `${cluster.name}: ${objectTitle(refOfEntry(change))}`;
    const mover = moverText(live, cluster.name, change);
    return [
      {
        cluster: cluster.name,
        change,
        ...present({ approved: was }),
        now: change,
        text: `${where}: ${text}${mover}`,
      },
    ];
  });
}

/**
 * A Secret that could not be compared when it was approved: that it gets the content which its annotation names was, or, where nothing
 * renders it any more, that it goes with the cluster which it is for.
 */
function isContent(
  { action, apiVersion, kind, namespace, name }: Change,
  approved: ApprovedPlan['clusters'][number] | undefined,
): boolean {
  if (apiVersion !== 'v1' || kind !== 'Secret' || action === 'replace') return false;
  return approved?.notCompared?.some((one) => one.namespace === (namespace ?? '') && one.name === name) === true;
}

/** Why one change is not what was approved; undefined: it is. */
function deviation(now: Change, approved: Change | undefined): string | undefined {
  if (approved === undefined) return `${now.action} was not approved`;
  if (now.action === 'replace') return 'would have to be replaced, which no approval covers';
  if (!sameAction(now, approved)) return `approved: ${approved.action}, now: ${now.action}`;
  if (now.uid !== approved.uid)
    return `the object was replaced (uid approved: ${approved.uid ?? 'none'}, now: ${now.uid ?? 'none'})`;
  if (movesVersion(approved.fields)) return takenBeyond(now, approved);
  const fields = new Map(approved.fields.map((field) => [field.path, field]));
  for (const field of now.fields) {
    const text = fieldDeviation(field, fields.get(field.path));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A move to another API version that would take a field over from a manager whom the approved plan does not name. */
function takenBeyond(now: Change, approved: Change): string | undefined {
  const named = new Set(approved.fields.map(({ conflictsWith }) => conflictsWith));
  const beyond = now.fields.find(({ conflictsWith }) => !named.has(conflictsWith) && conflictsWith !== undefined);
  return beyond === undefined
    ? undefined
    : `${beyond.path} now belongs to ${beyond.conflictsWith}, which the approved plan does not name`;
}

/** An update of which only our marks are left to set has become an adoption; the fields decide. */
function sameAction(now: Change, approved: Change): boolean {
  const onto = new Set(['update', 'adopt']);
  return now.action === approved.action || (onto.has(now.action) && onto.has(approved.action));
}

function fieldDeviation(now: FieldChange, approved: FieldChange | undefined): string | undefined {
  if (approved === undefined) return `${now.path} was not to be changed, now: ${spell(now.before)} → ${spell(now.after)}`;
  if (
    canonicalJson([now.before ?? null, now.after ?? null]) !== canonicalJson([approved.before ?? null, approved.after ?? null])
  ) {
    return `${now.path} approved: ${spell(approved.before)} → ${spell(approved.after)}, now: ${spell(now.before)} → ${spell(now.after)}`;
  }
  if (now.conflictsWith !== undefined && now.conflictsWith !== approved.conflictsWith) {
    return `${now.path} now belongs to ${now.conflictsWith}, which the approved plan does not name`;
  }
  return undefined;
}

function spell(value: unknown): string {
  return value === undefined ? '(absent)' : JSON.stringify(value);
}

function changeKey(change: Change): string {
  return `${change.action === 'restart' ? 'restart' : ''} ${objectKey(refOfEntry(change))}`;
}

function moverText(live: LiveState | undefined, cluster: string, change: Change): string {
  const state = live === undefined ? undefined : liveCluster(live, cluster);
  const object = state === undefined ? undefined : seenObject(state, refOfEntry(change));
  return object === undefined ? '' : lastWriterText(object);
}

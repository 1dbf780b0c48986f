import type { ClosedPath } from '../cn2/closed-paths.ts';
import { grantChanges, grantsOf } from '../cn2/grants.ts';
import { FLEET_LABEL } from '../cn2/names.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../model/kubernetes.ts';
import type { Problem } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import type { Change, FieldChange } from '../model/plan.ts';
import { present } from '../model/present.ts';
import type { ObjectComparison } from './comparison.ts';
import { projection } from './difference.ts';
import { fieldChanges } from './fields.ts';
import { needsReplacement, saysImmutable } from './immutable.ts';
import { sameJson } from './json.ts';
import { leavingText } from './leaving.ts';
import { mergeLocally } from './local-merge.ts';
import { isManaged } from './managed.ts';
import { type Merge, mergeOf } from './merge.ts';
import { ownEntry } from './ownership.ts';
import type { PreviewResult } from './preview.ts';
import { isSecret } from './secret-merge.ts';
import { versionChange } from './version-change.ts';

/** What one desired object adds to the plan. `live` is the object whose state the change was worked out against. */
export type ObjectOutcome =
  | { type: 'none' }
  | { type: 'change'; change: Change; live?: KubernetesObject; owners?: ManagedFieldsEntry[]; finding?: Finding }
  | { type: 'finding'; finding: Finding }
  | { type: 'problem'; problem: Problem }
  | { type: 'not-compared' };

/** The marks that make an object ours; an object that differs in nothing else is adopted. */
const OUR_MARKS = /^\/metadata\/(labels\/(app\.kubernetes\.io~1managed-by|cn2-fleet~1fleet)|annotations\/cn2-fleet~1[^/]+)$/;

const NOTHING: ObjectOutcome = { type: 'none' };

/** One desired object's change, from its comparison and, for an open question, the server's answer. */
export function outcomeOf(
  fleet: Fleet,
  entry: Desired,
  comparison: ObjectComparison,
  preview: PreviewResult | undefined,
): ObjectOutcome {
  switch (comparison.state) {
    case 'unjudged':
    case 'unchanged':
      return NOTHING;
    case 'unreadable':
      return { type: 'problem', problem: comparison.problem };
    case 'not-compared':
      return { type: 'not-compared' };
    case 'no-namespace':
      return { type: 'finding', finding: withoutNamespace(entry, comparison.namespace) };
    case 'predicted':
      return creation(entry, true);
    case 'moving':
      return unasked(fleet, entry, comparison.live, comparison.closed);
    case 'leaving':
      return { ...creation(entry, true), finding: leaving(entry, comparison.live) };
    case 'judged':
      return previewed(fleet, entry, comparison.verdict.question.live, comparison.verdict, []);
    case 'open':
      return previewed(fleet, entry, comparison.question.live, preview, comparison.closed);
  }
}

function previewed(
  fleet: Fleet,
  entry: Desired,
  listed: KubernetesObject | undefined,
  preview: PreviewResult | undefined,
  closed: readonly ClosedPath[],
): ObjectOutcome {
  if (preview === undefined) {
    const message = `${objectTitle(refOf(entry.object, entry.manifest.cluster))} was not previewed`;
    return { type: 'problem', problem: { cause: 'error', message } };
  }
  switch (preview.status) {
    case 'failed':
      return { type: 'problem', problem: preview.problem };
    case 'absent':
      return creation(entry, true);
    case 'forbidden':
    case 'not-served':
      return listed === undefined ? creation(entry, true) : unasked(fleet, entry, listed, closed);
    case 'refused':
      if (listed !== undefined && saysImmutable(preview.message)) {
        const fields = fieldChanges(projection(listed, entry.object), entry.object);
        return { type: 'change', change: change(entry, 'replace', fields, { live: listed, after: entry.object }), live: listed };
      }
      return { type: 'finding', finding: refused(entry, preview.message) };
    case 'merged': {
      const live = preview.live ?? listed;
      if (live === undefined) return creation(entry, false);
      return merged(fleet, entry, live, preview.result, mergeOf(entry.object, live, preview.result, preview.conflicts, closed));
    }
  }
}

/** A change that no server was asked about: it can become only what was rendered. */
function unasked(fleet: Fleet, entry: Desired, live: KubernetesObject, closed: readonly ClosedPath[]): ObjectOutcome {
  const { result, conflicts } = mergeLocally(entry.object, live);
  const merge = mergeOf(entry.object, live, result, conflicts, closed);
  const fields = [...versionChange(live, entry.object), ...merge.fields];
  const outcome = merged(fleet, entry, live, result, { ...merge, fields });
  return outcome.type === 'change' ? { ...outcome, change: { ...outcome.change, predicted: true } } : outcome;
}

function merged(
  fleet: Fleet,
  entry: Desired,
  live: KubernetesObject,
  result: KubernetesObject,
  { fields, recorded, takes, owners }: Merge,
): ObjectOutcome {
  // Content and record both stay: applying it would be a write for nothing.
  if (fields.length === 0 && recorded && takes === undefined) return NOTHING;
  // What ends as it was is taken over at most: a server's default beside what is declared, where it owns both as one.
  const stays = ({ before, after }: FieldChange) => !isSecret(entry.object) && sameJson(before, after);
  const changed = fields.filter((field) => !stays(field));
  if (needsReplacement(entry.object, changed, ownEntry(live)?.fieldsV1))
    return { type: 'change', change: change(entry, 'replace', fields, { live, after: result }), live };
  const marksOnly = changed.every(({ path }) => OUR_MARKS.test(path));
  const adopted = fields.length === 0 || (marksOnly && !isManaged(fleet, entry.manifest.cluster, live));
  return {
    type: 'change',
    change: {
      ...change(entry, adopted ? 'adopt' : 'update', withForeignFleet(fleet, live, fields), { live, after: result }),
      ...present({ takes }),
    },
    live,
    ...present({ owners }),
  };
}

/** All fleets write as one field manager, so the server sees no conflict when one takes an object from another. */
function withForeignFleet(fleet: Fleet, live: KubernetesObject, fields: FieldChange[]): FieldChange[] {
  const owner = live.metadata.labels?.[FLEET_LABEL];
  if (owner === undefined || owner === fleet.metadata.name) return fields;
  return fields.map((field) =>
    field.path === '/metadata/labels/cn2-fleet~1fleet' && field.conflictsWith === undefined
      ? { ...field, conflictsWith: `fleet ${owner}` }
      : field,
  );
}

function creation(entry: Desired, predicted: boolean): ObjectOutcome & { type: 'change' } {
  return { type: 'change', change: { ...change(entry, 'create', fieldChanges(undefined, entry.object)), predicted } };
}

/** `onto`: what is there, and what the server says it will be. */
function change(
  entry: Desired,
  action: Change['action'],
  fields: FieldChange[],
  onto?: { live: KubernetesObject; after: KubernetesObject },
): Change {
  const { namespace, name, kind } = refOf(entry.object);
  const live = onto?.live;
  const grants = onto === undefined ? grantsOf(entry.object) : grantChanges(onto.live, onto.after);
  return {
    action,
    apiVersion: entry.object.apiVersion,
    kind,
    ...present({ namespace }),
    name,
    ...present({ uid: live?.metadata.uid }),
    for: entry.manifest.for,
    stage: entry.manifest.stage,
    predicted: false,
    fields,
    ...(grants.length === 0 ? {} : { grants }),
    ...present({ patched: entry.manifest.patched }),
  };
}

function withoutNamespace(entry: Desired, namespace: string): Finding {
  const { manifest, object } = entry;
  return {
    rule: 'reference',
    severity: 'error',
    cluster: manifest.cluster,
    message: `${object.kind} ${object.metadata.name} belongs in namespace ${namespace} of ${manifest.cluster}, which does not exist and which nothing creates`,
    remedy: 'create the namespace, or let this fleet manage it (manage: true)',
  };
}

function leaving(entry: Desired, live: KubernetesObject): Finding {
  return {
    rule: 'manifests',
    severity: 'warning',
    cluster: entry.manifest.cluster,
    message: leavingText(live, entry.manifest.cluster),
    remedy: 'it is created again when it has gone: an apply waits for that, and somebody has to see to what holds it',
  };
}

function refused(entry: Desired, message: string): Finding {
  return {
    rule: 'manifests',
    severity: 'error',
    cluster: entry.manifest.cluster,
    message,
    remedy: `look at ${entry.manifest.path} below the rendered folder; the server has tried it without storing it`,
  };
}

import { parseAllDocuments } from 'yaml';
import { canonicalJson } from '../declare/digest.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';
import type { MergeDeviation } from '../model/merging.ts';
import { objectKey, refOf, refOfEntry } from '../model/object-ref.ts';
import type { ApprovedPlan, Change } from '../model/plan.ts';
import { fieldChanges } from '../plan/fields.ts';
import type { FileFault } from './rendered-files.ts';

/** Object by object, what files that are not as rendered would do beyond the declaration or short of it. */
export function fileDeviations(faults: readonly FileFault[], manifests: readonly Manifest[]): MergeDeviation[] {
  const rendered = new Map(manifests.map((manifest) => [manifest.path, manifest]));
  return faults.flatMap(({ path, fault, text, instead }) => {
    const should = rendered.get(path);
    const [cluster = ''] = path.split('/');
    // What cannot be read is not said to be missing: the finding of the file says what it is.
    const read = fault === 'missing' || instead !== undefined ? [] : text === undefined ? undefined : objectsIn(text);
    if (read === undefined) return [];
    const same = should && read.find((object) => keyOf(object) === keyOf(should.object));
    const found = read.filter((object) => object !== same).map((object) => deviation('surplus', cluster, object));
    if (should !== undefined && same === undefined) found.push(deviation('missing', cluster, should.object));
    if (should !== undefined && same !== undefined) {
      const fields = fieldChanges(should.object, same).map((field) => field.path);
      if (fields.length > 0) found.push({ ...deviation('different', cluster, same), fields });
    }
    return found;
  });
}

/** Change by change, what a committed plan approves beyond the current plan or short of it. */
export function approvalDeviations(committed: ApprovedPlan, now: ApprovedPlan): MergeDeviation[] {
  const [approved, wanted] = [changesOf(committed), changesOf(now)];
  const result: MergeDeviation[] = [];
  for (const [key, { cluster, change }] of approved) {
    const other = wanted.get(key)?.change;
    if (other === undefined) result.push(ofChange('surplus', cluster, change));
    else if (meaningOf(other) !== meaningOf(change)) result.push(ofChange('different', cluster, change));
  }
  for (const [key, { cluster, change }] of wanted) if (!approved.has(key)) result.push(ofChange('missing', cluster, change));
  return result;
}

function changesOf({ clusters }: ApprovedPlan): Map<string, { cluster: string; change: Change }> {
  const all = clusters.flatMap(({ name, changes }) => changes.map((change) => ({ cluster: name, change })));
  const restart = (change: Change) => (change.action === 'restart' ? 'restart' : '');
  return new Map(
    all.map((each) => {
      const identity = objectKey(refOfEntry(each.change));
      return [JSON.stringify([each.cluster, restart(each.change), identity]), each];
    }),
  );
}

function meaningOf({ predicted: _, ...meaning }: Change): string {
  return canonicalJson(meaning);
}

function ofChange(what: MergeDeviation['what'], cluster: string, change: Change): MergeDeviation {
  const { action, kind, namespace, name } = change;
  return { what, where: 'approval', cluster, action, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

function deviation(what: MergeDeviation['what'], cluster: string, { kind, metadata }: KubernetesObject): MergeDeviation {
  const { name, namespace } = metadata;
  return { what, where: 'rendered', cluster, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

function keyOf(object: KubernetesObject): string {
  return objectKey(refOf(object));
}

/** The objects that anybody's text holds; undefined where it cannot be read. What is not an object of Kubernetes is left out. */
function objectsIn(text: string): KubernetesObject[] | undefined {
  try {
    return parseAllDocuments(text, { logLevel: 'error' }).flatMap((document) => objectOf(document.toJS()));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): KubernetesObject[] {
  if (typeof value !== 'object' || value === null) return [];
  const { apiVersion, kind, metadata } = value as Partial<KubernetesObject>;
  const { name, namespace } = typeof metadata === 'object' && metadata !== null ? metadata : {};
  const texts = [apiVersion, kind, name, namespace ?? ''];
  return texts.every((each) => typeof each === 'string') ? [value as KubernetesObject] : [];
}

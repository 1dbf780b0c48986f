import { isOwnKey } from '../cn2/names.ts';
import { pointer } from '../declare/pointer.ts';
import type { Edit } from '../edit/edits.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import { isPatchOf } from '../model/patch-reach.ts';
import type { FieldChange } from '../model/plan.ts';
import { contains } from '../render/extra-paths.ts';
import { mergePatch } from '../render/merge-patch.ts';
import {
  ACCESS,
  type Answer,
  fieldByField,
  IMAGE,
  memberAt,
  NO_KEY,
  NUMBER,
  OWN_MARK,
  type Reason,
  SHARED_FILE,
  type Subject,
} from './answer.ts';
import { asLive } from './field-path.ts';
import { said } from './networks.ts';
import { bothPatches, patchBetween } from './patch-between.ts';
import { vendorPatch } from './vendor-patch.ts';

const NUMBERS: readonly string[] = ['listenerPort', 'constantRouteTargetNumber'];
const ATTACHED_WITH: readonly string[] = [
  'clusterName',
  'kubeconfigSecretName',
  'podV4Subnet',
  'podV6Subnet',
  'serviceV4Subnet',
  'serviceV6Subnet',
];
/** Why a line of the declaration is there that only says what runs. */
const AS_IT_RUNS = 'As it was found on the cluster. Removing this line asks for the change back to what the manifests say.';

/** A drifted Kubemanager: its spec is that of `kubemanager`, its node selector has a key. */
export function ofKubemanager({ change, manifest: { declaredAt: at, object }, declared }: Subject): Answer {
  const live = asLive(object, change.fields);
  const written = memberAt(declared as Fields, at.split('/').slice(1));
  const kubemanager = isFields(written) ? written['kubemanager'] : undefined;
  const spec = isFields(kubemanager) ? kubemanager['spec'] : undefined;
  const answer = fieldByField(change.fields, (field, parts) => {
    const [first, name = '', inner] = parts;
    if (first !== 'spec') return metadataReason(parts);
    if (NUMBERS.includes(name)) return NUMBER;
    if (ATTACHED_WITH.includes(name)) return ACCESS;
    if (isImage(field)) return IMAGE;
    if (name === 'common' && inner === 'containers') return NO_KEY;
    if (name === 'common' && inner === 'nodeSelector')
      return said(`${at}/kubemanagerNodeSelector`, memberAt(live, ['spec', 'common', 'nodeSelector']));
    const path = `${at}/kubemanager/spec${pointer(...parts.slice(1))}`;
    const value = memberAt(live, parts);
    // Of what is rendered anyway null takes it out; what the key alone says goes with it.
    const ownWord = isFields(spec) && memberAt(spec, parts.slice(1)) !== undefined;
    return value === undefined && ownWord ? said(path, undefined) : said(path, value ?? null, AS_IT_RUNS);
  });
  const first = `${at}/kubemanager`;
  const isName = typeof kubemanager === 'string' && answer.edits.some(({ edit }) => edit.path.startsWith(`${first}/`));
  if (isName) answer.edits.unshift({ edit: { edit: 'set', path: first, value: { name: kubemanager } } });
  return answer;
}

/** A drifted object of the vendor's manifests: one patch of it, the one that is there or a new one. */
export function ofVendorObject({ change, manifest: { declaredAt: at, object }, fleet }: Subject): Answer {
  const { merge, refused } = vendorPatch(object, change.fields);
  if (merge === undefined) return { edits: [], refused };
  const { patches = [] } = fleet.distributed[Number(at.split('/')[2])] ?? {};
  const last = patches.findLastIndex((patch) => isPatchOf(patch, object));
  const { kind, metadata } = object;
  const { name, namespace } = metadata;
  // A further patch of the same object comes after those that are there.
  const joined = last < 0 ? undefined : bothPatches(patches[last]!.merge, merge);
  const edit: Edit =
    joined === undefined
      ? {
          edit: 'append',
          path: `${at}/patches`,
          value: { kind, name, ...(namespace === undefined ? {} : { namespace }), merge },
          comment: AS_IT_RUNS,
        }
      : { edit: 'set', path: `${at}/patches/${last}/merge`, value: joined };
  return { edits: [{ edit }], refused };
}

/** A drifted object of the user's own, in its file. */
export function ofExtra({ change, manifest: { object, at }, fleet: { extra = [] } }: Subject): Answer {
  const file = at?.([]).file;
  const marks = fieldByField(change.fields, (_field, [first, , key]) =>
    first === 'metadata' && isOwnKey(key ?? '') ? OWN_MARK : [],
  );
  if (file === undefined) return { edits: [], refused: [...marks.refused, NO_KEY] };
  const clusters = new Set(extra.filter(({ path }) => contains(path, file)).map(({ cluster }) => cluster));
  if (clusters.size > 1) return { edits: [], refused: [...marks.refused, SHARED_FILE] };
  const refused = new Set(marks.refused.map(({ field }) => field));
  const merge = patchBetween(
    object,
    asLive(
      object,
      change.fields.filter(({ path }) => !refused.has(path)),
    ),
  );
  return { edits: leaves(merge).map((edit) => ({ file, edit })), refused: marks.refused };
}

/** A merge patch as single edits of a file: what is written there beside it stays. */
function leaves(merge: Fields, at = ''): Edit[] {
  return Object.entries(merge).flatMap(([key, value]): Edit[] => {
    const path = at + pointer(key);
    if (isFields(value) && Object.keys(value).length > 0) return leaves(value, path);
    return value === null ? said(path, undefined) : said(path, mergePatch(undefined, value));
  });
}

function metadataReason([, map, key = '']: readonly string[]): Reason {
  return map === 'labels' && isOwnKey(key) ? OWN_MARK : NO_KEY;
}

function isImage({ path }: FieldChange): boolean {
  return /\/image$/.test(path);
}

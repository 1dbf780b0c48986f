import { commonFieldType, hasType } from '../cn2/kubemanager-fields.ts';
import { isOwnKey } from '../cn2/names.ts';
import { keyPlaceOf, placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import { LABEL_KEY, LABEL_VALUE, type TextForm } from '../declare/text-forms.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Patch } from '../model/fleet.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import { vendorProblem } from './vendor-roles.ts';

const IDENTITY = 'says what the object is';
const CONTROLLERS = 'is written by controllers';
const SECRET = 'would be a secret in a file that everybody reads';

/** Top-level members that no patch sets, with the reason. */
const MEMBERS: Readonly<Record<string, string>> = { apiVersion: IDENTITY, kind: IDENTITY, status: CONTROLLERS };
const SECRET_MEMBERS: Readonly<Record<string, string>> = {
  data: SECRET,
  stringData: SECRET,
  type: 'says what the Secret is for',
};
/** CN2's kinds that files of distributed clusters hold and that have a part `common`. */
const OPERATOR_KINDS: readonly string[] = ['Vrouter', 'Kubemanager', 'ContrailCertificateManager'];
const NAMES: readonly string[] = ['name', 'namespace'];
/** All that a patch may set of the metadata: any other member is of the API server, of controllers or of other owners. */
const FREE_METADATA: readonly string[] = ['labels', 'annotations'];

/** What an object is, whose it is, who owns it and where a Secret's content comes from are not for a patch to say. */
export function forbidden({ kind, merge }: Patch, place: string, source: SourceMap): Finding[] {
  const pathOf = (path: readonly string[]) => `${place}/merge${pointer(...path)}`;
  const refused = (path: readonly string[], why: string) =>
    vendorProblem(
      keyPlaceOf(source, pathOf(path)),
      `a patch may not set ${path.join('.')}, which ${why}`,
      'Take it out of the patch.',
    );
  const members = new Map(Object.entries({ ...MEMBERS, ...(kind === 'Secret' ? SECRET_MEMBERS : {}) }));
  const metadata = mapping(merge['metadata']);
  const maps = FREE_METADATA.flatMap((map) =>
    Object.entries(mapping(metadata[map])).flatMap(([key, value]) => {
      const path = ['metadata', map, key];
      if (isOwnKey(key)) return [refused(path, 'is written by cn2-fleet')];
      const form = key.length > LABEL_KEY.longest || !LABEL_KEY.pattern.test(key) ? LABEL_KEY : wrongValue(map, value);
      if (form === undefined) return [];
      const at = form === LABEL_KEY ? keyPlaceOf(source, pathOf(path)) : placeOf(source, pathOf(path));
      return [
        vendorProblem(at, `${path.join('.')} of a patch must be ${form.words}`, 'Correct it, or take it out of the patch.'),
      ];
    }),
  );
  return [
    ...Object.keys(merge).flatMap((key) => (members.has(key) ? [refused([key], members.get(key)!)] : [])),
    ...Object.keys(metadata)
      .filter((key) => !FREE_METADATA.includes(key))
      .map((key) => refused(['metadata', key], NAMES.includes(key) ? IDENTITY : 'is neither labels nor annotations')),
    ...maps,
    ...(OPERATOR_KINDS.includes(kind) ? wrongCommon(merge, pathOf, source) : []),
  ];
}

/** The part that all of CN2's own kinds have: the API server would refuse another type, or drop what is in it. */
function wrongCommon(merge: Fields, pathOf: (path: readonly string[]) => string, source: SourceMap): Finding[] {
  const common = mapping(merge['spec'])['common'];
  const wrong = (path: readonly string[], type: string) =>
    vendorProblem(placeOf(source, pathOf(path)), `${path.join('.')} of a patch must be ${type}`, `Write ${type}.`);
  if (common !== undefined && common !== null && !isFields(common)) return [wrong(['spec', 'common'], 'a mapping')];
  return Object.entries(mapping(common)).flatMap(([field, value]) => {
    const type = commonFieldType(field);
    return type === undefined || value === null || hasType(value, type) ? [] : [wrong(['spec', 'common', field], type)];
  });
}

/** The form that the value of a label does not have. What is not a text is found in the merged object; null takes a label out. */
function wrongValue(map: string, value: unknown): TextForm | undefined {
  if (map !== 'labels' || typeof value !== 'string') return undefined;
  return value.length > LABEL_VALUE.longest || !LABEL_VALUE.pattern.test(value) ? LABEL_VALUE : undefined;
}

function mapping(value: unknown): Fields {
  return isFields(value) ? value : {};
}

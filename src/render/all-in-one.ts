import { isDeepStrictEqual } from 'node:util';
import { type AttachRole, isApplier, isObjectsConfigMap, ROLE_TITLES, roleOf, type VendorRole } from '../cn2/vendor-files.ts';
import type { Finding } from '../model/finding.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectKey, objectTitle, refOf } from '../model/object-ref.ts';
import { embeddedObjects } from './central-file.ts';
import type { VendorDocument } from './vendor-document.ts';
import { type VendorFile, vendorProblem } from './vendor-roles.ts';

const ATTACH_ROLES: readonly AttachRole[] = ['deployer', 'certificates', 'vrouter'];

/**
 * What is applied to distributed clusters, by role. Some downloads have the same objects twice: in a file each, and all of them in
 * one file, where all but the deployer's are text in a ConfigMap for a Job. The single files count where there are any; where
 * there are none, the objects come out of the all-in-one file. Its ConfigMap and Job are never applied: the stages are what the
 * Job would wait for. Warnings (rule manifests) say what a file that does not count has different, since it has no effect.
 */
export function attachFiles(byRole: ReadonlyMap<VendorRole, VendorFile>): {
  files: Map<AttachRole, VendorFile>;
  findings: Finding[];
} {
  const single = ATTACH_ROLES.flatMap((role): [AttachRole, VendorFile][] => {
    const file = byRole.get(role);
    return file === undefined ? [] : [[role, file]];
  });
  const allInOne = byRole.get('all-in-one');
  if (allInOne === undefined) return { files: new Map(single), findings: [] };
  const unpacked = unpack(allInOne);
  if (single.length === 0) return { files: unpacked.files, findings: unpacked.findings };
  return { files: new Map(single), findings: withoutEffect(allInOne, [...unpacked.files.values()], new Map(single)) };
}

function unpack({ file, text, documents }: VendorFile): { files: Map<AttachRole, VendorFile>; findings: Finding[] } {
  const { objects, findings } = embeddedObjects(documents, text);
  const own = documents.filter(({ object }) => !isObjectsConfigMap(object) && !isApplier(object));
  // Whatever is not of a certificate file stays together: what is not known there is refused as in the single files.
  const certificates = objects.filter(({ object }) => roleOf([object]) === 'certificates');
  const vrouter = objects.filter(({ object }) => roleOf([object]) !== 'certificates');
  const parts: [AttachRole, VendorDocument[]][] = [
    ['deployer', own],
    ['certificates', certificates],
    ['vrouter', vrouter],
  ];
  const files = parts
    .filter(([, part]) => part.length > 0)
    .map(([role, part]) => [role, { file, text, documents: part }] as const);
  return { files: new Map(files), findings };
}

function withoutEffect(
  { file }: VendorFile,
  unused: readonly VendorFile[],
  used: ReadonlyMap<AttachRole, VendorFile>,
): Finding[] {
  const objects = new Map(
    [...used.values()].flatMap(({ documents }) =>
      documents.map(({ object }): [string, KubernetesObject] => [objectKey(refOf(object)), object]),
    ),
  );
  return unused.flatMap(({ documents }) =>
    documents.flatMap((document): Finding[] => {
      const ref = refOf(document.object);
      const same = objects.get(objectKey(ref));
      if (same !== undefined && isDeepStrictEqual(withoutValues(same), withoutValues(document.object))) return [];
      const what = same === undefined ? 'is not in the single files' : 'is not as in the single files';
      return [
        {
          ...vendorProblem(
            document.at(['metadata', 'name']),
            `${objectTitle(ref)} of the ${ROLE_TITLES['all-in-one']} ${what}: only those are applied`,
            `Make the change in the single files, or move ${file} out of the folder: it is not needed beside them.`,
          ),
          severity: 'warning',
        },
      ];
    }),
  );
}

/** Values of Secrets are left out of the comparison. */
function withoutValues(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Secret') return object;
  const { data: _data, stringData: _stringData, ...rest } = object;
  return rest;
}

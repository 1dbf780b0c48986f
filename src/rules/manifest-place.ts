import { CONFIGPLANE } from '../cn2/names.ts';
import type { FilePosition } from '../model/finding.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';
import { type ObjectPath, parseVendorFile } from '../render/vendor-document.ts';

/** Where a field of a rendered object stands in its file. Read only when there is something to report. */
export function manifestPlace(manifest: Manifest, folder: string, path: ObjectPath): FilePosition {
  const file = `${folder}/${manifest.path}`;
  return parseVendorFile(file, manifest.text).documents[0]?.at(path) ?? { file, line: 1, column: 1 };
}

/** The spec of a rendered object; an object without one has an empty spec. */
export function specOf(manifest: Manifest): Record<string, unknown> {
  const { spec } = manifest.object;
  return spec !== null && typeof spec === 'object' ? (spec as Record<string, unknown>) : {};
}

/** Whether it is the Kubemanager of a distributed cluster. */
export function isKubemanager({ object }: Manifest): boolean {
  return object.kind === 'Kubemanager' && groupOf(object.apiVersion) === CONFIGPLANE;
}

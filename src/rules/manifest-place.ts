import { CONFIGPLANE } from '../cn2/names.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import { readYaml } from '../declare/yaml.ts';
import type { FilePosition } from '../model/finding.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';

/** Where a field of a rendered object is: in the user's own file, else in the rendered one. Read only when there is something to report. */
export function manifestPlace(manifest: Manifest, folder: string, path: readonly (string | number)[]): FilePosition {
  if (manifest.at !== undefined) return manifest.at(path);
  return placeOf(readYaml(manifest.text, `${folder}/${manifest.path}`)[0]!.source, pointer(...path));
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

import { FIELD_MANAGER, FLEET_LABEL, MANAGED_BY_LABEL } from '../cn2/names.ts';
import { sha256 } from '../declare/digest.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { type Manifest, manifestPath } from '../model/manifest.ts';
import { refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import { writeYaml } from './yaml-writer.ts';

/** An object on its way to becoming a manifest: everything but labels, path and bytes. */
export type Draft = Pick<Manifest, 'cluster' | 'stage' | 'for' | 'declaredAt' | 'object'>;

/** Marks a draft's object as the fleet's and writes it. */
export function toManifest(draft: Draft, fleet: string): Manifest {
  const object = marked(draft.object, fleet);
  const text = writeYaml(object);
  const path = manifestPath(draft.cluster, draft.stage, refOf(object));
  return { ...draft, object, path, text, digest: sha256(text) };
}

/** A map with sorted keys, so that the order in which a declaration writes labels does not count. */
export function sortedMap(map: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** With the labels by which the fleet's objects are known, without what only a server writes. */
function marked(object: KubernetesObject, fleet: string): KubernetesObject {
  const { status: _status, ...rest } = object;
  const { name, namespace, labels, creationTimestamp: _created, ...others } = object.metadata;
  return {
    ...rest,
    metadata: {
      name,
      ...present({ namespace }),
      labels: sortedMap({ ...labels, [MANAGED_BY_LABEL]: FIELD_MANAGER, [FLEET_LABEL]: fleet }),
      ...others,
    },
  };
}

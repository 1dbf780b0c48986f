import { FIELD_MANAGER, FLEET_LABEL, MANAGED_BY_LABEL } from '../cn2/names.ts';
import { sha256 } from '../declare/digest.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { type Manifest, manifestPath } from '../model/manifest.ts';
import { refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import { writeYaml } from './yaml-writer.ts';

/** An object on its way to becoming a manifest: everything but labels, path and bytes. */
export type Draft = Pick<Manifest, 'cluster' | 'stage' | 'for' | 'declaredAt' | 'object' | 'at' | 'patched'>;

/**
 * Marks the objects of drafts as the fleet's. Drafts that share an object get manifests that share it too; its text is written when it
 * is first asked for.
 */
export function manifestWriter(fleet: string): (draft: Draft) => Manifest {
  const known = new Map<KubernetesObject, WrittenObject>();
  return ({ cluster, stage, for: owner, declaredAt, object: drafted, at, patched }) => {
    const written = known.get(drafted) ?? new WrittenObject(marked(drafted, fleet));
    known.set(drafted, written);
    const { object } = written;
    return {
      ...{ cluster, stage, for: owner, declaredAt, ...present({ at, patched }), object },
      path: manifestPath(cluster, stage, refOf(object)),
      get text() {
        return written.text;
      },
      get digest() {
        return written.digest;
      },
    };
  };
}

class WrittenObject {
  readonly object: KubernetesObject;
  #text: string | undefined;
  #digest: string | undefined;

  constructor(object: KubernetesObject) {
    this.object = object;
  }

  get text(): string {
    this.#text ??= writeYaml(this.object);
    return this.#text;
  }

  get digest(): string {
    this.#digest ??= sha256(this.text);
    return this.#digest;
  }
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

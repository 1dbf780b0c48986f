import { grantChanges, grantsOf } from '../cn2/grants.ts';
import { withDisruptions } from '../cn2/interruptions.ts';
import { KUBERNETES_NAMESPACES } from '../cn2/names.ts';
import { detachedCluster, reachedClusters } from '../model/detached.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Manifest } from '../model/manifest.ts';
import { objectKey, refOf } from '../model/object-ref.ts';
import type { Change, Plan, PlanCluster } from '../model/plan.ts';
import { present } from '../model/present.ts';
import { planDigest } from './digest.ts';
import { fieldChanges } from './fields.ts';

export interface OfflineInput {
  fleet: Fleet;
  /** Digest of the index of the manifests. */
  index: string;
  manifests: readonly Manifest[];
  /** What is committed, and so approved before. */
  committed: readonly Manifest[];
}

/**
 * What the declaration would change against the committed manifests. No cluster is asked, so every cluster is unknown, nothing has a
 * uid and nothing is previewed; such a plan can never be approved.
 */
export function offlinePlan({ fleet, index, manifests, committed }: OfflineInput): Plan {
  const clusters = [
    { name: fleet.central.name, role: 'central' as const },
    ...reachedClusters(fleet).map(({ name }) => ({ name, role: 'distributed' as const })),
  ].map(({ name, role }): PlanCluster => {
    const before = new Map(committed.filter(({ cluster }) => cluster === name).map((manifest) => [keyOf(manifest), manifest]));
    const now = manifests.filter(({ cluster }) => cluster === name);
    const wanted = new Set(now.map(keyOf));
    const changes = now.flatMap((manifest) => changeOf(before.get(keyOf(manifest)), manifest));
    const kept = new Set([...KUBERNETES_NAMESPACES, ...(detachedCluster(fleet, name)?.detach?.keep ?? [])]);
    const stays = ({ object: { kind, metadata } }: Manifest) => kind === 'Namespace' && kept.has(metadata.name);
    const gone = [...before.values()].filter((manifest) => !wanted.has(keyOf(manifest)) && !stays(manifest)).reverse();
    return {
      name,
      role,
      status: 'unknown',
      reason: 'offline: compared with the committed manifests only',
      requests: 0,
      changes: [...changes, ...gone.map((manifest) => entry(manifest, 'delete', []))].map((change) =>
        withDisruptions(change, name),
      ),
    };
  });
  const meaning = { fleet: fleet.metadata.name, index, complete: false, clusters };
  return { schemaVersion: 1, digest: planDigest(meaning), ...meaning, offline: true };
}

function changeOf(before: Manifest | undefined, now: Manifest): Change[] {
  if (before?.digest === now.digest) return [];
  const fields = fieldChanges(before?.object, now.object);
  if (before !== undefined && fields.length === 0) return [];
  const grants = before === undefined ? grantsOf(now.object) : grantChanges(before.object, now.object);
  const change = entry(now, before === undefined ? 'create' : 'update', fields);
  return [{ ...change, ...(grants.length === 0 ? {} : { grants }) }];
}

function entry(manifest: Manifest, action: Change['action'], fields: Change['fields']): Change {
  const { apiVersion, kind, metadata } = manifest.object;
  const { namespace, name } = metadata;
  return {
    action,
    apiVersion,
    kind,
    ...present({ namespace }),
    name,
    for: manifest.for,
    stage: manifest.stage,
    predicted: true,
    fields,
    ...present({ patched: action === 'delete' ? undefined : manifest.patched }),
  };
}

function keyOf({ object }: Manifest): string {
  return objectKey(refOf(object));
}

import { refusedKind } from '../cn2/extra-kinds.ts';
import { canonicalJson } from '../declare/digest.ts';
import type { Fleet } from '../model/fleet.ts';
import { isFields } from '../model/json-object.ts';
import { type GroupKind, groupOf } from '../model/kubernetes.ts';
import type { LiveCluster, LiveState } from '../model/live.ts';
import { type Desired, isExtra, type Manifest } from '../model/manifest.ts';
import { objectKey, refOf } from '../model/object-ref.ts';
import type { Plan } from '../model/plan.ts';
import { listingOf, liveCluster } from './live-objects.ts';
import { hasController, isManaged } from './managed.ts';

/**
 * Kinds of the user's own objects that a fleet has applied and that may still exist, by cluster. A kind that is declared no more is looked
 * at because of it: what is not looked at is never deleted.
 */
export type KindsInUse = ReadonlyMap<string, readonly GroupKind[]>;

export const NO_KINDS: KindsInUse = new Map();

/** The kinds of the user's own objects among these manifests. */
export function kindsOfExtra(manifests: readonly Manifest[]): KindsInUse {
  return collected(manifests.filter(isExtra).map(({ cluster, object }) => [cluster, groupOf(object.apiVersion), object.kind]));
}

/** All kinds of both. */
export function unionOf(one: KindsInUse, other: KindsInUse): KindsInUse {
  return collected([...entriesOf(one), ...entriesOf(other)]);
}

/** As text for an annotation, the same for the same kinds; undefined for none. */
export function kindsText(kinds: KindsInUse): string | undefined {
  if (kinds.size === 0) return undefined;
  const byCluster = [...kinds].map(([cluster, own]) => [cluster, own.map(({ group, kind }) => `${group}/${kind}`).sort()]);
  return canonicalJson(Object.fromEntries(byCluster));
}

const GROUP_KIND = /^([a-z0-9.-]*)\/([A-Z][A-Za-z0-9]{0,62})$/;

/** Reads what `kindsText` wrote; undefined for anything else. A kind that cannot be one of the user's own is left out, so is never read. */
export function parseKinds(text: string): KindsInUse | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isFields(value)) return undefined;
  const found: [string, string, string][] = [];
  for (const [cluster, own] of Object.entries(value)) {
    if (!Array.isArray(own)) return undefined;
    for (const each of own) {
      const [, group, kind] = (typeof each === 'string' && GROUP_KIND.exec(each)) || [];
      if (group === undefined || kind === undefined) return undefined;
      if (refusedKind(group, kind) === undefined) found.push([cluster, group, kind]);
    }
  }
  return collected(found);
}

export interface KindsLeftInput {
  fleet: Fleet;
  /** Everything that the fleet renders, whatever the scope of the run. */
  desired: readonly Desired[];
  /** As it was seen under the lock, before the plan was carried out. */
  live: LiveState;
  /** It has been carried out, and what it deletes is gone. */
  plan: Plan;
}

/**
 * Of the recorded kinds those of which something may be left after a run: declared ones, and ones of which an object of this fleet was seen
 * and not deleted, or which could not be seen. Those of clusters that the fleet no longer has are forgotten.
 */
export function kindsLeft(recorded: KindsInUse, { fleet, desired, live, plan }: KindsLeftInput): KindsInUse {
  const declared = new Set(entriesOf(kindsOfExtra(desired.map(({ manifest }) => manifest))).map(keyOf));
  const wanted = new Set(desired.map(({ manifest, object }) => objectKey(refOf(object, manifest.cluster))));
  const names = new Set([fleet.central.name, ...fleet.distributed.map(({ name }) => name)]);
  const left = entriesOf(recorded).filter((entry) => {
    const [cluster, group, kind] = entry;
    if (!names.has(cluster)) return false;
    if (declared.has(keyOf(entry))) return true;
    const seen = liveCluster(live, cluster);
    const listing = seen?.status === 'known' ? listingOf(seen, group, kind) : undefined;
    // A kind that is not served may come back with its objects.
    if (seen === undefined || listing?.status !== 'listed') return true;
    const deleted = deletedOn(plan, seen);
    return listing.items.some(
      (object) =>
        isManaged(fleet, cluster, object) &&
        !hasController(object) &&
        !wanted.has(objectKey(refOf(object, cluster))) &&
        !deleted.has(object.metadata.uid),
    );
  });
  return collected(left);
}

function deletedOn(plan: Plan, { name }: LiveCluster): ReadonlySet<string | undefined> {
  const changes = plan.clusters.find((cluster) => cluster.name === name)?.changes ?? [];
  return new Set(changes.filter(({ action }) => action === 'delete').map(({ uid }) => uid));
}

type Entry = [cluster: string, group: string, kind: string];

function entriesOf(kinds: KindsInUse): Entry[] {
  return [...kinds].flatMap(([cluster, own]) => own.map(({ group, kind }): Entry => [cluster, group, kind]));
}

function keyOf(entry: Entry): string {
  return entry.join('\n');
}

function collected(entries: readonly Entry[]): KindsInUse {
  const kinds = new Map<string, GroupKind[]>();
  for (const [cluster, group, kind] of new Map(entries.map((entry) => [keyOf(entry), entry])).values())
    kinds.set(cluster, [...(kinds.get(cluster) ?? []), { group, kind }]);
  return kinds;
}

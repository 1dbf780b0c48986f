import { detachPlace } from '../cn2/detach-steps.ts';
import { attachPlace } from '../cn2/numbers.ts';
import { kindRank, STAGE_TABLE } from '../cn2/stages.ts';
import { detachedCluster } from '../model/detached.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired } from '../model/manifest.ts';
import { objectKey, refOf, refOfEntry } from '../model/object-ref.ts';
import type { Change } from '../model/plan.ts';

/** A place in the order: compared number by number, then by the name of the object. */
type Place = readonly (number | string)[];

/**
 * Changes in the one order in which they are carried out: attach stages per owner in order of index, then the stages of the whole
 * fleet, then deletes with stages and objects reversed, at last one detach after another in its own order. A plan lists the changes of each cluster in it, an apply those of all.
 */
export function inOrder<Item extends { cluster: string; change: Change }>(
  fleet: Fleet,
  items: readonly Item[],
  desired: readonly Desired[],
): Item[] {
  const documents = new Map(desired.map(({ manifest, object }, index) => [objectKey(refOf(object, manifest.cluster)), index]));
  const owners = ownersInOrder(fleet);
  return items
    .map((item) => ({ item, place: placeOf(item, owners, documents, isOfDetach(fleet, item.change)) }))
    .sort((a, b) => compare(a.place, b.place))
    .map(({ item }) => item);
}

/** Names of the distributed clusters as they are attached, one after another. */
export function ownersInOrder(fleet: Fleet): string[] {
  return [...fleet.distributed].sort((a, b) => attachPlace(a) - attachPlace(b)).map(({ name }) => name);
}

/** Whether a change is part of the detach of a cluster. */
export function isOfDetach(fleet: Pick<Fleet, 'distributed'>, { action, for: owner }: Pick<Change, 'action' | 'for'>): boolean {
  return action === 'delete' && detachedCluster(fleet, owner) !== undefined;
}

function placeOf(
  { cluster, change }: { cluster: string; change: Change },
  owners: readonly string[],
  documents: ReadonlyMap<string, number>,
  detach: boolean,
): Place {
  const stage = STAGE_TABLE.findIndex(({ id }) => id === change.stage);
  const owner = owners.indexOf(change.for);
  const rank = kindRank(change.stage, change.kind);
  const name = `${change.kind}/${change.namespace ?? ''}/${change.name}`;
  if (detach) return [3, owner, ...detachPlace(change), name];
  if (change.action === 'delete') return [2, -stage, -owner, -rank, name];
  const attach = STAGE_TABLE[stage]?.scope === 'attach';
  const document = documents.get(objectKey(refOfEntry(change, cluster))) ?? Number.MAX_SAFE_INTEGER;
  return attach ? [0, owner, stage, rank, document, name] : [1, 0, stage, rank, document, name];
}

function compare(a: Place, b: Place): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]!;
    if (left < right) return -1;
    if (left > right) return 1;
  }
  return 0;
}

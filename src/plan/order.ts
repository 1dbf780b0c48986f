import { STAGE_TABLE } from '../cn2/stages.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Desired } from '../model/manifest.ts';
import { objectKey, refOf, refOfEntry } from '../model/object-ref.ts';
import type { Change } from '../model/plan.ts';

/** Inside a stage: Namespaces first; Subnets before the VirtualNetworks that refer to them. */
const RANKS: Record<string, number> = { Namespace: 0, Subnet: 1 };
const LATER = 2;

/**
 * One cluster's changes in the order in which they would be carried out: attach stages per owner in order of index, then the stages of
 * the whole fleet, then deletes with stages and objects reversed.
 */
export function inOrder(fleet: Fleet, changes: readonly Change[], desired: readonly Desired[]): Change[] {
  const documents = new Map(desired.map(({ object }, index) => [objectKey(refOf(object)), index]));
  const owners = [...fleet.distributed].sort((a, b) => a.index - b.index).map(({ name }) => name);
  const key = (change: Change): (number | string)[] => {
    const stage = STAGE_TABLE.findIndex(({ id }) => id === change.stage);
    const owner = owners.indexOf(change.for);
    const rank = RANKS[change.kind] ?? LATER;
    const name = `${change.kind}/${change.namespace ?? ''}/${change.name}`;
    if (change.action === 'delete') return [2, -stage, -owner, -rank, name];
    const attach = STAGE_TABLE[stage]?.scope === 'attach';
    const document = documents.get(objectKey(refOfEntry(change))) ?? Number.MAX_SAFE_INTEGER;
    return attach ? [0, owner, stage, rank, document, name] : [1, 0, stage, rank, document, name];
  };
  return changes
    .map((change) => ({ change, key: key(change) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ change }) => change);
}

function compareKeys(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]!;
    if (left < right) return -1;
    if (left > right) return 1;
  }
  return 0;
}

import type { DeclaredNumbers } from '../cn2/numbers.ts';
import { placeOf } from '../declare/place.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition } from '../model/finding.ts';

/** A number of a distributed cluster, and what it comes from. */
export type NumberKey = 'listenerPort' | 'constantRouteTargetNumber';

/** Where the declaration gives a number: the key itself, else the index that it follows from. */
export function numberPlace(source: SourceMap, at: string, key: NumberKey): FilePosition {
  return placeOf(source, `${at}/${key}`, `${at}/index`, at);
}

/** Where a number comes from, as a sentence says it: "index 0 of cluster2 gives" or "cluster2 has". */
export function numberOrigin({ name, index, ...cluster }: DeclaredNumbers & { name: string }, key: NumberKey): string {
  return cluster[key] === undefined && index !== undefined ? `index ${index} of ${name} gives` : `${name} has`;
}

/** Two clusters whose numbers both follow from one index: that is said of the index (E9). */
export function haveOneIndex(one: DeclaredNumbers, other: DeclaredNumbers, key: NumberKey): boolean {
  return one.index !== undefined && one.index === other.index && one[key] === undefined && other[key] === undefined;
}

import { isDeepStrictEqual } from 'node:util';
import { type Fields, isFields } from '../model/json-object.ts';
import { bothByName, isContainerList } from '../render/container-patch.ts';

/**
 * The merge patch (RFC 7386) that makes the first mapping the second: null takes a member out, lists are replaced. `containers`: lists
 * of the same containers are whole, or say what differs of each by its name, as patches of the vendor's objects do.
 */
export function patchBetween(before: Fields, after: Fields, containers: 'whole' | 'by-name' = 'whole'): Fields {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).flatMap(([key, value]): [string, unknown][] => {
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    if (isDeepStrictEqual(was, value)) return [];
    if (isFields(was) && isFields(value)) return [[key, patchBetween(was, value, containers)]];
    return [[key, (containers === 'by-name' && byName(key, was, value)) || value]];
  });
  return Object.fromEntries([...changed, ...gone.map((key): [string, unknown] => [key, null])]);
}

function byName(key: string, before: unknown, after: unknown): Fields[] | undefined {
  if (!isContainerList(key, before) || !isContainerList(key, after)) return undefined;
  if (!isDeepStrictEqual(before.map(nameOf), after.map(nameOf))) return undefined;
  const items = before.map((was, at) => ({ name: was.name, ...patchBetween(was, after[at]!) }));
  return items.filter((item) => Object.keys(item).length > 1);
}

function nameOf({ name }: { name: string }): string {
  return name;
}

/**
 * Two merge patches as one: what the second says counts. Undefined where no single one does the same: the first replaces what the
 * second merges into.
 */
export function bothPatches(first: Fields, second: Fields): Fields | undefined {
  return isOne(first, second) ? (both(first, second) as Fields) : undefined;
}

function isOne(first: unknown, second: unknown): boolean {
  if (!isFields(second)) return true;
  if (!isFields(first)) return false;
  return Object.entries(second).every(([key, value]) => {
    if (!Object.hasOwn(first, key)) return true;
    if (!isContainerList(key, value)) return isOne(first[key], value);
    // A list of whole containers is what the second merges into.
    return bothByName(key, first[key], value)?.every(([one, other]) => other === undefined || isOne(one, other)) ?? false;
  });
}

function both(first: unknown, second: unknown): unknown {
  if (!isFields(first) || !isFields(second)) return second;
  const added = Object.entries(second).map(([key, value]): [string, unknown] => [
    key,
    Object.hasOwn(first, key)
      ? (bothByName(key, first[key], value)?.map(([one, other]) => (other === undefined ? one : both(one, other))) ??
        both(first[key], value))
      : value,
  ]);
  return { ...first, ...Object.fromEntries(added) };
}

import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { Json, KubernetesObject } from '../model/kubernetes.ts';
import { sameJson } from './json.ts';

/** A field that differs, in both ways of writing its path. */
export interface Difference {
  /** JSON pointer; items of keyed lists as /containers[name=x]. */
  path: string;
  /** As the API server names fields in a conflict: .spec.containers[name="x"].image; ends at the list where that is atomic. */
  serverPath: string;
  before?: Json;
  after?: Json;
}

/** Set by the server, or what identifies the object: never part of a plan. */
const SERVER_METADATA = new Set([
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);
const NOT_CONTENT = new Set(['apiVersion', 'kind', 'status', 'metadata']);

/** What people know the items of a list by, tried in this order; missing protocol means TCP (core/v1). */
const KEYS: readonly (readonly string[])[] = [['name'], ['containerPort', 'protocol'], ['port', 'protocol'], ['mountPath']];

interface Place {
  path: string;
  serverPath: string;
  /** Below an atomic list: the server names the list only. */
  fixed: boolean;
}

/** Every field in which two states of an object differ; additions and removals are given leaf by leaf. Status does not count. */
export function differences(before: KubernetesObject | undefined, after: KubernetesObject): Difference[] {
  const found: Difference[] = [];
  const root: Place = { path: '', serverPath: '', fixed: false };
  const old = before as Fields | undefined;
  compareMembers(old === undefined ? undefined : metadataOf(old), metadataOf(after), member(root, 'metadata'), found);
  compareMembers(old === undefined ? undefined : contentOf(old), contentOf(after), root, found);
  return found;
}

/** The live object as far as the desired one speaks of it: what others added is left out. */
export function projection(live: KubernetesObject, desired: KubernetesObject): KubernetesObject {
  return projected(live, desired) as KubernetesObject;
}

function projected(live: unknown, desired: unknown): unknown {
  if (isFields(live) && isFields(desired)) {
    const keys = Object.keys(desired).filter((key) => Object.hasOwn(live, key));
    return Object.fromEntries(keys.map((key) => [key, projected(live[key], desired[key])]));
  }
  if (!Array.isArray(live) || !Array.isArray(desired) || live.length !== desired.length) return live;
  return live.map((item, index) => projected(item, desired[index]));
}

/** Empty labels, annotations and the like are as good as none. */
function metadataOf(object: Fields): Fields {
  const metadata = isFields(object['metadata']) ? object['metadata'] : {};
  return Object.fromEntries(Object.entries(metadata).filter(([key, value]) => !SERVER_METADATA.has(key) && !isEmpty(value)));
}

function contentOf(object: Fields): Fields {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !NOT_CONTENT.has(key)));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
}

function compare(before: unknown, after: unknown, place: Place, found: Difference[]): void {
  const [old, now] = [before ?? undefined, after ?? undefined];
  if (sameJson(old, now)) return;
  if (bothAre(isFields, old, now)) compareMembers(old as Fields | undefined, now as Fields | undefined, place, found);
  else if (bothAre(isItems, old, now)) compareItems((old ?? []) as Fields[], (now ?? []) as Fields[], place, found);
  else push(place, old, now, found);
}

/** Of one shape, so that their parts can be compared. Something empty that appears or goes has no parts: it is a field itself. */
function bothAre(fits: (value: unknown) => boolean, old: unknown, now: unknown): boolean {
  if (old === undefined) return fits(now) && !isEmpty(now);
  if (now === undefined) return fits(old) && !isEmpty(old);
  return fits(old) && fits(now);
}

/** Lists of objects are compared item by item, lists of scalars as a whole: an item inserted at the head would move all others. */
function isItems(value: unknown): boolean {
  return Array.isArray(value) && value.every(isFields);
}

function compareMembers(old: Fields | undefined, now: Fields | undefined, place: Place, found: Difference[]): void {
  const keys = new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})]);
  for (const key of [...keys].sort()) compare(ownMember(old ?? {}, key), ownMember(now ?? {}, key), member(place, key), found);
}

function compareItems(old: readonly Fields[], now: readonly Fields[], place: Place, found: Difference[]): void {
  const keys = KEYS.find((candidate) => isKeyOf(candidate, old) && isKeyOf(candidate, now));
  if (keys === undefined) {
    for (let index = 0; index < Math.max(old.length, now.length); index++) {
      compare(old[index], now[index], { path: `${place.path}/${index}`, serverPath: place.serverPath, fixed: true }, found);
    }
    return;
  }
  const before = new Map(old.map((item) => [keyText(keys, item), item]));
  const after = new Map(now.map((item) => [keyText(keys, item), item]));
  const count = found.length;
  for (const [text, item] of after) compare(before.get(text), item, keyed(place, keys, item), found);
  for (const [text, item] of before) if (!after.has(text)) compare(item, undefined, keyed(place, keys, item), found);
  // The same items in another order: the order of an atomic list is part of its value.
  if (found.length === count && !sameJson(old, now)) push(place, old, now, found);
}

function isKeyOf(keys: readonly string[], items: readonly Fields[]): boolean {
  const first = keys[0]!;
  if (!items.every((item) => typeof item[first] === 'string' || typeof item[first] === 'number')) return false;
  return new Set(items.map((item) => keyText(keys, item))).size === items.length;
}

function keyValue(item: Fields, key: string): unknown {
  return ownMember(item, key) ?? (key === 'protocol' ? 'TCP' : undefined);
}

function keyText(keys: readonly string[], item: Fields): string {
  return keys.map((key) => `${key}=${keyValue(item, key)}`).join(',');
}

function member(place: Place, key: string): Place {
  const path = `${place.path}/${escaped(key)}`;
  return { path, serverPath: place.fixed ? place.serverPath : `${place.serverPath}.${key}`, fixed: place.fixed };
}

function keyed(place: Place, keys: readonly string[], item: Fields): Place {
  const path = `${place.path}[${escaped(keyText(keys, item))}]`;
  const text = keys.map((key) => `${key}=${JSON.stringify(keyValue(item, key))}`).join(',');
  return { path, serverPath: place.fixed ? place.serverPath : `${place.serverPath}[${text}]`, fixed: place.fixed };
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function push(place: Place, before: unknown, after: unknown, found: Difference[]): void {
  found.push({
    path: place.path,
    serverPath: place.serverPath,
    ...(before === undefined ? {} : { before: before as Json }),
    ...(after === undefined ? {} : { after: after as Json }),
  });
}

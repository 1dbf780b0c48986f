import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import { mergePatch } from './merge-patch.ts';
import type { ObjectPath } from './vendor-document.ts';

/** Lists of containers, in pod templates and in CN2's own kinds. */
const CONTAINER_LISTS: ReadonlySet<string> = new Set(['containers', 'initContainers']);

/** Whether a member of a patch is a list of containers by name: as none of them has an image, none of them can be a whole container. */
function isByName(key: string, value: unknown): value is Fields[] {
  return isContainerList(key, value) && value.length > 0 && value.every((item) => !Object.hasOwn(item, 'image'));
}

/** Whether a member is a list of containers, each with a name of its own. */
export function isContainerList(key: string, value: unknown): value is (Fields & { name: string })[] {
  if (!CONTAINER_LISTS.has(key) || !Array.isArray(value)) return false;
  const names = value.map((item: unknown) => (isFields(item) ? item['name'] : undefined));
  return names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
}

function namedIn(list: unknown, name: unknown): Fields | undefined {
  return Array.isArray(list) ? list.find((item: unknown) => isFields(item) && item['name'] === name) : undefined;
}

/**
 * A vendor's object with a patch merged into it (RFC 7386), but for lists of containers without images: each of their items is merged
 * into the container of its name, and the others stay. So no patch has to repeat the images of a release.
 */
export function vendorPatched(object: unknown, patch: unknown): unknown {
  return mergePatch(object, withWholeLists(object, patch));
}

function withWholeLists(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const members = Object.entries(patch).map(([key, value]): [string, unknown] => {
    const there = isFields(target) ? ownMember(target, key) : undefined;
    if (!isByName(key, value) || !Array.isArray(there)) return [key, withWholeLists(there, value)];
    const whole = there.map((item: unknown) => {
      const own = isFields(item) ? namedIn(value, item['name']) : undefined;
      return own === undefined ? item : mergePatch(item, own);
    });
    return [key, whole];
  });
  return Object.fromEntries(members);
}

/** A container that a patch names without an image and that the object does not have: its path in the patch. */
export function strayContainer(object: unknown, patch: unknown): { path: ObjectPath; name: string } | undefined {
  if (!isFields(patch)) return undefined;
  for (const [key, value] of Object.entries(patch)) {
    const there = isFields(object) ? ownMember(object, key) : undefined;
    if (isByName(key, value)) {
      const index = value.findIndex(({ name }) => namedIn(there, name) === undefined);
      if (index >= 0) return { path: [key, index], name: String(value[index]!['name']) };
    } else {
      const below = strayContainer(there, value);
      if (below !== undefined) return { ...below, path: [key, ...below.path] };
    }
  }
  return undefined;
}

/** Where a patch says what is at a path of the patched object; undefined: it does not. */
export function pathInPatch(patch: unknown, object: unknown, path: ObjectPath): ObjectPath | undefined {
  const [key, ...rest] = path;
  if (key === undefined || !isFields(patch)) return path;
  if (typeof key !== 'string' || !Object.hasOwn(patch, key)) return undefined;
  const [value, there] = [patch[key], isFields(object) ? ownMember(object, key) : undefined];
  const [item, ...inner] = rest;
  if (!isByName(key, value) || typeof item !== 'number' || !Array.isArray(there)) {
    const below = pathInPatch(value, there, rest);
    return below && [key, ...below];
  }
  const container: unknown = there[item];
  const index = isFields(container) ? value.findIndex(({ name }) => name === container['name']) : -1;
  const below = index < 0 ? undefined : pathInPatch(value[index], container, inner);
  return below && [key, index, ...below];
}

/** Two lists of containers without images as one; undefined where one of them is not one. */
export function bothByName(key: string, first: unknown, second: unknown): [Fields, Fields | undefined][] | undefined {
  if (!isByName(key, first) || !isByName(key, second)) return undefined;
  const added = second.filter(({ name }) => namedIn(first, name) === undefined);
  return [
    ...first.map((item): [Fields, Fields | undefined] => [item, namedIn(second, item['name'])]),
    ...added.map((item): [Fields, undefined] => [item, undefined]),
  ];
}

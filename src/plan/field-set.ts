import { type Fields, isFields, ownMember } from '../model/json-object.ts';

/**
 * A path in a record of owners (FieldsV1): f:<member>, k:<key as JSON> for an item of a keyed list, v:<value as JSON> for one of a set.
 */
export type FieldPath = readonly string[];

/** The parts of a record below a node; the node itself ('.') is none. */
function marksOf(tree: Fields): string[] {
  return Object.keys(tree).filter((mark) => mark !== '.');
}

/** Owned as a whole: nothing below it has an owner of its own. */
export function isWhole(tree: unknown): boolean {
  return !isFields(tree) || marksOf(tree).length === 0;
}

/** Whether a part of a record is a map that was declared empty: itself is owned, and nothing that came into it. */
export function isEmptyDeclared(part: Fields): boolean {
  return isWhole(part) && Object.hasOwn(part, '.');
}

/** What two records own together; where one owns something as a whole, so does the result. */
export function union(a: Fields, b: Fields): Fields {
  const marks = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...marks].map((mark) => {
      const [left, right] = [ownMember(a, mark), ownMember(b, mark)];
      if (left === undefined || right === undefined) return [mark, left ?? right];
      return [mark, isFields(left) && isFields(right) ? unionOfParts(left, right) : {}];
    }),
  );
}

function unionOfParts(left: Fields, right: Fields): Fields {
  if (!isWhole(left) && !isWhole(right)) return union(left, right);
  return isEmptyDeclared(left) || isEmptyDeclared(right) ? { '.': {} } : {};
}

/**
 * What two records show of how a kind is owned: where one owns parts of what the other owns as a whole, it is owned in parts. An empty
 * map in a record looks like a whole one.
 */
export function finest(a: Fields, b: Fields): Fields {
  const marks = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...marks].map((mark) => {
      const [left, right] = [ownMember(a, mark), ownMember(b, mark)];
      if (!isFields(left) || !isFields(right)) return [mark, left ?? right];
      if (!isWhole(left) && !isWhole(right)) return [mark, finest(left, right)];
      return [mark, isWhole(left) && (!isWhole(right) || isEmptyDeclared(right)) ? right : left];
    }),
  );
}

/**
 * A record without exactly the paths that `taken` owns; undefined where nothing is left. A map of which nothing but itself is left goes
 * too: it would stay behind as an empty one.
 */
export function without(tree: Fields, taken: Fields): Fields | undefined {
  const rest = Object.entries(tree).flatMap(([mark, part]): [string, unknown][] => {
    const other = ownMember(taken, mark);
    if (other === undefined) return [[mark, part]];
    if (isWhole(part) || isWhole(other)) return isWhole(part) && isWhole(other) ? [] : [[mark, part]];
    const left = without(part as Fields, other as Fields);
    return left === undefined || isWhole(left) ? [] : [[mark, left]];
  });
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** The paths that two records own both. */
export function common(a: Fields, b: Fields, at: FieldPath = []): FieldPath[] {
  return marksOf(a).flatMap((mark): FieldPath[] => {
    const [left, right] = [a[mark], ownMember(b, mark)];
    if (right === undefined) return [];
    if (isWhole(left) || isWhole(right)) return isWhole(left) && isWhole(right) ? [[...at, mark]] : [];
    return common(left as Fields, right as Fields, [...at, mark]);
  });
}

/** The record below a path; undefined: nothing there has an owner. */
export function below(tree: unknown, path: FieldPath): Fields | undefined {
  let at: unknown = tree;
  for (const mark of path) at = isFields(at) ? ownMember(at, mark) : undefined;
  return isFields(at) ? at : undefined;
}

/** Whether a record owns a path, something below it, or what it is a part of as a whole. */
export function owns(tree: unknown, path: FieldPath): boolean {
  let at = tree;
  for (const [depth, mark] of path.entries()) {
    if (!isFields(at)) return false;
    if (depth > 0 && Object.keys(at).length === 0) return true;
    at = ownMember(at, mark);
  }
  return isFields(at);
}

/** A record without a path and all below it; undefined where nothing is left. */
export function cut(tree: Fields, [mark, ...rest]: FieldPath): Fields | undefined {
  if (mark === undefined) return undefined;
  const part = ownMember(tree, mark);
  if (part === undefined) return tree;
  const left = isFields(part) ? cut(part, rest) : undefined;
  const others = Object.entries(tree).filter(([other]) => other !== mark);
  const kept: [string, unknown][] = left === undefined || isWhole(left) ? others : [...others, [mark, left]];
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** A record that is `part` below a path and nothing else. */
export function rooted(path: FieldPath, part: Fields): Fields {
  return path.reduceRight<Fields>((tree, mark) => ({ [mark]: tree }), part);
}

/** Whether a mark of a record is the item of a list. */
export function marksItem(mark: string, item: unknown): boolean {
  const value = parsed(mark.slice(2));
  if (mark.startsWith('v:')) return JSON.stringify(value) === JSON.stringify(item);
  if (!mark.startsWith('k:') || !isFields(value) || !isFields(item)) return false;
  return Object.entries(value).every(([key, wanted]) => {
    const given = ownMember(item, key) ?? (key === 'protocol' ? 'TCP' : undefined);
    return given === wanted;
  });
}

/** The part of a value that a record owns. */
export function masked(value: unknown, tree: Fields): unknown {
  if (isWhole(tree)) return value;
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const mark = marksOf(tree).find((candidate) => marksItem(candidate, item));
      if (mark === undefined) return [];
      const part = tree[mark];
      return [isFields(part) ? masked(item, part) : item];
    });
  }
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
      const part = ownMember(tree, `f:${key}`);
      return isFields(part) ? [[key, masked(member, part)]] : [];
    }),
  );
}

/** What stands at a path of a value; undefined: nothing. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((at, mark) => {
    if (Array.isArray(at)) return at.find((item) => marksItem(mark, item));
    return isFields(at) && mark.startsWith('f:') ? ownMember(at, mark.slice(2)) : undefined;
  }, value);
}

/** A value without what stands at a path. */
export function withoutAt<Value>(value: Value, [mark, ...rest]: FieldPath): Value {
  if (mark === undefined) return value;
  if (Array.isArray(value)) {
    return value.flatMap((item) => (!marksItem(mark, item) ? [item] : rest.length === 0 ? [] : [withoutAt(item, rest)])) as Value;
  }
  const key = mark.slice(2);
  if (!isFields(value) || !mark.startsWith('f:') || !Object.hasOwn(value, key)) return value;
  const entries = Object.entries(value).flatMap(([name, member]): [string, unknown][] =>
    name !== key ? [[name, member]] : rest.length === 0 ? [] : [[name, withoutAt(member, rest)]],
  );
  return Object.fromEntries(entries) as Value;
}

/** A value with another one at a path that it has. */
export function withAt(value: unknown, [mark, ...rest]: FieldPath, wanted: unknown): unknown {
  if (mark === undefined) return wanted;
  if (Array.isArray(value)) return value.map((item) => (marksItem(mark, item) ? withAt(item, rest, wanted) : item));
  const key = mark.slice(2);
  const fields = isFields(value) ? value : {};
  const others = Object.entries(fields).filter(([name]) => name !== key);
  return Object.fromEntries([...others, [key, withAt(ownMember(fields, key), rest, wanted)]]);
}

/** As people read a path: /spec/containers[name=x]/image. A value of a set counts as its list. */
export function pathText(path: FieldPath): string {
  return path
    .map((mark) => {
      const text = mark.slice(2);
      if (mark.startsWith('f:')) return `/${escaped(text)}`;
      const key = parsed(text);
      if (!mark.startsWith('k:') || !isFields(key)) return '';
      return `[${escaped(
        Object.entries(key)
          .map(([name, value]) => `${name}=${String(value)}`)
          .join(','),
      )}]`;
    })
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

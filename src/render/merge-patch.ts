import { type Fields, isFields, ownMember } from '../model/json-object.ts';

/**
 * A JSON merge patch (RFC 7386): members of objects are merged, null takes a member out, anything else (lists too) replaces what was
 * there. Neither argument is changed.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const fields: Fields = isFields(target) ? target : {};
  const kept = Object.entries(fields).filter(([key]) => ownMember(patch, key) !== null);
  const merged = kept.map(([key, value]): [string, unknown] =>
    Object.hasOwn(patch, key) ? [key, mergePatch(value, patch[key])] : [key, value],
  );
  const added = Object.entries(patch)
    .filter(([key, value]) => value !== null && !Object.hasOwn(fields, key))
    .map(([key, value]): [string, unknown] => [key, mergePatch(undefined, value)]);
  return Object.fromEntries([...merged, ...added]);
}

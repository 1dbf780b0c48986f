/** A difference between two answers to the same request. */
export interface Difference {
  /** step › field. */
  at: string;
  left: unknown;
  right: unknown;
}

/** Fields whose values are a server's own business: only their type is compared. */
const OWN_VALUES = /(^|_)(id|at)$|^node_id$|^date$|^suite$|_ref$/;

/**
 * Compares two answers field by field, where both have the field: values as they are, addresses by their path (the two
 * servers have their API at different ones), ids and times by their type.
 */
export function differences(step: string, left: unknown, right: unknown): Difference[] {
  if (isObject(left) && isObject(right)) {
    return Object.keys(left)
      .filter((key) => key in right)
      .flatMap((key) =>
        OWN_VALUES.test(key)
          ? differ(`${step} › ${key}`, typeof left[key], typeof right[key])
          : differences(`${step} › ${key}`, left[key], right[key]),
      );
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return [{ at: `${step} › length`, left: left.length, right: right.length }];
    return left.flatMap((item, index) => differences(`${step} › ${index}`, item, right[index]));
  }
  return differ(step, plain(left), plain(right));
}

function differ(at: string, left: unknown, right: unknown): Difference[] {
  return Object.is(left, right) ? [] : [{ at, left, right }];
}

/** Puts names in the place of shas, in all texts of an answer. */
export function withNames(answer: unknown, names: ReadonlyMap<string, string>): unknown {
  const text = JSON.stringify(answer) ?? 'null';
  return JSON.parse([...names].reduce((rest, [sha, name]) => rest.replaceAll(sha, name), text));
}

/** An address without its host, its API prefix and its numbers that are ids. */
function plain(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .replace(/^(https?|git|ssh):\/\/[^/]+(\/api\/v3)?/, '')
    .replace(/\d{5,}|(?<=(comments|check-runs|runs|u)\/)\d+/g, 'ID');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

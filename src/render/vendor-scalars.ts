import { type Document, isAlias, isScalar, type Scalar, visit } from 'yaml';

/** What is in a vendor file and cannot be carried over as it is. */
export interface NotKept {
  /** In the text, from 0. */
  offset: number;
  /** Continues the name of the file. */
  message: string;
  remedy: string;
}

/**
 * Plain scalars that kubectl reads as numbers and the reader here as text: digits set apart by underscores, and binary numbers.
 */
const OTHER_NUMBER = /^[-+]?(?:0b[01_]+|0x[0-9A-Fa-f_]*_[0-9A-Fa-f_]*|(?=.*_)[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?)$/;

/**
 * The first part of a document that would be rendered otherwise than kubectl applies it: a whole number that a double does not
 * hold, a number that JSON has not, a key that is an object's prototype to other readers, a tag. Undefined: all of it is kept.
 */
export function notKept(document: Document.Parsed): NotKept | undefined {
  const [warning] = document.warnings;
  if (warning !== undefined)
    return {
      offset: warning.pos[0],
      message: 'has a YAML tag or directive that is not known',
      remedy: 'Write the value without it.',
    };
  let found: NotKept | undefined;
  visit(document, {
    Scalar(_key, node) {
      const problem = problemOf(node);
      if (problem === undefined) return undefined;
      found = { offset: node.range?.[0] ?? 0, ...problem };
      return visit.BREAK;
    },
    Pair(_key, { key }) {
      const name = isAlias(key) ? key.resolve(document) : key;
      if (!isScalar(name) || name.value !== '__proto__') return undefined;
      const offset = (isScalar(key) ? key.range?.[0] : undefined) ?? 0;
      found = { offset, message: 'has the key __proto__, which no object of Kubernetes has', remedy: 'Remove the key.' };
      return visit.BREAK;
    },
  });
  return found;
}

function problemOf({ value, source, type }: Scalar): Omit<NotKept, 'offset'> | undefined {
  if (typeof value === 'number' && !Number.isFinite(value))
    return { message: `has the number ${source}, which JSON cannot say`, remedy: 'Write a number.' };
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return {
      message: `has the number ${source}, which is beyond ±${Number.MAX_SAFE_INTEGER} and would be rounded`,
      remedy: 'Quote it if the field takes text; otherwise write a smaller number.',
    };
  }
  if (type === 'PLAIN' && typeof value === 'string' && OTHER_NUMBER.test(source ?? ''))
    return {
      message: `has ${source}, which kubectl takes for a number`,
      remedy: 'Quote it if text is meant; otherwise write it in plain digits.',
    };
  return undefined;
}

import type * as z from 'zod';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import { knownKeys } from './known-keys.ts';
import { nearest } from './nearest.ts';
import { isWritten, keyPlaceOf, placeOf } from './place.ts';
import { pointer } from './pointer.ts';
import { prototypeKeyFindings } from './prototype-keys.ts';
import type { Misspelling } from './respell.ts';
import { declarationSchema } from './schema.ts';
import { REMEDIES } from './schema-parts.ts';
import type { YamlDocument } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;

/** What a declaration's shape is found to be. */
export interface Shape {
  findings: Finding[];
  /** Unknown keys that stand for a known one which their mapping lacks. */
  misspellings: Misspelling[];
  /** Nothing is wrong or missing. */
  complete: boolean;
}

/**
 * Findings of rule schema: unknown keys, missing keys, wrong types, texts of the wrong form, each at its own key or value.
 * Where the text is broken elsewhere, a missing key may only not have been read and is not reported.
 */
export function judgeShape({ value, source, prototypeKeys, broken: incomplete }: YamlDocument): Shape {
  const parsed = declarationSchema.safeParse(value, { reportInput: true });
  const prototypes = prototypeKeyFindings(prototypeKeys);
  if (parsed.success) return { findings: prototypes, misspellings: [], complete: prototypes.length === 0 };
  const described = parsed.error.issues.flatMap((issue) => unwrap(issue, [])).flatMap((issue) => describe(issue, value, source));
  const meant = new Map<string, Misspelling>();
  for (const { misspelling } of described) {
    const at = misspelling && pointer(...misspelling.path, misspelling.meant);
    if (misspelling && at !== undefined && !isWritten(source, at) && !meant.has(at)) meant.set(at, misspelling);
  }
  const seen = new Set<string>();
  const findings = described
    .filter(({ missing }) => missing === undefined || !(incomplete || meant.has(missing)))
    .map(({ finding }) => finding)
    .filter(({ line, column, message }) => {
      // A text that is too long and of the wrong form breaks two checks of one sentence.
      const key = `${line}:${column} ${message}`;
      return !seen.has(key) && seen.add(key);
    });
  // Where a mapping's keys are fixed, the schema has said it.
  const unsaid = prototypes.filter((one) => !findings.some(({ line, column }) => line === one.line && column === one.column));
  return { findings: [...findings, ...unsaid], misspellings: [...meant.values()], complete: false };
}

/** An issue with its whole path: a union speaks for the one branch that the value was meant for, a record for its key. */
function unwrap(issue: Issue, prefix: PropertyKey[]): Issue[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const deepest = issue.errors.find((errors) => errors.some((inner) => inner.path.length > 0)) ?? issue.errors.find(isOfForm);
    if (deepest) return deepest.flatMap((inner) => unwrap(inner, path));
  }
  return [{ ...issue, path }];
}

/** Whether a value has the type of a branch of a union and only its form or its keys are wrong. */
function isOfForm(errors: readonly Issue[]): boolean {
  return errors.every(({ code }) => code !== 'invalid_type' && code !== 'invalid_value');
}

interface Described {
  finding: Finding;
  /** Pointer of the key that is missing. */
  missing?: string;
  misspelling?: Misspelling;
}

function describe(issue: Issue, root: unknown, source: SourceMap): Described[] {
  const at = pointer(...issue.path);
  const name = spoken(issue.path);
  const found = valueAt(root, issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, issue, source));
  if (issue.code === 'invalid_key') {
    const reason = issue.issues[0]?.message ?? 'is not a valid key';
    return [plain(keyPlaceOf(source, at), `key ${name} ${reason}`, 'Correct the key.')];
  }
  if (!isWritten(source, at) || found === undefined) {
    const place = placeOf(source, pointer(...issue.path.slice(0, -1)));
    return [{ ...plain(place, `${name} is missing`, `Add ${String(issue.path.at(-1))}: ${expectation(issue)}.`), missing: at }];
  }
  const place = placeOf(source, at);
  if (issue.code === 'invalid_type') {
    const message = `${name} must be ${TYPES[issue.expected] ?? issue.expected}, found ${kindOf(found)}`;
    return [plain(place, message, typeRemedy(issue.expected, found))];
  }
  const choices = choicesOf(issue);
  if (choices.length > 0) {
    const meant = nearest(String(found), choices);
    const message = `${name} is ${shown(found)}; it must be ${list(choices)}`;
    return [plain(place, message, meant ? `Did you mean ${meant}?` : `Write ${list(choices)}.`)];
  }
  return [plain(place, `${name} ${shownIfScalar(found)}${issue.message}`, REMEDIES[issue.message] ?? 'Correct the value.')];
}

function plain(place: FilePosition, message: string, remedy: string): Described {
  return { finding: { rule: 'schema', severity: 'error', ...place, message, remedy } };
}

function unknownKey(key: string, issue: Issue, source: SourceMap): Described {
  const known = knownKeys(issue.path);
  const meant = nearest(key, known);
  const where = issue.path.length === 0 ? '' : ` in ${spoken(issue.path)}`;
  const remedy = meant ? `Did you mean ${meant}?` : `Known here: ${known.join(', ')}.`;
  const unknown = plain(keyPlaceOf(source, pointer(...issue.path, key)), `unknown key ${key}${where}`, remedy);
  return meant ? { ...unknown, misspelling: { path: issue.path, key, meant } } : unknown;
}

const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string'
    ? `text ${shown(value)}`
    : `the ${typeof value === 'boolean' ? 'truth value' : 'number'} ${value}`;
}

function typeRemedy(expected: string, found: unknown): string {
  const scalar = typeof found === 'number' || typeof found === 'boolean';
  if (expected === 'string' && scalar) return `Put it into quotes: "${found}".`;
  if (expected === 'boolean') return 'Write true or false, without quotes.';
  if (expected === 'array') return found === null ? 'Write [] or remove the key.' : 'Write it as a list: [a, b].';
  if (expected === 'object' || expected === 'record') return 'Write it as a mapping: {key: value}.';
  return `Write ${TYPES[expected] ?? expected}.`;
}

function expectation(issue: Issue): string {
  const choices = choicesOf(issue);
  if (choices.length > 0) return list(choices);
  return issue.code === 'invalid_type' ? (TYPES[issue.expected] ?? issue.expected) : 'a value';
}

function choicesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code !== 'invalid_union') return [];
  if (issue.errors.length === 0) return ['mesh', 'hub-spoke'];
  return issue.errors.flat().flatMap((inner) => {
    if (inner.code === 'invalid_value') return inner.values.map(String);
    return inner.code === 'invalid_type' ? [TYPES[inner.expected] ?? inner.expected] : [];
  });
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const segment of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[segment];
  }
  return value;
}

/** central.podSubnets[0]: a path as people say it. */
function spoken(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the declaration';
  return path
    .map((segment, position) => (typeof segment === 'number' ? `[${segment}]` : `${position === 0 ? '' : '.'}${String(segment)}`))
    .join('');
}

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  const whole = typeof value === 'string' ? value : JSON.stringify(value);
  return whole.length > LONGEST_SHOWN ? `${whole.slice(0, LONGEST_SHOWN)}…` : whole;
}

function shownIfScalar(value: unknown): string {
  return typeof value === 'string' && value !== '' ? `(${shown(value)}) ` : '';
}

function list(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pointer, segmentsOf } from '../../src/declare/pointer.ts';
import { readYaml } from '../../src/declare/yaml.ts';
import { editDeclaration } from '../../src/edit/edit.ts';
import type { Edit } from '../../src/edit/edits.ts';
import { DRESSED, VALUE } from '../support/dressed-yaml.ts';

/** Cases per property; FUZZ_RUNS=10000 for a long look. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 400);
const TIMEOUT = 60_000 + RUNS * 50;

type Json = Record<string, unknown> | unknown[];

const dataOf = (text: string) => readYaml(text, '')[0]!.value;
const linesOf = (text: string) => text.split(/\r?\n/);

/** Every path of the data, the top left out. */
function pathsOf(data: unknown, path: string[] = []): string[][] {
  if (typeof data !== 'object' || data === null) return path.length === 0 ? [] : [path];
  const below = Object.entries(data).flatMap(([key, value]) => pathsOf(value, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

const valueAt = (data: unknown, path: readonly string[]) =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], data);

/** An edit of a document, as drawn. */
const EDIT = fc.record({
  kind: fc.constantFrom('set', 'add', 'append', 'remove', 'prune'),
  place: fc.double({ min: 0, max: 0.999, noNaN: true }),
  value: VALUE,
  comment: fc.option(fc.constantFrom('why', 'two\nlines'), { nil: undefined }),
});

type Drawn = typeof EDIT extends fc.Arbitrary<infer T> ? T : never;

function editOf(data: unknown, { kind, place, value, comment }: Drawn): Edit | undefined {
  const paths = pathsOf(data);
  const pick = (some: string[][]) => some[Math.floor(place * some.length)];
  const told = comment === undefined ? {} : { comment };
  const at = (path: string[] | undefined) => path && pointer(...path);
  if (kind === 'set') {
    const path = at(pick(paths));
    return path === undefined ? undefined : { edit: 'set', path, value, ...told };
  }
  if (kind === 'add') {
    const maps = [[], ...paths].filter((path) => isMap(valueAt(data, path)));
    return { edit: 'set', path: `${at(pick(maps))}/fresh`, value, ...told };
  }
  if (kind === 'append') {
    const lists = paths.filter((path) => Array.isArray(valueAt(data, path)) || valueAt(data, path) === null);
    const path = at(pick(lists));
    return path === undefined ? undefined : { edit: 'append', path, value, ...told };
  }
  const path = at(pick(paths));
  return path === undefined ? undefined : { edit: 'remove', path, ...(kind === 'prune' ? { prune: true as const } : {}) };
}

const isMap = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The edit on plain data, without any text. */
function edited(data: unknown, edit: Edit): unknown {
  const copy = JSON.parse(JSON.stringify(data)) as Json;
  const path = segmentsOf(edit.path);
  const holder = valueAt(copy, path.slice(0, -1)) as Record<string, unknown>;
  const last = path.at(-1)!;
  if (edit.edit === 'set') holder[last] = edit.value;
  else if (edit.edit === 'append') {
    const list = (holder[last] ?? []) as unknown[];
    holder[last] = list.some((each) => isDeepStrictEqual(each, edit.value)) ? list : [...list, edit.value];
  } else {
    for (let length = path.length; length > 0; length -= 1) {
      const above = valueAt(copy, path.slice(0, length - 1)) as Json;
      if (Array.isArray(above)) above.splice(Number(path[length - 1]), 1);
      else delete above[path[length - 1]!];
      if (edit.prune !== true || Object.keys(above).length > 0) break;
    }
  }
  return copy;
}

describe('a document with any edit', () => {
  test(
    'means what was asked, however it is written',
    () => {
      fc.assert(
        fc.property(DRESSED, fc.array(EDIT, { minLength: 1, maxLength: 4 }), ({ data, text }, drawn) => {
          fc.pre(isDeepStrictEqual(dataOf(text), data) && readYaml(text, '').length === 1);
          let now = { text, data: data as unknown };
          const made: Edit[] = [];
          for (const each of drawn) {
            const edit = editOf(now.data, each);
            if (edit === undefined) continue;
            const after = editDeclaration(now.text, [edit]);
            const meant = after.refused.length === 0 ? edited(now.data, edit) : now.data;
            expect(dataOf(after.text)).toStrictEqual(meant);
            for (const { reason } of after.refused) {
              // The one thing that is refused here: another kind of value in place of lines with comments between them.
              expect(reason).toBe('comments within the value would be lost');
              expect(after.text).toBe(now.text);
              expect(edit.edit).toBe('set');
            }
            now = { text: after.text, data: meant };
            made.push(edit);
          }
          expect(dataOf(editDeclaration(text, made).text)).toStrictEqual(now.data);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  test(
    'keeps every line that the edit is not about',
    () => {
      let kept = 0;
      fc.assert(
        fc.property(DRESSED, EDIT, ({ data, text }, drawn) => {
          fc.pre(isDeepStrictEqual(dataOf(text), data) && readYaml(text, '').length === 1);
          const edit = editOf(data, drawn);
          if (edit === undefined) return;
          const after = editDeclaration(text, [edit]);
          const [before, now] = [linesOf(text), linesOf(after.text)];
          const comments = (lines: string[]) => lines.flatMap((line) => /# c\d+$/.exec(line)?.[0] ?? []);
          // What goes takes the comments on its lines with it.
          if (edit.edit === 'append' || (edit.edit === 'set' && (typeof edit.value !== 'object' || edit.value === null)))
            expect(comments(now)).toEqual(expect.arrayContaining(comments(before)));
          const about = linesAbout(text, data, edit);
          // The lines that are not about it, in their order, are all there.
          let next = 0;
          for (const [index, line] of before.entries()) {
            if (about.has(index + 1)) continue;
            kept += 1;
            const found = now.indexOf(line, next);
            if (found < 0) throw new Error(`line ${index + 1} is gone: ${JSON.stringify(line)} in\n${after.text}`);
            next = found + 1;
          }
          if (text.includes('\r\n')) expect(after.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        }),
        { numRuns: RUNS },
      );
      expect(kept).toBeGreaterThan(RUNS);
    },
    TIMEOUT,
  );

  test(
    'is as it was after an edit that asks for what is there, and after one that is made twice',
    () => {
      fc.assert(
        fc.property(DRESSED, EDIT, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ data, text }, drawn, place) => {
          fc.pre(isDeepStrictEqual(dataOf(text), data) && readYaml(text, '').length === 1);
          const paths = pathsOf(data);
          const path = paths[Math.floor(place * paths.length)]!;
          const there: Edit = { edit: 'set', path: pointer(...path), value: valueAt(data, path), comment: 'no change' };
          expect(editDeclaration(text, [there])).toEqual({ text, refused: [] });
          const edit = editOf(data, drawn);
          // A second removal would take the next entry of a list.
          if (edit === undefined || edit.edit === 'remove') return;
          const once = editDeclaration(text, [edit]);
          expect(editDeclaration(once.text, [edit]).text).toBe(once.text);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );
});

/**
 * Lines that an edit may change: those of the value itself, and where an entry comes or goes the one that holds it, the one before it
 * (a comma) and the one behind it (which a dash may go to). Told by the places that the reader of declarations gives.
 */
function linesAbout(text: string, data: unknown, edit: Edit): Set<number> {
  const { source } = readYaml(text, '')[0]!;
  const path = segmentsOf(edit.path);
  const lineOf = (at: readonly string[]) => (source.keyAt(pointer(...at)) ?? source.valueAt(pointer(...at)))?.line;
  const lines = new Set<number>();
  const span = (at: readonly string[]) => {
    const all = pathsOf(data);
    const first = lineOf(at);
    if (first === undefined) return;
    const order = all.map((each) => [each, lineOf(each)!] as const);
    const inside = order.filter(([each]) => each.slice(0, at.length).join('/') === at.join('/'));
    const ends = inside.map(([each]) => {
      const { line, column } = source.valueAt(pointer(...each))!;
      const isBlock = linesOf(text)[line - 1]!.charAt(column - 1) === '|';
      return line + (isBlock ? String(valueAt(data, each)).trimEnd().split('\n').length : 0);
    });
    const last = Math.max(first, ...ends);
    const behind = Math.min(Infinity, ...order.filter(([, line]) => line > last).map(([, line]) => line));
    // Up to the next key: comments in between are looked at below.
    for (let line = first; line < Math.min(behind, linesOf(text).length + 1); line += 1)
      if (line <= last || !/^\s*(#|$)/.test(linesOf(text)[line - 1]!)) lines.add(line);
  };
  // A line that begins with a closing bracket goes on with what is behind it.
  const closes = (line: number) => /^\s*[\]}]/.test(linesOf(text)[line - 1] ?? '');
  const holder = path.slice(0, -1);
  const touched = edit.edit === 'append' || !isThere(data, path) ? siblingsBefore(data, edit, path) : [path];
  for (const each of touched) span(each);
  if (edit.edit === 'remove') {
    const siblings = Object.keys(valueAt(data, holder) as object);
    const next = siblings[siblings.indexOf(path.at(-1)!) + 1];
    const before = siblings[siblings.indexOf(path.at(-1)!) - 1];
    for (const sibling of [next, before]) if (sibling !== undefined) lines.add(lineOf([...holder, sibling])!);
    for (let length = holder.length; length > 0; length -= 1) lines.add(lineOf(holder.slice(0, length))!);
    // What is in brackets on the lines of its neighbours goes there.
    if (before !== undefined) span([...holder, before]);
  }
  for (const line of [...lines]) if (closes(line + 1)) lines.add(line + 1);
  return lines;
}

function isThere(data: unknown, path: readonly string[]): boolean {
  const holder = valueAt(data, path.slice(0, -1));
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, path.at(-1)!);
}

/** What stands before something new: the last entry of the list or mapping, and the line that introduces an empty one. */
function siblingsBefore(data: unknown, edit: Edit, path: readonly string[]): string[][] {
  const holder = edit.edit === 'append' ? path : path.slice(0, -1);
  const held = valueAt(data, holder);
  const last = typeof held === 'object' && held !== null ? Object.keys(held).at(-1) : undefined;
  return last === undefined ? [[...holder]] : [[...holder, last]];
}

import { isDeepStrictEqual } from 'node:util';
import { pointer, segmentsOf } from '../declare/pointer.ts';
import { readYaml } from '../declare/yaml.ts';
import { commentAbove } from './comment-above.ts';
import type { Edit, Edited, Refusal } from './edits.ts';
import { at, meaningOf } from './meaning.ts';
import { spliced } from './splice.ts';
import { stepsBetween } from './steps.ts';
import { newlineOf } from './style.ts';
import { afterStep } from './take-step.ts';
import { entriesAlong, writtenRoot } from './written.ts';

type Changed = { text: string; data: unknown } | { reason: string };

/**
 * The text of a declaration with edits made, one after the other. What no edit asks for stays byte for byte: comments, order, blank
 * lines, quotes, brackets, indentation, ends of lines. What is added looks like its neighbours. An edit that cannot be made so is
 * refused as a whole. Every text is read again after an edit: it means what was asked, or the edit is refused.
 */
export function editDeclaration(text: string, edits: readonly Edit[]): Edited {
  const read = dataOf(text);
  if ('reason' in read) return { text, refused: edits.map((edit) => ({ edit, reason: read.reason })) };
  let now: { text: string; data: unknown } = { text, data: read.data };
  const refused: Refusal[] = [];
  for (const group of grouped(edits)) {
    const together = group.length > 1 ? changed(now, group) : undefined;
    if (together !== undefined && !('reason' in together)) {
      now = together;
      continue;
    }
    for (const edit of group) {
      const result = changed(now, [edit]);
      if ('reason' in result) refused.push({ edit, reason: result.reason });
      else now = result;
    }
  }
  return { text: now.text, refused };
}

/** Entries that are added to one list, one after the other, are added at once: each other edit costs a reading of the text. */
function grouped(edits: readonly Edit[]): Edit[][] {
  const groups: Edit[][] = [];
  for (const edit of edits) {
    const last = groups.at(-1);
    if (edit.edit === 'append' && last?.[0]?.edit === 'append' && last[0].path === edit.path) last.push(edit);
    else groups.push([edit]);
  }
  return groups;
}

function changed({ text, data }: { text: string; data: unknown }, edits: readonly Edit[]): Changed {
  let meant = data;
  const comments: { path: string[]; comment: string }[] = [];
  for (const edit of edits) {
    const meaning = meaningOf(meant, edit);
    if ('reason' in meaning) return meaning;
    const isNew = !isDeepStrictEqual(meaning.data, meant);
    meant = meaning.data;
    if (!isNew || edit.edit === 'remove' || edit.comment === undefined) continue;
    const list = edit.edit === 'append' ? at(meant, segmentsOf(edit.path)) : undefined;
    const below = Array.isArray(list) ? pointer(list.length - 1) : '';
    comments.push({ path: segmentsOf(edit.path + below), comment: edit.comment });
  }
  let result = text;
  for (const step of stepsBetween(data, meant)) {
    const after = afterStep(result, step);
    if ('reason' in after) return after;
    result = after.text;
  }
  // By the text as it was: an edit may have left one line alone, which ends in nothing.
  const commented = withComments(result, comments, newlineOf(text));
  return proven(commented, meant) ?? { text: commented, data: meant };
}

function withComments(text: string, comments: readonly { path: readonly string[]; comment: string }[], newline: string): string {
  if (comments.length === 0) return text;
  const root = writtenRoot(text);
  return spliced(
    text,
    comments.flatMap(({ path, comment }) => commentAbove(text, entriesAlong(root, path), comment, newline)),
  );
}

/** Nothing where a text means what it should; a reason otherwise. */
function proven(text: string, meant: unknown): { reason: string } | undefined {
  const read = dataOf(text);
  if ('data' in read && isDeepStrictEqual(read.data, meant)) return undefined;
  return { reason: 'this place of the file is written in a form that cannot be changed without a loss' };
}

function dataOf(text: string): { data: unknown } | { reason: string } {
  const [document, second] = readYaml(text, '');
  const error = document?.findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) return { reason: `the file is not YAML that can be changed: line ${error.line}: ${error.message}` };
  if (second !== undefined) return { reason: 'the file holds a second document' };
  return { data: document?.value ?? null };
}

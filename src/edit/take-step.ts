import { isFields } from '../model/json-object.ts';
import { additionsTo } from './insert.ts';
import { removal } from './remove.ts';
import { replaced } from './replace.ts';
import { insertedLines, nextLine, type Splice, spliced } from './splice.ts';
import type { Step } from './steps.ts';
import { type Style, styleOf } from './style.ts';
import { membersText } from './value-text.ts';
import { entriesAlong, nodesOf, type WrittenEntry, type WrittenNode, writtenRoot } from './written.ts';

/** The text after a step, or why it cannot be taken. */
export function afterStep(text: string, step: Step): { text: string } | { reason: string } {
  const root = writtenRoot(text);
  const along = entriesAlong(root, step.path);
  const reason = sharedReason(root, along, step);
  if (reason !== undefined) return { reason };
  const splices = splicesOf(text, root, along, step);
  return typeof splices === 'string' ? { reason: splices } : { text: spliced(text, splices) };
}

function splicesOf(text: string, root: WrittenNode | undefined, along: readonly WrittenEntry[], step: Step): Splice[] | string {
  const style = styleOf(text, root);
  const entry = along.at(-1);
  const holder = along.at(-2);
  const held = (along.length > 1 ? holder?.node : root) as WrittenNode | undefined;
  if (along.length < step.path.length) return 'what it is about is not written here';
  if (step.step === 'add') {
    const node = entry === undefined ? root : entry.node;
    if (node?.type !== 'map' && node?.type !== 'list') return 'what it would be added to is written in another form';
    return additionsTo(text, node, step.additions, style, stars(root, step.path));
  }
  if (entry === undefined) return step.step === 'replace' ? atTop(text, root, step.value, style) : 'nothing would be left';
  if (held?.type !== 'map' && held?.type !== 'list') return 'what it is in is written in another form';
  if (step.step === 'remove') return removal(text, held, held.entries.indexOf(entry), holder);
  return replaced(text, entry, step.value, style, {
    path: stars(root, step.path),
    flow: held.flow,
    inList: held.type === 'list',
  });
}

/** A text that has no values yet. */
function atTop(text: string, root: WrittenNode | undefined, value: unknown, style: Style): Splice[] | string {
  if (!isFields(value)) return 'a declaration is a mapping';
  const unwritten = root === undefined || root.start === root.end;
  if (!unwritten && (root.type !== 'map' || root.entries.length > 0)) return 'the text is not a mapping';
  const lines = membersText(value, style);
  const at = root === undefined ? text.length : nextLine(text, root.end);
  const gone = unwritten ? [] : [{ start: root.start, end: root.end, text: '' }];
  return [...gone, insertedLines(text, at, lines, style.newline)];
}

/** Anchors and aliases: a change would be one in other places too, or would be undone there. */
function sharedReason(root: WrittenNode | undefined, along: readonly WrittenEntry[], step: Step): string | undefined {
  const nodes = [...(root === undefined ? [] : [root]), ...along.map(({ node }) => node)];
  for (const node of nodes) {
    if (node.type === 'alias') return `it is written as the alias *${node.name}: write the value out first`;
    if (node.anchor !== undefined)
      return `it is below the anchor &${node.anchor}, which other places may share: write the value out first`;
  }
  const target = along.at(-1)?.node;
  if (step.step === 'add' || target === undefined) return undefined;
  if (step.step === 'replace' && target.tagged) return 'it is written with a tag: remove the tag first';
  const inside = [...nodesOf(target)].find(({ anchor }) => anchor !== undefined);
  return inside && `the anchor &${inside.anchor} is within it: write the value out first`;
}

/** A path with '*' for what is an index. */
function stars(root: WrittenNode | undefined, path: readonly string[]): string[] {
  let node = root;
  return path.map((key) => {
    const isList = node?.type === 'list';
    node = node?.type === 'map' || node?.type === 'list' ? node.entries.find((entry) => entry.key === key)?.node : undefined;
    return isList ? '*' : key;
  });
}

import type { Quote } from './scalar-text.ts';
import { nodesOf, type WrittenNode } from './written.ts';

/** How a file is written, so that what is added looks like the rest. */
export interface Style {
  /** The end of a line. */
  newline: string;
  /** Blanks by which a mapping is indented below its key. */
  step: number;
  /** The same of a list. */
  listStep: number;
  /** Quotes around a text that needs some. */
  quote: Quote;
  /** What stands within brackets before and behind the entries of a mapping, and of a list. */
  mapPadding: string;
  listPadding: string;
  /** Whether values of that key are written in brackets elsewhere; undefined: there are none. */
  inBrackets(path: readonly string[]): boolean | undefined;
}

/** The style of a text. */
export function styleOf(text: string, root: WrittenNode | undefined): Style {
  const nodes = root === undefined ? [] : [...nodesOf(root)];
  const column = (offset: number) => offset - (text.lastIndexOf('\n', offset - 1) + 1);
  const steps = { map: new Map<number, number>(), list: new Map<number, number>() };
  for (const node of nodes) {
    if (node.type !== 'map' || node.flow) continue;
    for (const { start, node: value } of node.entries) {
      if ((value.type !== 'map' && value.type !== 'list') || value.flow) continue;
      const step = column(value.start) - column(start);
      steps[value.type].set(step, (steps[value.type].get(step) ?? 0) + 1);
    }
  }
  const forms = nodes.map((node) => (node.type === 'scalar' ? node.form : 'none'));
  const padding = (open: string) => {
    const flow = nodes.find((node) => 'flow' in node && node.flow && node.entries.length > 0 && text[node.start] === open);
    return flow !== undefined && text[flow.start + 1] === ' ' ? ' ' : '';
  };
  const step = commonest(steps.map) ?? 2;
  return {
    newline: newlineOf(text),
    step: Math.max(1, step),
    listStep: commonest(steps.list) ?? step,
    quote: count(forms, 'single') > count(forms, 'double') ? 'single' : 'double',
    mapPadding: padding('{'),
    listPadding: padding('['),
    inBrackets: formsByPath(root),
  };
}

function count<T>(all: readonly T[], one: T): number {
  return all.filter((each) => each === one).length;
}

function commonest(counts: ReadonlyMap<number, number>): number | undefined {
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** The last value that is written at the same place of another entry decides, else the last one of the same key. */
function formsByPath(root: WrittenNode | undefined): Style['inBrackets'] {
  const forms = new Map<string, boolean>();
  const visit = (node: WrittenNode, path: readonly string[]) => {
    if (node.type !== 'map' && node.type !== 'list') return;
    if (node.entries.length > 0) for (const name of names(path)) forms.set(name, node.flow);
    for (const { key, node: value } of node.entries) visit(value, [...path, node.type === 'list' ? '*' : key]);
  };
  if (root !== undefined) visit(root, []);
  return (path) => names(path).flatMap((name) => forms.get(name) ?? [])[0];
}

function names(path: readonly string[]): string[] {
  const last = path.at(-1);
  return [JSON.stringify(path), ...(last === undefined || last === '*' ? [] : [last])];
}

/** How the lines of a text end: as the first of them does. */
export function newlineOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

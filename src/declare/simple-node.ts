import type { SimpleScalar } from './simple-scalar.ts';

/** A value of a simple YAML text; offsets are where it begins, from 0. */
export type SimpleNode = SimpleScalar | SimpleMap | SimpleList;

export interface SimpleMap {
  type: 'map';
  offset: number;
  /** Texts, no two of them the same. */
  keys: SimpleKey[];
  values: SimpleNode[];
}

export type SimpleKey = SimpleScalar & { value: string };

export interface SimpleList {
  type: 'list';
  offset: number;
  items: SimpleNode[];
}

/** The data of a node. `scalar`: what a scalar is, if not what the core schema of YAML 1.2 reads. */
export function simpleValue(node: SimpleNode, scalar?: (node: SimpleScalar) => unknown): unknown {
  if (node.type === 'scalar') return scalar === undefined ? node.value : scalar(node);
  if (node.type === 'list') return node.items.map((item) => simpleValue(item, scalar));
  const members: Record<string, unknown> = {};
  // No key is __proto__: such a text is not simple.
  for (const [index, { value: key }] of node.keys.entries()) members[key] = simpleValue(node.values[index]!, scalar);
  return members;
}

const INDEX = /^(?:0|[1-9][0-9]*)$/;

/** What is at a path: keys and indexes from the top, an index as a number or its digits. */
export function simpleNodeAt(root: SimpleNode, path: readonly (string | number)[]): SimpleNode | undefined {
  let node: SimpleNode | undefined = root;
  for (const segment of path) {
    if (node?.type === 'map') node = node.values[node.keys.findIndex(({ value }) => value === segment)];
    else node = node?.type === 'list' && INDEX.test(String(segment)) ? node.items[Number(segment)] : undefined;
  }
  return node;
}

/** The data of a node with every scalar as the text that it is, as the failsafe schema reads it. */
export function simpleTexts(node: SimpleNode): unknown {
  return simpleValue(node, ({ plain, value }) => plain ?? value);
}

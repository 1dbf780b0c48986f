import type { Finding, Position } from '../model/finding.ts';
import { pointer } from './pointer.ts';
import type { SimpleNode } from './simple-node.ts';
import type { YamlDocument } from './yaml-document.ts';
import { yaml11Finding } from './yaml11.ts';

/** A simple document as data with its places: what the library's document would be made into. */
export function readSimpleDocument(root: SimpleNode, file: string, place: (offset: number) => Position): YamlDocument {
  const values: Record<string, Position> = {};
  const keys: Record<string, Position> = {};
  const findings: Finding[] = [];
  const value = read(root, '');
  return { value, source: { file, values, keys }, findings, broken: false };

  function read(node: SimpleNode, path: string): unknown {
    values[path] = place(node.offset);
    if (node.type === 'scalar') {
      judge(node.plain, node.offset);
      return node.value;
    }
    if (node.type === 'list') return node.items.map((item, index) => read(item, `${path}/${index}`));
    const members: Record<string, unknown> = {};
    for (const [index, key] of node.keys.entries()) {
      const below = path + pointer(key.value);
      keys[below] = place(key.offset);
      judge(key.plain, key.offset);
      // No key is __proto__: such a text is not simple.
      members[key.value] = read(node.values[index]!, below);
    }
    return members;
  }

  function judge(plain: string | undefined, offset: number): void {
    const finding = plain === undefined ? undefined : yaml11Finding(plain, () => ({ file, ...place(offset) }));
    if (finding !== undefined) findings.push(finding);
  }
}

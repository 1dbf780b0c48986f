import type { SourceMap } from '../model/declaration.ts';
import type { Finding, Position } from '../model/finding.ts';
import { parentOf, segmentsOf } from './pointer.ts';
import { type SimpleNode, simpleNodeAt, simpleValue } from './simple-node.ts';
import type { YamlDocument } from './yaml-document.ts';
import { yaml11Finding } from './yaml11.ts';

/**
 * A simple document as data with its places: what the library's document would be made into. A place is looked for when it is
 * asked for: a declaration without findings needs hardly any.
 */
export function readSimpleDocument(root: SimpleNode, file: string, place: (offset: number) => Position): YamlDocument {
  const findings: Finding[] = [];
  judge(root, (plain, offset) => {
    const finding = yaml11Finding(plain, () => ({ file, ...place(offset) }));
    if (finding !== undefined) findings.push(finding);
  });
  // No key is __proto__: such a text is not simple.
  return { value: simpleValue(root), source: placesOf(root, file, place), findings, prototypeKeys: [], broken: false };
}

/** Every scalar without quotes, in the order of the text. */
function judge(node: SimpleNode, tell: (plain: string, offset: number) => void): void {
  if (node.type === 'scalar') {
    if (node.plain !== undefined) tell(node.plain, node.offset);
  } else if (node.type === 'list') for (const item of node.items) judge(item, tell);
  else
    for (const [index, key] of node.keys.entries()) {
      judge(key, tell);
      judge(node.values[index]!, tell);
    }
}

function placesOf(root: SimpleNode, file: string, place: (offset: number) => Position): SourceMap {
  const found = (node: { offset: number } | undefined) => node && place(node.offset);
  return {
    file,
    valueAt: (path) => found(simpleNodeAt(root, segmentsOf(path))),
    keyAt(path) {
      const above = simpleNodeAt(root, segmentsOf(parentOf(path)));
      const last = segmentsOf(path).at(-1);
      return above?.type === 'map' ? found(above.keys.find(({ value }) => value === last)) : undefined;
    },
  };
}

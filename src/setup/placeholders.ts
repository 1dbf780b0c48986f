import { isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml';
import { PLACEHOLDER } from './first-declaration.ts';

/** A value that is left to fill in. */
export interface Gap {
  line: number;
  /** The key that it belongs to, with those around it: `central.server`, `distributed.cluster2.podSubnets`. */
  key: string;
}

/** What of a declaration is still a placeholder, line by line. A text that cannot be read has none. */
export function placeholdersIn(text: string): Gap[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const gaps: Gap[] = [];
  visit(document, {
    Scalar(_, { value, range }, path) {
      if (value !== PLACEHOLDER || !range) return;
      gaps.push({ line: lineCounter.linePos(range[0]).line, key: keyOf(path as (Node | Pair)[]) });
    },
  });
  return gaps;
}

function keyOf(path: readonly (Node | Pair)[]): string {
  return path
    .flatMap((node, at) => {
      if (isPair(node)) return isScalar(node.key) ? String(node.key.value) : [];
      // An entry of a list is known by its name.
      const entry = isSeq(node) ? path[at + 1] : undefined;
      const name = entry !== undefined && 'get' in entry ? (entry as { get(key: string): unknown }).get('name') : undefined;
      return typeof name === 'string' ? name : [];
    })
    .join('.');
}

import { isFields } from '../model/json-object.ts';
/** One value somewhere in a JSON document, with the way back to the top. */
export interface JsonNode {
  /** Key or index in the parent; '' at the top. */
  key: string | number;
  value: unknown;
  parent?: JsonNode;
}

/**
 * Every value of a JSON document in its order, the document itself first. No recursion: a document of any depth is walked. Below
 * `metadata` nothing is looked at: names, labels and annotations are judged by who knows them; neither are an object's `status` and
 * the data of a Secret.
 */
export function* jsonNodes(top: unknown): Generator<JsonNode> {
  const left: JsonNode[] = [{ key: '', value: top }];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    yield node;
    if (Array.isArray(node.value)) {
      for (let index = node.value.length - 1; index >= 0; index--)
        left.push({ key: index, value: node.value[index], parent: node });
    } else if (isFields(node.value)) {
      const fields = node.value;
      const keys = Object.keys(fields).filter((key) => !isSkipped(fields, key));
      for (const key of keys.reverse()) left.push({ key, value: fields[key], parent: node });
    }
  }
}

function isSkipped(fields: Readonly<Record<string, unknown>>, key: string): boolean {
  if (key === 'metadata') return true;
  if (typeof fields['kind'] !== 'string') return false;
  return key === 'status' || (fields['kind'] === 'Secret' && (key === 'data' || key === 'stringData'));
}

/** Keys and indexes from the top to a node. */
export function pathOf(node: JsonNode): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: JsonNode = node; at.parent !== undefined; at = at.parent) path.push(at.key);
  return path.reverse();
}

/** The mapping below a key; an empty one where there is none. */
export function fieldsOf(value: unknown, ...keys: readonly string[]): Record<string, unknown> {
  let at = value;
  for (const key of keys) at = isFields(at) ? at[key] : undefined;
  return isFields(at) ? at : {};
}

/** The items of a list; none where it is not a list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list, others left out. */
export function textsOf(value: unknown): string[] {
  return itemsOf(value).filter((item): item is string => typeof item === 'string');
}

/** Foreign text as printable ASCII: a letter that only looks like another one is shown by its code. */
export function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
  return text.replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

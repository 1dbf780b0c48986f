import { parseAllDocuments } from 'yaml';
import { simpleValue } from '../declare/simple-node.ts';
import { readSimpleYaml } from '../declare/simple-yaml.ts';
import { isFields } from '../model/json-object.ts';
import { jsonNodes, pathOf } from './json-nodes.ts';

/** Objects that are text inside another one, as CN2's own are in ConfigMap contrail-cr. */
export interface EmbeddedObject {
  /** Keys and indexes from the top of the outer object to the text. */
  path: (string | number)[];
  object: Record<string, unknown>;
}

/** Both words of a manifest, in YAML or JSON. */
const API_VERSION = /(?:^|[\s{,"'])apiVersion["']?\s*:/;
const KIND = /(?:^|[\s{,"'])kind["']?\s*:/;
/** Where a manifest begins in a text that holds other things before it, as a shell line with a here-document does. */
const FIRST_LINE = /^[ \t]*(?:apiVersion|kind):/m;

/** Objects in the texts of an object, e.g. in the data of a ConfigMap. What is not YAML holds none. Never throws. */
export function objectsInTexts(outer: unknown): EmbeddedObject[] {
  const found: EmbeddedObject[] = [];
  for (const node of jsonNodes(outer)) {
    if (typeof node.value !== 'string') continue;
    const path = pathOf(node);
    const text = path[0] === 'binaryData' ? Buffer.from(node.value, 'base64').toString('utf8') : node.value;
    if (!API_VERSION.test(text) || !KIND.test(text)) continue;
    const whole = manifestsOf(text);
    const objects = whole.length > 0 ? whole : manifestsOf(text.slice(Math.max(text.search(FIRST_LINE), 0)));
    for (const object of objects) found.push({ path, object });
  }
  return found;
}

function manifestsOf(text: string): Record<string, unknown>[] {
  try {
    return documentsOf(text).filter(
      (value): value is Record<string, unknown> => isFields(value) && typeof value['kind'] === 'string',
    );
  } catch {
    // Aliases that lead to themselves or explode: kubectl reads no object there either.
    return [];
  }
}

function documentsOf(text: string): unknown[] {
  const simple = readSimpleYaml(text);
  if (simple !== undefined) return simple.map((node) => node && simpleValue(node));
  const parsed = parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent', merge: true });
  return Array.isArray(parsed) ? parsed.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown) : [];
}

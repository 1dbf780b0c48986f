import { parse } from 'yaml';
import { simpleYamlData } from '../declare/simple-yaml.ts';
import { writeJson, writeYaml } from './yaml-writer.ts';

/** The data of a YAML text of one document. Throws for what is not YAML. */
export function parseYaml(text: string): unknown {
  return simpleYamlData(text) ?? parse(text, { logLevel: 'error' });
}

/**
 * Whether a text is byte for byte what the writer writes for what the text says: no anchor, alias, merge key, tag, comment, second
 * document, other order or spelling. Readers differ on such things; on what the writer writes they do not.
 */
export function isCanonicalYaml(text: string): boolean {
  return holds(() => {
    const value = parseYaml(text);
    return typeof value === 'object' && value !== null && !hasPrototypeKey(value) && writeYaml(value) === text;
  });
}

/** The same for JSON. */
export function isCanonicalJson(text: string): boolean {
  return holds(() => {
    const value: unknown = JSON.parse(text);
    return !hasPrototypeKey(value) && writeJson(value) === text;
  });
}

/** A key that one reader takes for data and another for the object's prototype; no object of Kubernetes has it. */
function hasPrototypeKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => key === '__proto__' || hasPrototypeKey(member));
}

/** What cannot be read, or is nested deeper than can be walked through, is not what the writer wrote. */
function holds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

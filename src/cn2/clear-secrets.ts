import { isFields } from '../model/json-object.ts';
import { type JsonNode, jsonNodes, pathOf } from './json-nodes.ts';

/** Names of values that are secrets: DB_PASSWORD, api-token, authToken; not TOKEN_FILE, nor names of Secrets. */
const SECRET_NAME = /(?:passw(?:or)?d|passphrase|token|(?:client|shared)[_-]?secret|(?:api|private|access|secret)[_-]?key)$/i;
const SECRET_TEXT = /-----BEGIN [A-Z ]*PRIVATE KEY-----|"?client-key-data"?\s*:/;

/** The path of a value in clear that looks like a secret: a password, a token, a private key, the keys of a BGP session. */
export function clearSecretIn(object: unknown): string | undefined {
  const found = [...jsonNodes(object)].find(isSecretValue);
  return found && `/${pathOf(found).join('/')}`;
}

function isSecretValue(node: JsonNode): boolean {
  const { key, value, parent } = node;
  if (typeof value !== 'string' || value === '') return false;
  if (SECRET_TEXT.test(value)) return true;
  if (key === 'key' && parent?.parent?.key === 'keyItems') return true;
  if (key === 'value' && parent?.parent?.key === 'env' && isFields(parent.value))
    return SECRET_NAME.test(String(parent.value['name']));
  return typeof key === 'string' && SECRET_NAME.test(key) && !isMetadata(node);
}

/** Labels, selectors and annotations name things. */
function isMetadata({ parent }: JsonNode): boolean {
  return ['labels', 'annotations', 'matchLabels'].includes(String(parent?.key));
}

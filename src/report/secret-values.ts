import { parseAllDocuments } from 'yaml';
import { simpleTexts } from '../declare/simple-node.ts';
import { readSimpleYaml } from '../declare/simple-yaml.ts';
import type { Redactor } from './redactor.ts';
import { addressSecrets, authorizationValues, spellings } from './secret-spellings.ts';

/** Keys of kubeconfigs and docker config files whose values are secret. A CA is public, and manifests may show it. */
const SECRET_KEY =
  /^(token|password|client-key-data|client-certificate-data|auth|identitytoken|registrytoken|secret-?access-?key|(id|refresh|access)-token|client-secret|passphrase|private-?key|api-?key|(proxy-)?authorization)$/i;
/** Names of environment variables, headers and flags of a credential plug-in that hold one. */
const SECRET_NAME = /token|secret|passw|credential|auth|key/i;
/** Addresses that may carry a user and a password. */
const ADDRESS_KEY = /^(proxy-url|server)$/;
/** The same keys in a text that no parser takes. */
const IN_TEXT =
  /["']?(token|password|client-key-data|client-certificate-data|auth|identitytoken|registrytoken|client-secret)["']?\s*:\s*["']?([^\s"',}]+)/gi;
/** More aliases than this are an attack on who reads it, not a credential. */
const MOST_ALIASES = 10_000;

/**
 * The secrets within a credential as it was resolved (kubeconfig, docker config or a plain token, YAML or JSON): the whole text, what
 * stands under its secret keys after parsing (so that anchors, block scalars and quotes do not matter), what those values are in base64,
 * user and password of addresses. A log shows a token, hardly ever a whole kubeconfig.
 */
export function secretsIn(credential: string): string[] {
  const secrets = new Set<string>([credential]);
  const add = (value: string, key = '') => {
    for (const text of spellings(value, key)) if (text !== '') secrets.add(text);
  };
  try {
    for (const document of documentsOf(credential)) collect(document, add, new Set());
  } catch {
    // What cannot be read is used by nobody; what it shows all the same is found below.
  }
  for (const [, key = '', value = ''] of credential.matchAll(IN_TEXT)) add(value, key);
  return [...secrets].filter((secret) => secret !== '');
}

/** Every scalar as the text that it is. */
function documentsOf(credential: string): unknown[] {
  const simple = readSimpleYaml(credential);
  if (simple !== undefined) return simple.map((node) => node && simpleTexts(node));
  const documents = parseAllDocuments(credential, { schema: 'failsafe', logLevel: 'silent', uniqueKeys: false, strict: false });
  return 'empty' in documents ? [] : documents.map((document) => document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown);
}

type Add = (value: string, key?: string) => void;

function collect(value: unknown, add: Add, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (Array.isArray(value)) {
    value.forEach((item, position) => {
      if (typeof item === 'string') collectFlag(item, value[position + 1], add);
      else collect(item, add, seen);
    });
    return;
  }
  const fields = value as Record<string, unknown>;
  const { username, password, name, value: named } = fields;
  // As it travels in a Basic authorization.
  if (typeof username === 'string' && typeof password === 'string' && password !== '') add(`${username}:${password}`);
  if (typeof name === 'string' && typeof named === 'string' && SECRET_NAME.test(name)) add(named);
  for (const [key, member] of Object.entries(fields)) {
    if (SECRET_KEY.test(key)) for (const text of [member].flat()) if (typeof text === 'string') add(text, key);
    if (ADDRESS_KEY.test(key) && typeof member === 'string') collectAddress(member, add);
    if (/^httpheaders$/i.test(key)) collectHeaders(member, add);
    collect(member, add, seen);
  }
}

/** `--token=…`, or `--token` and the next argument. */
function collectFlag(item: string, next: unknown, add: Add): void {
  const [, flag = '', value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(item) ?? [];
  if (!SECRET_NAME.test(flag)) return;
  if (value !== undefined) add(value);
  else if (typeof next === 'string' && !next.startsWith('-')) add(next);
}

function collectHeaders(headers: unknown, add: Add): void {
  if (typeof headers !== 'object' || headers === null) return;
  for (const [name, value] of Object.entries(headers)) {
    if (SECRET_NAME.test(name) && typeof value === 'string') for (const text of authorizationValues(value)) add(text);
  }
}

function collectAddress(address: string, add: Add): void {
  for (const text of addressSecrets(address)) add(text);
}

/** From now on nothing secret in a kubeconfig, a docker config or a token appears in any output, nor the whole of it. */
export function revealCredential(secrets: Redactor, credential: string): void {
  if (secrets.knows(credential)) return;
  for (const secret of secretsIn(credential)) secrets.reveal(secret, { whole: secret === credential });
}

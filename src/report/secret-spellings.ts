/** The markers around every key and certificate need not be hidden. */
const PEM_BOUNDARY = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;
/** A secret value of several lines, line by line: a log shows it so, and GitHub hides it so. */
export function secretLines(value: string): string[] {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  return lines.length < 2 ? [] : lines.filter((line) => line.length >= SHORTEST_LINE && !PEM_BOUNDARY.test(line));
}

/** The last line of a key may be a few characters, which say nothing and stand everywhere. */
const SHORTEST_LINE = 8;

/** The password of an address, alone and with its user, as it is there and decoded; a user alone is a token. */
export function addressSecrets(address: string): string[] {
  const { username = '', password = '' } = URL.parse(address) ?? {};
  if (username === '' && password === '') return [];
  const texts = password === '' ? [username] : [password, `${username}:${password}`];
  return texts.flatMap((text) => [text, percentDecoded(text)]);
}

/** What is secret in the value of an Authorization header: the whole, what follows the scheme, and the password of Basic. */
export function authorizationValues(value: string): string[] {
  const [, scheme, rest = value] = /^\s*(Bearer|Basic|Token|Digest|Negotiate)\s+(.+)$/is.exec(value) ?? [];
  const inner = scheme?.toLowerCase() === 'basic' ? spellings(rest, 'auth') : [rest.trim()];
  return [...new Set([value, ...inner])].filter((text) => text !== '');
}

/** A value as it is there, without line breaks where it is base64, and decoded; of user:password the password, too. */
export function spellings(value: string, key: string): string[] {
  const compact = value.replace(/\s+/g, '');
  const decoded = fromBase64(compact);
  const texts = [value, ...(decoded === undefined ? [] : [compact, decoded])];
  // docker's "auth" is base64 of user:password
  if (key.toLowerCase() === 'auth' && decoded?.includes(':')) texts.push(decoded.slice(decoded.indexOf(':') + 1).trim());
  return texts;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fromBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]{8,}={0,2}$/.test(text)) return undefined;
  try {
    const raw = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    return undefined;
  }
}

/** Base64 and the like, JSON web tokens, tokens of kubeadm; a key in PEM. */
const RANDOM = [
  /^(?=.*\d)(?=.*[A-Za-z])[\w+/=-]{16,}$/,
  /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/,
  /^[a-z0-9]{6}\.[a-z0-9]{16}$/,
  /^-----BEGIN [A-Z0-9 ]+-----\s+(?:[A-Za-z0-9+/=]+\s+){2,}-----END [A-Z0-9 ]+-----\s*$/,
];

/** Whether a value cannot be mistaken for words of a report. */
export function looksRandom(value: string): boolean {
  return RANDOM.some((form) => form.test(value));
}

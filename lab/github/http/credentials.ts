import type { IncomingHttpHeaders } from 'node:http';

/** The token in an Authorization header (token, Bearer, or the password of Basic); undefined where there is none. */
export function tokenIn(headers: IncomingHttpHeaders): string | undefined {
  const header = headers.authorization;
  if (header === undefined) return undefined;
  const [scheme = '', value = ''] = header.trim().split(/\s+/, 2);
  if (!/^basic$/i.test(scheme)) return value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

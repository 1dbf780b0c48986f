import { type Fields, isFields } from '../model/json-object.ts';

/** What a JSON web token claims (RFC 7519), unchecked; undefined for other tokens. */
export function claimsOf(token: string): Fields | undefined {
  const [, claims, signature] = token.split('.');
  if (claims === undefined || signature === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
    return isFields(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The ServiceAccount that a token is of, by the subject that Kubernetes writes (system:serviceaccount:<namespace>:<name>); undefined for
 * other tokens.
 */
export function serviceAccountOf(token: string): { namespace: string; name: string } | undefined {
  const subject = claimsOf(token)?.['sub'];
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(typeof subject === 'string' ? subject : '') ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

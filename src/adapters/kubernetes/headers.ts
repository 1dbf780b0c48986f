import type { Impersonation } from '../../kubeconfig/kubeconfig.ts';

type Headers = Record<string, string | string[]>;

/** The header that logs in, and what of it is secret in each form in which it may come back. */
export function authorizationOf(
  token: string | undefined,
  basic: { username: string; password: string } | undefined,
): { headers: Headers; secrets: string[] } {
  if (token !== undefined) return { headers: { authorization: `Bearer ${bytes(token)}` }, secrets: [token] };
  if (basic === undefined) return { headers: {}, secrets: [] };
  const login = Buffer.from(`${basic.username}:${basic.password}`).toString('base64');
  return { headers: { authorization: `Basic ${login}` }, secrets: [basic.password, login] };
}

/** Headers of client-go's impersonation (`as`, `as-uid`, `as-groups`, `as-user-extra`). */
export function identityHeaders(impersonate: Impersonation | undefined): Headers {
  if (impersonate === undefined) return {};
  const { user, uid, groups, extra } = impersonate;
  return {
    'impersonate-user': bytes(user),
    ...(uid === undefined ? {} : { 'impersonate-uid': bytes(uid) }),
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups.map(bytes) }),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [`impersonate-extra-${headerKey(key)}`, values.map(bytes)]),
    ),
  };
}

/** Characters that a header's name cannot have are percent-encoded, byte by byte, as client-go does. */
function headerKey(key: string): string {
  const encode = (character: string) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  return key.replace(/[^!#$&'*+\-.^_`|~0-9A-Za-z]/gu, encode).toLowerCase();
}

/** UTF-8 in a header, as Go sends it. */
function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

import { X509Certificate } from 'node:crypto';
import type { Kubeconfig } from './kubeconfig.ts';
import { pemOf } from './material.ts';
import { claimsOf } from './token-claims.ts';

/** When a part of a kubeconfig expires: milliseconds since the epoch. Undefined: it is not a certificate. */
export interface Lifetime {
  part: 'client certificate' | 'certificate of the authority' | 'token';
  ends: number | undefined;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The farthest time from the epoch that a Date can be (ECMAScript, time values). */
const LAST_TIME = 8.64e15;

/** When the embedded credentials of a context expire. Of several authorities the last one counts: the old one stays during a change. */
export function lifetimesOf({ cluster, user }: Kubeconfig): Lifetime[] {
  const found: Lifetime[] = [];
  const { clientCertificate, token } = user;
  if (clientCertificate !== undefined && 'data' in clientCertificate) {
    found.push({ part: 'client certificate', ends: endsOf(pemOf(clientCertificate))?.[0] });
  }
  if (cluster.authority !== undefined && 'data' in cluster.authority) {
    const ends = endsOf(pemOf(cluster.authority));
    found.push({ part: 'certificate of the authority', ends: ends === undefined ? undefined : Math.max(...ends) });
  }
  const expires = token === undefined ? undefined : tokenEnd(token);
  return expires === undefined ? found : [...found, { part: 'token', ends: expires }];
}

/** The certificates of a PEM text, each as text. */
export function certificatesIn(pem: string): string[] {
  return pem.match(CERTIFICATE) ?? [];
}

/** When the certificates of a PEM text expire, in its order; undefined if there is none, or one that cannot be read. */
export function endsOf(pem: string): number[] | undefined {
  try {
    const ends = certificatesIn(pem).map((text) => new X509Certificate(text).validToDate.getTime());
    return ends.length === 0 ? undefined : ends;
  } catch {
    return undefined;
  }
}

/** `exp` of a JSON web token (RFC 7519), in milliseconds; undefined for other tokens, and for one that does not expire. */
export function tokenEnd(token: string): number | undefined {
  const exp = claimsOf(token)?.['exp'];
  // A time that no date can show is the first or the last one that can be.
  return typeof exp === 'number' ? Math.max(-LAST_TIME, Math.min(LAST_TIME, exp * 1000)) : undefined;
}

import { isIP } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import type { SeenCertificate } from './connection-failure.ts';

/**
 * The certificate that an https address presents, trusted or not. Sends nothing but the TLS handshake, no credential. Undefined when
 * nothing answers with one in time (milliseconds), or the proxy on the way does not let through.
 */
export async function seeCertificate(server: string, timeout: number, proxy?: string): Promise<SeenCertificate | undefined> {
  const url = URL.parse(server);
  if (url === null || url.protocol !== 'https:') return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? 443 : Number(url.port);
  if (proxy === undefined) return await look({ host, port }, host, timeout);
  const { openTunnel } = await import('../proxy/tunnel.ts');
  const socket = await openTunnel(new URL(proxy), { host, port, timeout }).catch(() => undefined);
  return socket === undefined ? undefined : await look({ host, socket: socket as never }, host, timeout);
}

function look(to: ConnectionOptions, host: string, timeout: number): Promise<SeenCertificate | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      ...to,
      // Only inspected: the caller decides whether to trust it.
      rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const end = (seen: SeenCertificate | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(seen);
    };
    const timer = setTimeout(() => end(undefined), timeout);
    socket.once('error', () => end(undefined));
    socket.once('close', () => end(undefined));
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      if (certificate === undefined) return end(undefined);
      end({
        names: namesOf(certificate.subjectAltName),
        notBefore: certificate.validFromDate.toISOString(),
        notAfter: certificate.validToDate.toISOString(),
      });
    });
  });
}

/** 'DNS:kubernetes, IP Address:FD85:0:0:0:0:0:0:1' → [kubernetes, fd85::1]: names in lower case, addresses as URLs write them. */
export function namesOf(subjectAltName: string | undefined): string[] {
  const names: string[] = [];
  // A name that could be mistaken for two is quoted by Node as a JSON string.
  for (const match of (subjectAltName ?? '').matchAll(/(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)) {
    const raw = match[2] ?? '';
    const name = raw.startsWith('"') ? String(JSON.parse(raw)) : raw.trim();
    names.push(isIP(name) === 6 ? canonicalV6(name) : name.toLowerCase());
  }
  return names;
}

function canonicalV6(address: string): string {
  return URL.parse(`http://[${address}]`)?.hostname.replace(/^\[|\]$/g, '') ?? address;
}

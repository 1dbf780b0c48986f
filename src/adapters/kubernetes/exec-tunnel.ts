import { type AgentOptions, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';

/** Milliseconds for the proxy's answer. */
const PATIENCE = 15_000;

type Created = (error: Error | null, stream: Duplex) => void;
interface Peer {
  host?: string | null;
  port?: string | number | null;
}

/**
 * An agent that reaches the server through an HTTP proxy (kubeconfig's proxy-url): CONNECT, then TLS with the server inside. The proxy
 * sees host and port, never a token.
 */
export function tunnelAgent(proxy: string, secure: boolean, tls: ConnectionOptions): HttpAgent {
  const agent = secure ? new HttpsAgent(tls as AgentOptions) : new HttpAgent();
  const created = (peer: Peer, callback: Created) => {
    const host = String(peer.host).replace(/^\[|\]$/g, '');
    openTunnel(new URL(proxy), host, Number(peer.port)).then(
      (socket) =>
        callback(null, secure ? tlsConnect({ host, servername: nameFor(host), ...tls, socket: socket as never }) : socket),
      // On a failure there is no stream to hand over.
      (error: Error) => callback(error, undefined as never),
    );
    return undefined;
  };
  return Object.assign(agent, { createConnection: created });
}

/** Addresses have no server name in TLS. */
function nameFor(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}

function openTunnel(proxy: URL, host: string, port: number): Promise<Duplex> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const { username, password } = proxy;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return new Promise((resolve, reject) => {
    const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(username === '' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }),
      },
      timeout: PATIENCE,
      agent: false,
    });
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new ProxyRefusal(`the proxy refused the way to ${authority} with HTTP status ${response.statusCode}`));
    });
    request.once('timeout', () => request.destroy(new ProxyRefusal(`the proxy did not answer within ${PATIENCE / 1000} s`)));
    request.once('error', (error: NodeJS.ErrnoException) => {
      const known = error instanceof ProxyRefusal;
      reject(known ? error : new ProxyRefusal(`the proxy ${proxy.host} cannot be reached (${error.code ?? 'no code'})`));
    });
    request.end();
  });
}

/** A failure whose message is a sentence already. */
export class ProxyRefusal extends Error {}

import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { tlsInside } from '../proxy/connect-through.ts';
import { openTunnel } from '../proxy/tunnel.ts';

/** Milliseconds for the proxy's answer. */
const PATIENCE = 15_000;

type Created = (error: Error | null, stream: Duplex) => void;
interface Peer {
  host?: string | null;
  port?: string | number | null;
}

/**
 * An agent that reaches the server through an HTTP proxy: CONNECT, then TLS with the server inside. The proxy sees host and port, never
 * a token.
 */
export function tunnelAgent(proxy: string, secure: boolean, tls: ConnectionOptions): HttpAgent {
  const agent = secure ? new HttpsAgent(tls as AgentOptions) : new HttpAgent();
  const authority = typeof tls.ca === 'string' ? { authority: tls.ca } : {};
  const created = (peer: Peer, callback: Created) => {
    const host = String(peer.host).replace(/^\[|\]$/g, '');
    openTunnel(new URL(proxy), { host, port: Number(peer.port), timeout: PATIENCE, ...authority }).then(
      (socket) => callback(null, secure ? tlsInside(socket, host, tls) : socket),
      // On a failure there is no stream to hand over.
      (error: Error) => callback(error, undefined as never),
    );
    return undefined;
  };
  return Object.assign(agent, { createConnection: created });
}

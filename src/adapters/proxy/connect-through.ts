import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { buildConnector } from 'undici';

/** Connections of undici's Agent through a proxy: CONNECT, then TLS with the server inside. `timeout` in milliseconds. */
export function connectThrough(proxy: string, tls: ConnectionOptions, timeout: number): buildConnector.connector {
  return ({ hostname, protocol, port }, callback) => {
    const secure = protocol === 'https:';
    const host = hostname.replace(/^\[|\]$/g, '');
    const authority = typeof tls.ca === 'string' ? { authority: tls.ca } : {};
    const way = { host, port: Number(port || (secure ? 443 : 80)), timeout, ...authority };
    // Loaded where it is needed: most hosts have no proxy.
    import('./tunnel.ts')
      .then(({ openTunnel }) => openTunnel(new URL(proxy), way))
      .then((socket): Duplex | Promise<Duplex> => (secure ? secured(socket, host, tls, timeout) : socket))
      .then(
        (socket) => callback(null, socket as Socket),
        (error: Error) => callback(error, null),
      );
  };
}

/** TLS with a server over a stream that leads there. */
export function tlsInside(socket: Duplex, host: string, tls: ConnectionOptions): TLSSocket {
  // Addresses have no server name in TLS.
  const servername = /^[\d.]+$|:/.test(host) ? '' : host;
  return tlsConnect({ host, servername, ALPNProtocols: ['http/1.1'], ...tls, socket: socket as never });
}

function secured(socket: Duplex, host: string, tls: ConnectionOptions, timeout: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = tlsInside(socket, host, tls);
    const late = Object.assign(new Error('no TLS connection in time'), { code: 'UND_ERR_CONNECT_TIMEOUT' });
    const timer = setTimeout(() => secure.destroy(late), timeout);
    secure.once('secureConnect', () => {
      clearTimeout(timer);
      secure.off('error', reject);
      resolve(secure);
    });
    secure.once('error', reject);
    secure.once('close', () => clearTimeout(timer));
  });
}

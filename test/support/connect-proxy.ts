import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Identity } from './certificate.ts';

export interface ConnectProxyOptions {
  /** user:password that it wants, else 407. */
  login?: string;
  /** What it answers instead of opening tunnels. */
  status?: number;
  /** Speaks TLS itself. */
  identity?: Identity;
  /** Every name leads to this host. */
  everythingIsHere?: boolean;
  /** Names that only this proxy knows → addresses. */
  hosts?: Readonly<Record<string, string>>;
}

/** An HTTP proxy that opens tunnels (CONNECT) and remembers who asked for which. */
export async function startConnectProxy(
  options: ConnectProxyOptions = {},
): Promise<AsyncDisposable & { seen: IncomingMessage[]; host: string }> {
  const seen: IncomingMessage[] = [];
  const { identity } = options;
  const proxy = identity === undefined ? createServer() : createSecureServer({ cert: identity.certificate, key: identity.key });
  proxy.on('connect', (request: IncomingMessage, client: Socket) => {
    seen.push(request);
    client.on('error', () => undefined);
    const wanted = options.login === undefined ? undefined : `Basic ${Buffer.from(options.login).toString('base64')}`;
    const status = wanted !== undefined && request.headers['proxy-authorization'] !== wanted ? 407 : options.status;
    // curl, and so git, shows its login to a proxy only when that says which kind it wants.
    const wants = status === 407 ? 'proxy-authenticate: Basic realm="proxy"\r\n' : '';
    if (status !== undefined) return client.end(`HTTP/1.1 ${status} No\r\n${wants}connection: close\r\n\r\n`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const host = options.everythingIsHere === true ? '127.0.0.1' : (options.hosts?.[hostname] ?? hostname);
    const upstream = connect(Number(port || 80), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    sockets.add(client);
    return undefined;
  });
  const sockets = new Set<Socket>();
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    seen,
    host: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

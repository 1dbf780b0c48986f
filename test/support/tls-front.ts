import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Identity } from './certificate.ts';

/** Speaks TLS before a server of this host that does not: as github.com does before what answers there. */
export async function startTlsFront(behind: number, identity: Identity): Promise<AsyncDisposable & { port: number }> {
  const open = new Set<TLSSocket>();
  const front = createServer({ cert: identity.certificate, key: identity.key }, (client) => {
    const server = connect(behind, '127.0.0.1');
    open.add(client);
    client.on('error', () => server.destroy()).on('close', () => server.destroy());
    server.on('error', () => client.destroy());
    client.pipe(server).pipe(client);
  });
  front.on('tlsClientError', () => undefined);
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: (front.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const client of open) client.destroy();
      front.close();
    },
  };
}

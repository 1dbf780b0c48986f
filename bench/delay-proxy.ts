import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiServer } from '../lab/apiserver/apiserver.ts';

/** An API server as it is seen from afar: the same server, log and address, another port. */
export interface FarServer extends AsyncDisposable {
  server: ApiServer;
}

/** Puts a round trip of that many milliseconds before an API server. Bytes are delayed, never reordered; nothing is limited. */
export async function delayed(server: ApiServer, roundTrip: number): Promise<FarServer> {
  const { hostname, port } = new URL(server.url);
  const sockets = new Set<Socket>();
  const proxy = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true });
    forward(near, far, roundTrip / 2);
    forward(far, near, roundTrip / 2);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  proxy.listen(0, hostname);
  await once(proxy, 'listening');
  const url = `https://${hostname}:${(proxy.address() as AddressInfo).port}`;
  return {
    server: { ...server, url, kubeconfig: server.kubeconfig.replaceAll(server.url, url) },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

/** What one side sends arrives at the other so many milliseconds later, its end included. */
function forward(from: Socket, to: Socket, delay: number): void {
  // Timers of one length fire in the order in which they were set.
  from.on('data', (bytes) => void sleep(delay).then(() => to.writable && to.write(bytes)));
  from.once('end', () => void sleep(delay).then(() => to.end()));
  from.once('error', () => to.destroy());
}

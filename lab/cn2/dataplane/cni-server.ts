import { mkdir, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { dirname } from 'node:path';
import { type CniRequest, cniError, cniRequest } from './cni-request.ts';

/** Listens for the CNI program on a socket of the node, which only its root can open. */
export async function serveCni(
  socket: string,
  handle: (request: CniRequest) => Promise<object>,
  log: (line: string) => void,
): Promise<Server> {
  await mkdir(dirname(socket), { recursive: true, mode: 0o700 });
  await rm(socket, { force: true });
  const server = createServer((incoming, outgoing) => {
    const started = Date.now();
    const answer = async (): Promise<object> => {
      const request = cniRequest(incoming.headers);
      const result = await handle(request);
      log(`${request.command} ${request.pod.namespace}/${request.pod.name} in ${Date.now() - started} ms`);
      return result;
    };
    incoming.resume();
    void answer()
      .catch((error: unknown) => {
        log(`CNI call failed: ${error instanceof Error ? error.message : String(error)}`);
        outgoing.statusCode = 500;
        return cniError(error);
      })
      .then((body) => outgoing.end(JSON.stringify(body)));
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return server;
}

/** Whether another agent already answers on this socket. */
export function somebodyServes(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = httpRequest({ socketPath: socket, path: '/', method: 'GET', timeout: 1000 }, (answer) => {
      answer.resume();
      resolve(true);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

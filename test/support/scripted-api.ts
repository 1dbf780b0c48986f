import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createSocket } from 'node:net';
import type { Identity } from './certificate.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers as a test wants, for faults that a real API server does not make on demand. */
export class ScriptedApi implements AsyncDisposable {
  readonly url: string;
  /** Method and URL of every request, in order. */
  readonly requests: string[];
  readonly #server: Server;

  constructor(server: Server, url: string, requests: string[]) {
    this.#server = server;
    this.url = url;
    this.requests = requests;
  }

  static async start(handler: Handler, identity?: Identity): Promise<ScriptedApi> {
    const requests: string[] = [];
    const listener: Handler = (request, response) => {
      requests.push(`${request.method} ${request.url}`);
      handler(request, response);
    };
    const server =
      identity === undefined ? createPlain(listener) : createSecure({ cert: identity.certificate, key: identity.key }, listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new ScriptedApi(server, `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, requests);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A port that takes connections and never says a word. */
export async function silentPort(): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createSocket((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An administrator's kubeconfig for a server; plain http needs TLS verification switched off. */
export function kubeconfigFor(server: string, parts: { authority?: string; token?: string; client?: Identity } = {}): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [
      {
        name: 'c',
        cluster: {
          server,
          ...(server.startsWith('http:') ? { 'insecure-skip-tls-verify': true } : {}),
          ...(parts.authority === undefined ? {} : { 'certificate-authority-data': base64(parts.authority) }),
        },
      },
    ],
    users: [
      {
        name: 'u',
        user:
          parts.client === undefined
            ? { token: parts.token ?? 'canary-token' }
            : { 'client-certificate-data': base64(parts.client.certificate), 'client-key-data': base64(parts.client.key) },
      },
    ],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  });
}

export function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The Status object of an API server's refusal. */
export function status(code: number, reason: string, message = 'said the server', details: object = {}): object {
  return { apiVersion: 'v1', kind: 'Status', status: 'Failure', code, reason, message, details };
}

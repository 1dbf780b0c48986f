import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What the scripted side does with an accepted exec. */
export type Script = (socket: WebSocket, request: IncomingMessage, raw: Socket) => void;

/** An API server's exec endpoint whose answers are scripted, faults included: real HTTP, real WebSocket frames. */
export class ExecServer implements AsyncDisposable {
  readonly requests: IncomingMessage[] = [];
  readonly #server: Server;
  readonly #raw = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `protocol` is what the server picks of the offered ones; `refuse` answers the handshake with that status and body. */
  static async start(
    script: Script,
    options: { protocol?: string; refuse?: { status: number; body: string } } = {},
  ): Promise<ExecServer> {
    const server = createServer();
    const self = new ExecServer(server);
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => options.protocol ?? 'v5.channel.k8s.io' });
    server.on('connection', (raw) => self.#raw.add(raw));
    server.on('upgrade', (request, raw: Socket, head) => {
      self.requests.push(request);
      if (options.refuse) {
        const { status, body } = options.refuse;
        raw.end(
          `HTTP/1.1 ${status} No\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
        return;
      }
      sockets.handleUpgrade(request, raw, head, (socket) => {
        socket.on('error', () => undefined);
        script(socket, request, raw);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections that are still open. */
  get open(): number {
    return [...this.#raw].filter((raw) => !raw.destroyed).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const raw of this.#raw) raw.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A frame on a channel: 1 stdout, 2 stderr, 3 status. */
export function frame(channel: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
}

export const SUCCESS = frame(3, JSON.stringify({ kind: 'Status', status: 'Success' }));

export function exitCode(code: number): Buffer {
  return frame(
    3,
    JSON.stringify({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      code: 500,
      details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
    }),
  );
}

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from '../certificate-authority.ts';
import { refusal, withoutAbilities, withoutManagedFields } from './answers.ts';
import type { NamespaceState } from './namespace-state.ts';
import { judgeRequest } from './requests.ts';
import type { Switches } from './switches.ts';

export interface FilterOptions {
  /** Address to serve on, absent: all; and the certificate that the API server in front is told to expect. */
  address?: string;
  port?: number;
  serving: Identity;
  /** PEM of who signs the certificates of those that may ask. */
  clientAuthority: string;
  /** The API server behind: its address, how to know it, and the certificate under which it takes over whom a request is for. */
  behind: { url: string; authority: string; identity: Identity };
  switches: Switches;
  /** Whether a namespace takes new objects; the server behind does not know. */
  namespace(name: string): Promise<NamespaceState>;
}

export interface Filter extends AsyncDisposable {
  readonly port: number;
  /** Cuts every connection now; what comes after is decided by the switches. */
  cut(): void;
}

/** Headers that concern one connection, not the request. */
const HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'host',
  'accept-encoding',
  'authorization',
  'content-length',
]);

/**
 * A reverse proxy between two API servers that takes abilities away by switches which may change while it runs. Whom a request is for
 * is in its X-Remote headers: they are passed on, so the server behind decides for the same user.
 */
export async function startFilter(options: FilterOptions): Promise<Filter> {
  const { behind, switches } = options;
  const agent = new Agent({ keepAlive: true, ca: behind.authority, cert: behind.identity.certificate, key: behind.identity.key });
  const sockets = new Set<Duplex>();
  const server = createServer(
    {
      cert: options.serving.certificate,
      key: options.serving.key,
      ca: options.clientAuthority,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, answer) => {
      answered(request, answer, options, agent).catch((error: Error) => {
        if (answer.headersSent) answer.destroy(error);
        else respond(answer, refusal(502, 'InternalError', error.message));
      });
    },
  );
  server.on('connection', (socket) => {
    if (switches.down) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // A client that presents no certificate, or one of somebody else, ends here.
  server.on('tlsClientError', () => {});
  server.listen({ port: options.port ?? 0, ...(options.address === undefined ? {} : { host: options.address }) });
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      agent.destroy();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function answered(request: IncomingMessage, answer: ServerResponse, options: FilterOptions, agent: Agent): Promise<void> {
  const { switches } = options;
  const method = request.method ?? 'GET';
  if (switches.delay > 0) await sleep(switches.delay);
  if (switches.down) return void request.socket.destroy();
  const asked = {
    method,
    path: request.url ?? '/',
    contentType: request.headers['content-type'] ?? '',
    accept: request.headers.accept ?? '*/*',
  };
  const verdict = judgeRequest(asked, switches);
  if ('refuse' in verdict) return respond(answer, verdict.refuse);
  const refused = await withoutNamespace(asked, options);
  if (refused !== undefined) return respond(answer, refused);
  const { path, accept, rewrite } = verdict.pass;
  const passed = send(`${options.behind.url}${path}`, { method, agent, headers: { ...forwarded(request), accept } });
  // What it says after its answer has begun, the answer says too.
  passed.on('error', () => {});
  answer.once('close', () => passed.destroy());
  request.pipe(passed);
  const [reply] = (await once(passed, 'response')) as [IncomingMessage];
  const headers = Object.fromEntries(Object.entries(reply.headers).filter(([name]) => !HOP.has(name)));
  answer.writeHead(reply.statusCode ?? 502, headers);
  if (rewrite === undefined) return pipeline(reply, answer);
  if (rewrite === 'objects' && new URL(path, 'https://x').searchParams.has('watch')) return rewrittenLines(reply, answer);
  answer.end(rewritten(await textOf(reply), rewrite, switches));
}

/** NamespaceLifecycle for a server that has no namespaces of its own: nothing new goes where there is none, or none for long. */
async function withoutNamespace(
  { method, path, contentType }: { method: string; path: string; contentType: string },
  options: FilterOptions,
): Promise<{ code: number; body: string } | undefined> {
  const name = /^\/apis\/[^/]+\/[^/]+\/namespaces\/([^/?]+)\//.exec(path)?.[1];
  const applies = method === 'PATCH' && contentType.includes('apply-patch');
  if (name === undefined || (method !== 'POST' && !applies)) return undefined;
  const state = await options.namespace(name);
  if (state === 'absent') return refusal(404, 'NotFound', `namespaces "${name}" not found`);
  if (state === 'leaving' && method === 'POST')
    return refusal(403, 'Forbidden', `unable to create new content in namespace ${name} because it is being terminated`);
  return undefined;
}

/** A header that comes several times, as the groups of a user do, is passed on so. */
function forwarded(request: IncomingMessage): Record<string, string[]> {
  const names = Object.entries(request.headersDistinct).filter(([name]) => !HOP.has(name) || name === 'content-length');
  return Object.fromEntries(names.map(([name, values]) => [name, values ?? []]));
}

async function rewrittenLines(reply: IncomingMessage, answer: ServerResponse): Promise<void> {
  // An event that was cut off must not look like the end of the watch.
  reply.once('error', (error) => answer.destroy(error));
  answer.flushHeaders();
  for await (const line of createInterface({ input: reply }))
    if (line !== '') answer.write(`${JSON.stringify(withoutManagedFields(JSON.parse(line)))}\n`);
  answer.end();
}

function rewritten(text: string, rewrite: 'openapi' | 'objects', switches: Switches): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text; // /healthz and the like
  }
  return JSON.stringify(rewrite === 'openapi' ? withoutAbilities(value, switches) : withoutManagedFields(value));
}

async function textOf(reply: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of reply) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function respond(answer: ServerResponse, { code, body }: { code: number; body: string }): void {
  answer.writeHead(code, { 'content-type': 'application/json' }).end(body);
}

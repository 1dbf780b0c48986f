import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FullExchange } from './exchange.ts';
import { decisive, delays, type Fault, type Faults } from './faults.ts';
import { isGitPath, serveGit } from './git/serve.ts';
import type { Incoming, Reply, Served } from './http/reply.ts';
import { readBody } from './http/request-body.ts';
import { send, statusSent } from './http/send.ts';
import type { Api } from './http/serve-api.ts';
import type { Hub } from './hub.ts';
import { servePage } from './pages/serve.ts';

export interface Parts {
  hub: Hub;
  api: Api;
  faults: Faults;
  /** Hears of every exchange when its work is done, before the answer goes out. */
  done(exchange: FullExchange): void;
}

const NO_REPLY: Reply = { status: 0, headers: {}, body: '' };

/** Serves one request of any kind, with the faults that it meets. */
export async function serveRequest(parts: Parts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await incoming(message);
  const { kind, path } = classify(request.path);
  const faults = kind === 'page' ? [] : parts.faults.take(request.method, path);
  await delays(faults, 'before');
  const instead = decisive(faults, 'before');
  const served: Served =
    instead === undefined ? await serve(parts, request, kind, path) : { reply: NO_REPLY, write: request.method !== 'GET' };
  await delays(faults, 'after');
  const spoiled = instead ?? decisive(faults, 'after');
  parts.done({ ...exchange(request, kind, path, served), ...faultFacts(served.reply, faults, spoiled) });
  send(response, served.reply, spoiled);
}

async function incoming(message: IncomingMessage): Promise<Incoming> {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: message.headers,
    body: await readBody(message),
  };
}

/** The API lies where GitHub Enterprise Server has it, and where api.github.com has it. */
function classify(path: string): { kind: FullExchange['kind']; path: string } {
  if (path === '/api/graphql') return { kind: 'api', path: '/graphql' };
  if (path.startsWith('/api/v3/')) return { kind: 'api', path: path.slice('/api/v3'.length) };
  if (/^\/(repos\/|user$|graphql$|rate_limit$)/.test(path)) return { kind: 'api', path };
  return { kind: isGitPath(path) ? 'git' : 'page', path };
}

async function serve({ hub, api }: Parts, request: Incoming, kind: FullExchange['kind'], path: string): Promise<Served> {
  if (kind === 'api') return api.serve(request, path);
  if (kind === 'git') return serveGit(hub, request);
  return { reply: await servePage(hub, request), write: false };
}

function exchange(request: Incoming, kind: FullExchange['kind'], path: string, served: Served): FullExchange {
  const { reply, login, template, write } = served;
  return {
    kind,
    method: request.method,
    path,
    query: request.query.toString(),
    status: reply.status,
    ...(login === undefined ? {} : { login }),
    write,
    ...(template === undefined ? {} : { template }),
    requestHeaders: request.headers,
    requestBody: kind === 'api' ? request.body.toString('utf8') : '',
    responseHeaders: reply.headers,
    responseBody: kind === 'api' ? reply.body.toString() : '',
  };
}

/** What a client sees of a request that met faults. */
function faultFacts(reply: Reply, faults: readonly Fault[], spoiled: Fault | undefined): Partial<FullExchange> {
  const [first] = faults;
  if (first === undefined) return {};
  return { fault: (spoiled ?? first).kind, status: statusSent(reply, spoiled), answered: reply.status };
}

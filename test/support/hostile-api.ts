import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { selfSigned } from './certificate.ts';
import { answer, ScriptedApi, status } from './scripted-api.ts';

/** How it misbehaves. */
export interface Hostility {
  /** Requests that are passed on before every answer is an echo. */
  honest: number;
  /** Status and reason of the echoes. */
  code: number;
  reason: string;
  /** Marks of managed objects say, too, what was sent. */
  inObjects: boolean;
}

/** Whoever answers at the address of a kubeconfig: a real API server behind it, every credential that was sent in what it says. */
export interface HostileApi extends AsyncDisposable {
  url: string;
  /** PEM. */
  authority: string;
  /** From now on; counts anew. */
  be(hostility: Hostility): void;
  /** Bodies of dry-runs so far. */
  dryRuns: string[];
  /** Authorizations so far that were repeated in an answer. */
  sent: string[];
}

export const HONEST: Hostility = { honest: Number.POSITIVE_INFINITY, code: 400, reason: 'BadRequest', inObjects: false };

export async function hostileApi(server: ApiServer): Promise<HostileApi> {
  const identity = selfSigned({ names: ['127.0.0.1'], notAfter: new Date(Date.now() + 365 * 86_400_000) });
  const administrator = /token: ([^\s,}]+)/.exec(server.kubeconfig)?.[1] ?? '';
  let hostility = HONEST;
  let seen = 0;
  const dryRuns: string[] = [];
  const echoed: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bytes(request);
    if (/[?&]dryRun=All/.test(request.url ?? '')) dryRuns.push(body.toString());
    seen += 1;
    const sent = request.headers.authorization ?? '';
    if (seen > hostility.honest || hostility.inObjects) echoed.push(sent);
    if (seen > hostility.honest) return echo(response, hostility, sent, body);
    const upstream = secureRequest(`${server.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { ...request.headers, host: new URL(server.url).host, authorization: `Bearer ${administrator}` },
      rejectUnauthorized: false,
    });
    upstream.on('error', () => response.destroy());
    upstream.on('response', async (said) => {
      response.on('close', () => said.destroy());
      if (!hostility.inObjects || /[?&]watch=/.test(request.url ?? '')) {
        response.writeHead(said.statusCode ?? 500, said.headers);
        said.pipe(response);
        return;
      }
      const text = (await bytes(said).catch(() => Buffer.alloc(0))).toString();
      const altered =
        request.method === 'GET' ? text.replaceAll('managed-by":"cn2-fleet"', `managed-by":${JSON.stringify(sent)}`) : text;
      const { 'content-length': _, 'transfer-encoding': __, ...headers } = said.headers;
      response.writeHead(said.statusCode ?? 500, headers);
      response.end(altered);
    });
    upstream.end(body);
  };
  const api = await ScriptedApi.start((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }, identity);
  return {
    url: api.url,
    authority: identity.certificate,
    be(next) {
      hostility = next;
      seen = 0;
    },
    dryRuns,
    sent: echoed,
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

function echo(response: ServerResponse, { code, reason }: Hostility, sent: string, body: Buffer): void {
  const token = sent.replace(/^\w+ /, '');
  const decoded = /^Basic /.test(sent) ? Buffer.from(token, 'base64').toString() : token;
  const message = `you sent ${sent}, that is ${decoded}, with ${body.toString().slice(0, 200)}`;
  const conflict = {
    reason: 'FieldManagerConflict',
    field: `.spec.${decoded}`,
    message: `conflict with ${JSON.stringify(sent)} using v1`,
  };
  const details = { name: decoded, ...(code === 409 ? { causes: [conflict] } : {}) };
  answer(response, code, status(code, reason, message, details));
}

async function bytes(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

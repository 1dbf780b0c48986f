import { spawn } from 'node:child_process';
import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from '../http/reply.ts';
import { GIT_ENVIRONMENT } from './run.ts';

export interface BackendRequest {
  method: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Folder above owner/name.git. */
  root: string;
  /** /owner/name.git/info/refs */
  path: string;
  query: string;
  /** Login of who is let in; git writes only for somebody. */
  user: string;
}

/** Lets git's own CGI program answer: clone, fetch and push. Whoever calls has checked the token. */
export function askGit(request: BackendRequest): Promise<Reply> {
  const header = (name: string) => String(request.headers[name] ?? '');
  const backend = spawn('git', ['http-backend'], {
    env: {
      ...GIT_ENVIRONMENT,
      GIT_PROJECT_ROOT: request.root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: request.path,
      QUERY_STRING: request.query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header('content-type'),
      CONTENT_LENGTH: String(request.body.length),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      REMOTE_USER: request.user,
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  backend.stdin.on('error', () => {}); // it may answer before it has read all
  backend.stdin.end(request.body);
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    backend.once('error', reject);
    backend.once('close', () => resolve(parseAnswer(Buffer.concat(output))));
  });
}

/** A CGI answer: headers, with the status among them, then the body. */
function parseAnswer(output: Buffer): Reply {
  const gap = output.indexOf('\r\n\r\n');
  if (gap < 0) return { status: 500, headers: {}, body: '' };
  const reply: Reply = { status: 200, headers: {}, body: output.subarray(gap + 4) };
  for (const line of output.toString('latin1', 0, gap).split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') reply.status = Number.parseInt(value, 10);
    else reply.headers[name] = value;
  }
  return reply;
}

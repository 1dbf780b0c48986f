import type { ServerResponse } from 'node:http';
import type { Fault } from '../faults.ts';
import type { Reply } from './reply.ts';

/** Sends a reply, or what a fault makes of it: nothing, half of it, or something else. */
export function send(response: ServerResponse, reply: Reply, fault: Fault | undefined): void {
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'reset') response.socket?.resetAndDestroy();
  else if (fault?.kind === 'cut') cut(response, reply);
  else write(response, fault === undefined ? reply : spoiled(reply, fault));
}

/** The status that a client sees; 0: none. */
export function statusSent(reply: Reply, fault: Fault | undefined): number {
  if (fault?.kind === 'stall' || fault?.kind === 'reset') return 0;
  return fault === undefined ? reply.status : spoiled(reply, fault).status;
}

function spoiled(reply: Reply, fault: Fault): Reply {
  switch (fault.kind) {
    case 'truncate':
      return { ...reply, body: half(reply.body) };
    case 'status':
      return statusReply(fault.status);
    case 'secondary-limit':
      return secondaryLimit(fault.status ?? 403, fault.retryAfter);
    case 'primary-limit':
      return primaryLimit(fault.status ?? 403, fault.resetIn ?? 60);
    default:
      return reply;
  }
}

function cut(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  response.write(half(reply.body), () => response.socket?.destroy());
}

function write(response: ServerResponse, { status, headers, body }: Reply): void {
  const length = status === 204 || status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}

function half(body: Buffer | string): Buffer {
  const bytes = Buffer.from(body);
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

/** What stands before GitHub answers in HTML when GitHub does not. */
function statusReply(status: number): Reply {
  const json = status === 500 || status === 503;
  return {
    status,
    headers: { 'content-type': json ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8' },
    body: json
      ? JSON.stringify({ message: status === 500 ? 'Server Error' : 'Service unavailable' })
      : '<html><body><h1>Unicorn!</h1></body></html>',
  };
}

function secondaryLimit(status: number, retryAfter: number | undefined): Reply {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    },
    body: JSON.stringify({
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
      status: String(status),
    }),
  };
}

function primaryLimit(status: number, resetIn: number): Reply {
  const reset = Math.ceil(Date.now() / 1000) + resetIn;
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-used': '5000',
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': 'core',
    },
    body: JSON.stringify({
      message: 'API rate limit exceeded for installation.',
      documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
      status: String(status),
    }),
  };
}

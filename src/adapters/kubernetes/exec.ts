import type { ConnectionOptions } from 'node:tls';
import { WebSocket } from 'ws';
import type { ExecRefusal, ExecRequest, ExecResult } from '../../ports/cluster.ts';
import { proxyRefusalIn } from '../proxy/refusal.ts';
import { connectionFailure, failureCode, isCutOff } from './connection-failure.ts';
import { ExecOutput } from './exec-output.ts';
import { readRefusal } from './exec-refusal.ts';
import { tunnelAgent } from './exec-tunnel.ts';

/** Where and as whom: the API server, headers that authenticate, TLS material. */
export interface ExecEndpoint {
  cluster: string;
  /** https://host:port, perhaps with a path. */
  url: string;
  headers: Record<string, string | string[]>;
  tls: ConnectionOptions;
  /** Address of an http or https proxy. */
  proxy?: string;
}

/** Milliseconds. A server answers pings even while the command is silent, so a missing pong is a dead connection. */
export interface ExecTiming {
  ping: number;
  pong: number;
  /** How long output may trail the status frame. */
  grace: number;
}

const TIMING: ExecTiming = { ping: 5_000, pong: 15_000, grace: 1_000 };
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
/** Larger messages are not output of a probe. */
const LARGEST_MESSAGE = 4 * 1024 * 1024;

/**
 * Runs a command in a container over the WebSocket protocol of pods/exec, without stdin. Settles exactly once and never throws: on the
 * status frame with the whole output, a closed or broken connection, a missing pong, the deadline, or the signal; then the socket is
 * gone. The remote process is not killed by that (nothing in the protocol does), so commands bound themselves.
 */
export function execInPod(
  endpoint: ExecEndpoint,
  request: ExecRequest,
  signal?: AbortSignal,
  timing: ExecTiming = TIMING,
): Promise<ExecResult> {
  const output = new ExecOutput(request.sentinel);
  if (signal?.aborted === true) return Promise.resolve(output.result('interrupted'));
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    let socket: WebSocket | undefined;
    let settled = false;
    const settle = (why: string, refused?: ExecRefusal) => {
      if (settled) return;
      settled = true;
      for (const timer of timers) clearInterval(timer);
      signal?.removeEventListener('abort', interrupted);
      socket?.terminate();
      const result = output.result(why);
      resolve(result.status === 'incomplete' && refused !== undefined ? { ...result, refused } : result);
    };
    const interrupted = () => settle('interrupted');
    const after = (milliseconds: number, why: string) => timers.push(setTimeout(settle, milliseconds, why));
    signal?.addEventListener('abort', interrupted, { once: true });
    after(request.deadline, `the command did not end within ${request.deadline / 1000} s`);
    try {
      socket = socketTo(endpoint, request);
    } catch (error) {
      settle(sentence(endpoint, error, request.deadline));
      return;
    }
    const alive = socket;
    let heard = Date.now();
    let opened = false;
    alive.on('open', () => {
      heard = Date.now();
      opened = true;
      const watch = setInterval(() => {
        if (Date.now() - heard > timing.pong) settle(`the connection has been silent for ${timing.pong / 1000} s`);
        else alive.ping();
      }, timing.ping);
      timers.push(watch);
    });
    alive.on('pong', () => {
      heard = Date.now();
    });
    alive.on('message', (data) => {
      heard = Date.now();
      output.add(bufferOf(data));
      if (output.overflowed || output.whole) settle('');
      else if (output.ended) after(timing.grace, '');
    });
    alive.on('close', (code) => settle(`the connection was closed before the command ended (code ${code})`));
    // Stays until the socket is gone: terminating one that is still connecting raises an error, too.
    alive.on('error', (error) => {
      const hungUp = !opened && isCutOff(failureCode(error));
      settle(sentence(endpoint, error, request.deadline), hungUp ? 'handshake' : undefined);
    });
    alive.on('unexpected-response', (_, response) => {
      void readRefusal(response).then(({ reason, refused }) => settle(reason, refused));
    });
  });
}

/** Throws for an address or a header that cannot be. */
function socketTo(endpoint: ExecEndpoint, request: ExecRequest): WebSocket {
  return new WebSocket(execUrl(endpoint.url, request), PROTOCOLS, {
    ...endpoint.tls,
    ...(endpoint.proxy ? { agent: tunnelAgent(endpoint.proxy, endpoint.url.startsWith('https:'), endpoint.tls) } : {}),
    headers: { 'user-agent': 'cn2-fleet', ...endpoint.headers } as Record<string, string>,
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: LARGEST_MESSAGE,
  });
}

/** argv travels in the query, so that no stdin is needed: half-closing it loses the result under v4. */
function execUrl(base: string, request: ExecRequest): URL {
  const url = new URL(base);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  const path = `/api/v1/namespaces/${encodeURIComponent(request.namespace)}/pods/${encodeURIComponent(request.pod)}/exec`;
  url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
  url.search = new URLSearchParams([
    ['container', request.container],
    ['stdout', 'true'],
    ['stderr', 'true'],
    ...request.command.map((part) => ['command', part] as [string, string]),
  ]).toString();
  return url;
}

function bufferOf(data: WebSocket.RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}

function sentence(endpoint: ExecEndpoint, error: unknown, deadline: number): string {
  const refused = proxyRefusalIn(error);
  if (refused !== undefined) return `${endpoint.cluster}: ${refused.message}`;
  return connectionFailure(endpoint.cluster, endpoint.url, failureCode(error), deadline / 1000).message;
}

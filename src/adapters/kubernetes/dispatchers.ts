import { Agent, type Dispatcher } from 'undici';
import { connectThrough } from '../proxy/connect-through.ts';
import type { Authentication } from './kubeconfig.ts';

/** Sockets per cluster for requests; watches have their own, so that they cannot starve requests. */
const MAX_SOCKETS = 16;

export type Use = 'requests' | 'watches';

/** Keeps connections open between requests; makes new ones only when the TLS material or the proxy changes (short-lived credentials). */
export class Dispatchers implements AsyncDisposable {
  readonly #connectTimeout: number;
  readonly #current = new Map<Use, { key: string; dispatcher: Dispatcher }>();
  readonly #retired: Dispatcher[] = [];

  /** Milliseconds until a connection attempt, TLS included, is abandoned. */
  constructor(connectTimeout: number) {
    this.#connectTimeout = connectTimeout;
  }

  for(use: Use, authentication: Authentication): Dispatcher {
    const key = keyOf(authentication);
    const known = this.#current.get(use);
    if (known?.key === key) return known.dispatcher;
    // Requests in flight still use the old one; it is closed with the rest.
    if (known !== undefined) this.#retired.push(known.dispatcher);
    const dispatcher = make(authentication, use === 'requests' ? MAX_SOCKETS : null, this.#connectTimeout);
    this.#current.set(use, { key, dispatcher });
    return dispatcher;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#retired, ...[...this.#current.values()].map(({ dispatcher }) => dispatcher)];
    this.#current.clear();
    this.#retired.length = 0;
    await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
  }
}

function make({ tls, proxy }: Authentication, connections: number | null, timeout: number): Dispatcher {
  // One protocol for all servers and proxies: HTTP/1.1 keep-alive. A single HTTP/2 connection would be shared with watches.
  const common = { connections, allowH2: false, keepAliveTimeout: 30_000, pipelining: 1 };
  // undici types options by exactOptionalPropertyTypes, Node's TLS options are not.
  const connect = { ...tls, timeout } as NonNullable<ConstructorParameters<typeof Agent>[0]>['connect'] & object;
  return new Agent({ ...common, connect: proxy === undefined ? connect : connectThrough(proxy, tls, timeout) });
}

function keyOf({ tls, proxy }: Authentication): string {
  return JSON.stringify([
    proxy,
    tls.servername,
    tls.rejectUnauthorized,
    ...[tls.ca, tls.cert, tls.key].map((part) => String(part ?? '')),
  ]);
}

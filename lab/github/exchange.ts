import type { IncomingHttpHeaders } from 'node:http';

/** A request and what became of it. */
export interface Exchange {
  kind: 'api' | 'git' | 'page';
  method: string;
  /** Without /api/v3 and without the query. */
  path: string;
  query: string;
  /** Status of the answer; 0 where a fault left it out. */
  status: number;
  /** Whose token it was. */
  login?: string;
  /** Whether it is a request that changes something, whatever came of it. */
  write: boolean;
  /** The fault that it met. */
  fault?: string;
}

/** An exchange with all that was said, for whoever looks closer (see Twin.watch). */
export interface FullExchange extends Exchange {
  /** Path of the operation as GitHub's OpenAPI description spells it. */
  template?: string;
  /** Status of the answer that a fault kept back. */
  answered?: number;
  requestHeaders: IncomingHttpHeaders;
  requestBody: string;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

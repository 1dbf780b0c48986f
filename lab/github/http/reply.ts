import type { IncomingHttpHeaders } from 'node:http';

/** A request as it came in, its body read. */
export interface Incoming {
  method: string;
  /** Path without query, as sent. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What goes out. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

/** What a part of the twin did with a request. */
export interface Served {
  reply: Reply;
  /** Who asked; undefined: nobody in particular. */
  login?: string | undefined;
  /** The operation as GitHub's OpenAPI description spells its path; absent for what is not such an operation. */
  template?: string;
  /** Whether it could change something. */
  write: boolean;
}

/** What a handler says; lists are cut into pages before (see pagination.ts). */
export interface Answer {
  status: number;
  /** JSON; absent: no body. */
  body?: unknown;
  headers?: Record<string, string>;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: { url?: string }): Answer {
  return { status: 201, body, ...(body.url === undefined ? {} : { headers: { location: body.url } }) };
}

export const NO_CONTENT: Answer = { status: 204 };

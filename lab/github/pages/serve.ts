import type { Incoming, Reply } from '../http/reply.ts';
import type { Hub } from '../hub.ts';

/** The pages for people. */
export async function servePage(_hub: Hub, _request: Incoming): Promise<Reply> {
  return { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<h1>Not found</h1>' };
}

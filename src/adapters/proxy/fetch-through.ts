import { Agent } from 'undici';
import { present } from '../../model/present.ts';
import { connectThrough } from './connect-through.ts';

/** Milliseconds for the proxy and for TLS behind it, each. */
const CONNECT_TIMEOUT = 10_000;
const MOST_REDIRECTS = 10;
const WITHOUT_BODY = new Set([204, 205, 304]);

interface Sent {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/**
 * fetch, as far as octokit uses it (texts only), whose every connection goes through an http or https proxy. Node's own fetch takes no
 * connections of another undici than the one it has built in. What is the proxy's fault is a ProxyRefusal.
 */
export function fetchThrough(proxy: string): typeof fetch {
  const agent = new Agent({ allowH2: false, connect: connectThrough(proxy, {}, CONNECT_TIMEOUT) });
  return async (input, init = {}) => {
    let sent: Sent = {
      url: new URL(input instanceof Request ? input.url : input),
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof init.body === 'string' ? init.body : undefined,
    };
    for (let redirects = 0; ; redirects++) {
      const { url, method, headers, body } = sent;
      const answer = await agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: method as 'GET',
        headers,
        ...present({ body }),
        signal: init.signal ?? null,
      });
      const text = await answer.body.text();
      const next = redirects < MOST_REDIRECTS ? redirected(sent, answer.statusCode, answer.headers['location']) : undefined;
      if (next === undefined) return responseOf(url, answer.statusCode, answer.headers, text);
      sent = next;
    }
  };
}

/** As fetch follows: the token stays with the host that it is for. */
function redirected(sent: Sent, status: number, location: string | string[] | undefined): Sent | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || typeof location !== 'string') return undefined;
  const url = new URL(location, sent.url);
  const { authorization, ...others } = sent.headers;
  const headers = authorization === undefined || url.origin !== sent.url.origin ? others : { ...others, authorization };
  const asGet = status === 303 || (status < 303 && sent.method === 'POST');
  return asGet ? { url, headers, method: 'GET', body: undefined } : { ...sent, url, headers };
}

function responseOf(url: URL, status: number, headers: Record<string, string | string[] | undefined>, text: string): Response {
  const list = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((each): [string, string][] => (each === undefined ? [] : [[name, each]])),
  );
  const response = new Response(WITHOUT_BODY.has(status) ? null : text, { status, headers: list });
  // The constructor takes no address, and octokit reads it.
  return Object.defineProperty(response, 'url', { value: url.href });
}

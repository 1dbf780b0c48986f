import type { Octokit } from 'octokit';
import { patiently, type Waiting } from './patience.ts';
import { wholeAnswers } from './whole-answer.ts';

export interface ClientOptions extends Waiting {
  /** https://api.github.com, or https://HOST/api/v3 of a GitHub Enterprise Server. */
  apiUrl: string;
  token: string;
  userAgent: string;
  /** GitHub advises a second between writes, three where people are notified; other servers need no such advice. */
  spaceWrites: boolean;
  /** Milliseconds for one request. */
  timeout: number;
  /** Address of the http or https proxy that all requests go through. */
  proxy?: string;
}

/** Request option of POSTs that may be sent twice: they read, or make what its content names. */
export const REPEATABLE = { repeatable: true };
/** Request option of what must not be repeated blindly, although its method would allow it. */
export const ONCE = { repeatable: false };

const SAFE = new Set(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']);

/** octokit, loaded and made when it is first asked for. */
export function lazyClient(options: ClientOptions): () => Promise<Octokit> {
  let client: Promise<Octokit> | undefined;
  return () => {
    client ??= makeClient(options);
    return client;
  };
}

/** Loaded only if there is a proxy, which needs a separate client. */
async function sender(proxy: string | undefined): Promise<typeof fetch | undefined> {
  if (proxy === undefined) return undefined;
  const { fetchThrough } = await import('../proxy/fetch-through.ts');
  return fetchThrough(proxy);
}

async function makeClient(options: ClientOptions): Promise<Octokit> {
  const { Octokit } = await import('./octokit.ts');
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const octokit = new Octokit({
    auth: options.token,
    baseUrl: options.apiUrl.replace(/\/+$/, ''),
    userAgent: options.userAgent,
    log,
    request: { fetch: wholeAnswers(options.timeout, await sender(options.proxy)), log },
    // octokit's own retries repeat POSTs, and neither they nor its waits for rate limits can be ended: `patiently` does both.
    retry: { enabled: false },
    throttle: options.spaceWrites ? { onRateLimit: quiet, onSecondaryRateLimit: quiet } : { enabled: false },
  });
  octokit.hook.before('request', (request) => {
    request.headers['x-github-api-version'] = '2022-11-28';
  });
  octokit.hook.wrap('request', (send, request) => {
    const { repeatable } = request.request as { repeatable?: boolean };
    return patiently(async () => send(request), repeatable ?? SAFE.has(request.method), options);
  });
  return octokit;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { present } from '../../model/present.ts';
import { ClusterError, type RequestCounts } from '../../ports/cluster.ts';
import { proxyRefusalIn } from '../proxy/refusal.ts';
import { seeCertificate } from './certificate.ts';
import { connectionFailure, failureCode, isCertificateFailure, isCutOff, type SeenCertificate } from './connection-failure.ts';
import { Dispatchers, type Use } from './dispatchers.ts';
import { answerFailure } from './failure.ts';
import type { Authentication, Credential } from './kubeconfig.ts';
import type { ApiRequest, CountedVerb } from './request.ts';

export interface Timeouts {
  /** Milliseconds for a connection, TLS included. */
  connect: number;
  /** Milliseconds for a whole request. */
  request: number;
}

export interface Answer {
  status: number;
  text: string;
}

/** The most times that a request which stores nothing is sent. */
const ATTEMPTS = 5;
/** Longest wait between two attempts, whatever Retry-After asks for (milliseconds). */
const LONGEST_WAIT = 10_000;
const BUSY = new Set([429, 502, 503, 504]);
/** Watches that hear nothing for this long count as dead: bookmarks come about once a minute. */
const SILENCE = 90_000;

/** Sends requests to one cluster: authentication, connections, time limits, retries, counts. */
export class Transport implements AsyncDisposable {
  readonly cluster: string;
  readonly server: string;
  readonly #credential: Credential;
  readonly #timeouts: Timeouts;
  readonly #dispatchers: Dispatchers;
  readonly #counts = new Map<CountedVerb, number>();

  constructor(cluster: string, credential: Credential, timeouts: Timeouts) {
    this.cluster = cluster;
    this.server = credential.server;
    this.#credential = credential;
    this.#timeouts = timeouts;
    this.#dispatchers = new Dispatchers(timeouts.connect);
  }

  /** The answer's JSON. Throws ClusterError for everything but 2xx. */
  async json<T>(request: ApiRequest): Promise<T> {
    return this.parse<T>(await this.success(request));
  }

  /** The answer, whatever its status, after retries. Throws ClusterError when none came. */
  async answer(request: ApiRequest): Promise<Answer> {
    let loggedInAgain = false;
    for (let attempt = 1; ; attempt++) {
      const last = !request.repeatable || attempt === ATTEMPTS;
      const result = await this.#once(request, last);
      // Nothing is stored by what is turned away: a login that can be renewed is renewed, once, and the request sent again.
      if (result.answer?.status === 401 && !loggedInAgain && this.#credential.refused()) {
        loggedInAgain = true;
        continue;
      }
      if (result.answer !== undefined && (last || !this.#worthRetrying(request, result.answer.status, attempt)))
        return result.answer;
      await sleep(Math.min(LONGEST_WAIT, result.retryAfter ?? 100 * 2 ** attempt * (0.75 + Math.random() / 2)));
    }
  }

  /** The answer where it is 2xx. Throws ClusterError else. */
  async success(request: ApiRequest): Promise<Answer> {
    const answer = await this.answer(request);
    if (answer.status < 200 || answer.status > 299) throw this.failure(request, answer);
    return answer;
  }

  failure(request: ApiRequest, answer: Answer) {
    return answerFailure(this.cluster, request.subject, answer, this.#credential.clientCertificateEnds, Date.now());
  }

  parse<T>(answer: Answer): T {
    try {
      return JSON.parse(answer.text) as T;
    } catch {
      // A proxy or a login page answers instead of the server.
      throw new ClusterError(`${this.cluster}: ${this.server} answers, but not as a Kubernetes API (not JSON)`, {
        cluster: this.cluster,
        cause: 'error',
        status: answer.status,
        fieldConflicts: [],
      });
    }
  }

  /** A streaming answer: the status and the stream of its body. The caller ends it through the signal. */
  async stream(
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<{ status: number; body: AsyncIterable<Buffer> & { text(): Promise<string> } }> {
    const limits = { signal, headersTimeout: this.#timeouts.request, bodyTimeout: SILENCE };
    try {
      let { statusCode, body } = await this.#send(request, 'watches', limits);
      if (statusCode === 401 && this.#credential.refused()) {
        await body.dump();
        ({ statusCode, body } = await this.#send(request, 'watches', limits));
      }
      return { status: statusCode, body };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw await this.connectionError(error);
    }
  }

  /** Headers and TLS material, for connections that are made elsewhere (exec). */
  authenticate(): Promise<Authentication> {
    return this.#credential.authenticate();
  }

  count(verb: CountedVerb): void {
    this.#counts.set(verb, (this.#counts.get(verb) ?? 0) + 1);
  }

  counts(): RequestCounts {
    return { total: [...this.#counts.values()].reduce((sum, count) => sum + count, 0), byVerb: Object.fromEntries(this.#counts) };
  }

  /** The certificate at an address, over the way that requests take; nothing is sent but the handshake. */
  async see(address: string): Promise<SeenCertificate | undefined> {
    return await seeCertificate(address, this.#timeouts.connect, this.#credential.proxyTo(address));
  }

  /** A failure of the connection in words; where the certificate is the cause, it is looked at (without credentials). */
  async connectionError(error: unknown) {
    if (error instanceof ClusterError) return error;
    const refused = proxyRefusalIn(error);
    if (refused !== undefined) {
      const cause = refused.timedOut ? 'timeout' : 'unreachable';
      return new ClusterError(`${this.cluster}: ${refused.message}`, { cluster: this.cluster, cause, fieldConflicts: [] });
    }
    const code = failureCode(error);
    const seen = isCertificateFailure(code) ? await this.see(this.server) : undefined;
    const seconds = (code === 'UND_ERR_CONNECT_TIMEOUT' ? this.#timeouts.connect : this.#timeouts.request) / 1000;
    return connectionFailure(this.cluster, this.server, code, seconds, seen);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatchers[Symbol.asyncDispose]();
  }

  async #once(request: ApiRequest, last: boolean): Promise<{ answer?: Answer; retryAfter?: number }> {
    try {
      const { statusCode, headers, body } = await this.#send(request, 'requests', {
        signal: AbortSignal.timeout(this.#timeouts.request),
      });
      const text = await body.text();
      const seconds = Number(headers['retry-after']);
      return { answer: { status: statusCode, text }, ...(seconds > 0 ? { retryAfter: seconds * 1000 } : {}) };
    } catch (error) {
      if (!last && isCutOff(failureCode(error))) return {};
      throw await this.connectionError(error);
    }
  }

  async #send(
    request: ApiRequest,
    use: Use,
    limits: Pick<Dispatcher.RequestOptions, 'signal' | 'headersTimeout' | 'bodyTimeout'>,
  ) {
    const authentication = await this.#credential.authenticate();
    this.count(request.counted);
    const url = new URL(this.server);
    return await this.#dispatchers.for(use, authentication).request({
      origin: url.origin,
      path: `${url.pathname.replace(/\/$/, '')}${request.path}`,
      method: request.method,
      headers: {
        'user-agent': 'cn2-fleet',
        ...authentication.headers,
        accept: request.accept ?? 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      },
      ...present({ body: request.body }),
      ...limits,
    });
  }

  /** 500 only for reads: for a dry-run it is the schema's verdict. An aggregated API that is down (503) gets one second chance. */
  #worthRetrying(request: ApiRequest, status: number, attempt: number): boolean {
    if (status === 503) return attempt < 2;
    return BUSY.has(status) || (status === 500 && request.method === 'GET' && attempt < 3);
  }
}

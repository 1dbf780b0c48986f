import { createHash, randomBytes } from 'node:crypto';
import { causeOf } from '../happenings.ts';
import { findRepository, type Hub } from '../hub.ts';
import { mergeWhatIsReady } from '../pulls/auto-merge.ts';
import { followRefs } from '../pulls/follow-refs.ts';
import { REPOSITORY_SCOPED_ROUTES } from '../rest/routes.ts';
import { viewerRoutes } from '../rest/viewer.ts';
import type { Token } from '../state/access.ts';
import { findToken } from '../state/tokens.ts';
import type { Answer } from './answer.ts';
import { tokenIn } from './credentials.ts';
import { checkPermission } from './permission.ts';
import { badCredentials, notFound, Problem } from './problem.ts';
import { RateCounter } from './rate.ts';
import type { Incoming, Reply, Served } from './reply.ts';
import { parseBody } from './request-body.ts';
import { type Match, Router } from './router.ts';

/** The API, REST and the little of GraphQL. */
export class Api {
  readonly #hub: Hub;
  readonly #rate = new RateCounter();
  readonly #router: Router;
  readonly #unknown: string[];

  /** Requests that reach no route are written to `unknown`. */
  constructor(hub: Hub, unknown: string[]) {
    this.#hub = hub;
    this.#unknown = unknown;
    this.#router = new Router([...REPOSITORY_SCOPED_ROUTES, ...viewerRoutes(this.#rate)]);
  }

  /** `path` without the prefix of the API. */
  async serve(request: Incoming, path: string): Promise<Served> {
    const value = tokenIn(request.headers);
    const token = value === undefined ? undefined : findToken(this.#hub.state, value);
    const match = this.#router.find(request.method, path);
    if (match === undefined) this.#unknown.push(`${request.method} ${path}`);
    const answer = await this.#answer(request, match, token, value !== undefined).catch((error: unknown) =>
      describe(error, match),
    );
    const reply = this.#reply(request, match, token, answer);
    const graphql = match?.route.template === '/graphql';
    return {
      reply,
      login: token?.login,
      // What GraphQL is asked is a POST too; what it is told to do is a mutation.
      write: !['GET', 'HEAD'].includes(request.method) && (!graphql || /"query":\s*"\s*mutation\b/.test(request.body.toString())),
      ...(match === undefined || graphql ? {} : { template: match.route.template }),
    };
  }

  async #answer(request: Incoming, match: Match | undefined, token: Token | undefined, named: boolean): Promise<Answer> {
    if (named && token === undefined) throw badCredentials();
    if (match === undefined) throw notFound();
    const { route, params } = match;
    const call = {
      hub: this.#hub,
      params,
      query: request.query,
      body: parseBody(request.body),
      ...(token === undefined ? {} : { token }),
    };
    if (route.handleGlobal !== undefined) return route.handleGlobal(call);
    const repository = findRepository(this.#hub.state, `${params['owner']}/${params['repo']}`);
    if (repository === undefined) throw notFound();
    checkPermission(token, repository, route.needs);
    const handle = async () => route.handle!({ ...call, repository, git: this.#hub.git(repository) });
    if (request.method === 'GET') return handle();
    return this.#hub.exclusive(repository, async () => {
      const answer = await handle();
      if (route.moves) await followRefs(this.#hub, repository, causeOf(token));
      await mergeWhatIsReady(this.#hub, repository);
      return answer;
    });
  }

  #reply(request: Incoming, match: Match | undefined, token: Token | undefined, answer: Answer): Reply {
    const headers: Record<string, string> = {
      'x-github-media-type': 'github.v3; format=json',
      'x-github-api-version-selected': '2022-11-28',
      'x-github-request-id': randomBytes(12).toString('hex').toUpperCase(),
      ...answer.headers,
    };
    if (token?.kind === 'installation' && match !== undefined && match.route.needs !== '')
      headers['x-accepted-github-permissions'] ??= match.route.needs;
    const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
    if (body !== '') headers['content-type'] = 'application/json; charset=utf-8';
    if (request.method === 'GET' && answer.status === 200) {
      headers['etag'] = `W/"${createHash('sha256').update(body).digest('hex')}"`;
      headers['cache-control'] = 'private, max-age=60, s-maxage=60';
      if (request.headers['if-none-match'] === headers['etag'])
        return { status: 304, headers: { ...headers, ...this.#rate.headers(token?.value, 0) }, body: '' };
    }
    return { status: answer.status, headers: { ...headers, ...this.#rate.headers(token?.value, 1) }, body };
  }
}

/** An error as GitHub's JSON. Whatever is not a Problem is a fault of the twin and says so. */
function describe(error: unknown, match: Match | undefined): Answer {
  const problem = error instanceof Problem ? error : new Problem(500, `the twin failed: ${(error as Error).stack}`);
  return {
    status: problem.status,
    headers: problem.headers,
    body: {
      message: problem.message,
      ...(problem.errors === undefined ? {} : { errors: problem.errors }),
      documentation_url:
        problem.documentation ?? `https://docs.github.com/rest${match === undefined ? '' : `/${match.route.docs}`}`,
      status: String(problem.status),
    },
  };
}

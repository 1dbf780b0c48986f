import type { IncomingMessage } from 'node:http';
import { answer, ScriptedApi } from '../../support/scripted-api.ts';

export interface StoredComment {
  id: number;
  author: string;
  /** Texts, the latest last. */
  edits: string[];
}

/** What happens to a request: `gate` is waited for before its work and before its answer. */
export interface CommentServerOptions {
  gate?: (when: 'before' | 'after', method: string) => Promise<void>;
  /** False: the edit history cannot be read. */
  history?: boolean;
  /** Listings that are so many writes behind. */
  behind?: number;
}

/** The part of GitHub that keeps comments of one pull request, small enough that every order of events can be tried. */
export class CommentServer implements AsyncDisposable {
  readonly comments: StoredComment[] = [];
  readonly writes: string[] = [];
  /** Listings so far. */
  reads = 0;
  readonly #options: CommentServerOptions;
  #api!: ScriptedApi;
  #next = 1;
  /** What listings gave, and give, since the server is there: the present last. */
  readonly #listings: unknown[][] = [[]];

  constructor(options: CommentServerOptions = {}) {
    this.#options = options;
  }

  static async start(options: CommentServerOptions = {}): Promise<CommentServer> {
    const server = new CommentServer(options);
    server.#api = await ScriptedApi.start((request, response) => {
      void server.#serve(request).then(({ status, body }) => answer(response, status, body));
    });
    return server;
  }

  get url(): string {
    return this.#api.url;
  }

  add(author: string, body: string): StoredComment {
    const comment = { id: this.#next++, author, edits: [body] };
    this.comments.push(comment);
    this.#changed();
    return comment;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#api[Symbol.asyncDispose]();
  }

  async #serve(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const method = request.method ?? '';
    const graphql = request.url === '/graphql';
    if (!graphql) await this.#options.gate?.('before', method);
    const done = this.#work(method, new URL(request.url ?? '', this.url).pathname, text === '' ? {} : JSON.parse(text));
    if (!graphql && method !== 'GET') this.writes.push(`${method} ${done.status}`);
    if (!graphql) await this.#options.gate?.('after', method);
    return done;
  }

  #work(method: string, path: string, body: Record<string, unknown>): { status: number; body: unknown } {
    if (path === '/graphql') return { status: 200, body: this.#graphql(body) };
    const id = Number(/\/issues\/comments\/(\d+)$/.exec(path)?.[1]);
    const found = this.comments.find((comment) => comment.id === id);
    if (method === 'GET') {
      this.reads += 1;
      return { status: 200, body: this.#listings.at(-1 - (this.#options.behind ?? 0)) ?? this.#listings[0] };
    }
    if (method === 'POST') return { status: 201, body: shape(this.add('github-actions[bot]', String(body['body']))) };
    if (found === undefined) return { status: 404, body: { message: 'Not Found' } };
    if (method === 'PATCH') found.edits.push(String(body['body']));
    else this.comments.splice(this.comments.indexOf(found), 1);
    this.#changed();
    return { status: 200, body: shape(found) };
  }

  #changed(): void {
    this.#listings.push(this.comments.map(shape));
  }

  #graphql({ query, variables }: Record<string, unknown>): unknown {
    if (String(query).includes('viewer')) return { data: { viewer: { login: 'github-actions[bot]' } } };
    if (this.#options.history === false) return { errors: [{ message: 'no' }] };
    const found = this.comments.find((comment) => `C_${comment.id}` === (variables as { id: string }).id);
    const nodes = found?.edits.length === 1 ? [] : found?.edits.toReversed().map((diff) => ({ diff }));
    return { data: { node: found === undefined ? null : { userContentEdits: { nodes } } } };
  }
}

function shape({ id, author, edits }: StoredComment): unknown {
  // All within one second, which is as exact as GitHub's times are.
  const updated_at = '2026-01-01T00:00:00Z';
  return { id, node_id: `C_${id}`, html_url: `http://forge/${id}`, body: edits.at(-1), user: { login: author }, updated_at };
}

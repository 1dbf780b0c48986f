import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureFolder } from '../binaries/cache.ts';
import type { Exchange, FullExchange } from './exchange.ts';
import { Faults } from './faults.ts';
import type { Git } from './git/run.ts';
import { Api } from './http/serve-api.ts';
import { createHub, type Hub, repositoryOf } from './hub.ts';
import { type ChangeOptions, changeFiles, createRepository, protectBranch, type RepositoryOptions } from './repositories.ts';
import { serveRequest } from './serve-request.ts';
import type { BranchRules, Protection, Repository } from './state/model.ts';
import { loadState, Store } from './state/store.ts';
import { addToken, type TokenOptions } from './state/tokens.ts';

export interface TwinOptions {
  /** Where repositories and memory lie; kept, and found again by the next twin there. Default: a temporary folder. */
  folder?: string;
  /** Default: a free one. */
  port?: number;
  clock?: () => Date;
}

/** A GitHub of our own on loopback: git, REST API, pages. */
export interface Twin extends AsyncDisposable {
  /** Web and git, as https://github.com. */
  readonly url: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly port: number;
  readonly folder: string;
  /** API and git requests, in the order in which their work was done. */
  readonly requests: Exchange[];
  /** `METHOD path` of API requests that the twin does not know. */
  readonly unknown: string[];
  readonly faults: Faults;
  readonly hub: Hub;
  createRepository(options: RepositoryOptions): Promise<Repository>;
  /** Gives the token's value. */
  addToken(options?: TokenOptions): string;
  revokeToken(value: string): void;
  /** What the twin remembers of a repository (owner/name): issues, comments, check runs, … */
  repository(name: string): Repository;
  /** The bare repository, to look into. */
  git(name: string): Git;
  /** Commits to a branch as a person does who pushes. Gives the commit. */
  commit(name: string, change: ChangeOptions): Promise<string>;
  /** Lets a branch change through pull requests only, and through those alone that keep its rules; undefined lifts that. */
  protect(name: string, branch: string, kind: Protection | undefined, rules?: BranchRules): Promise<void>;
  /** Hears of every API and git exchange in full; gives what ends that. */
  watch(listener: (exchange: FullExchange) => void): () => void;
}

/** Starts the twin. Everything is there when this resolves; disposing ends open connections. */
export async function startTwin(options: TwinOptions = {}): Promise<Twin> {
  const folder =
    options.folder === undefined ? await mkdtemp(join(tmpdir(), 'github-twin-')) : await ensureFolder(options.folder);
  const state = await loadState(folder);
  const server = createServer({ keepAliveTimeout: 60_000 });
  const port = await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${port}`;
  const hub = createHub(
    state,
    folder,
    { web: url, api: `${url}/api/v3`, graphql: `${url}/api/graphql` },
    options.clock ?? (() => new Date()),
  );
  const store = options.folder === undefined ? undefined : new Store(folder, state);
  const requests: Exchange[] = [];
  const unknown: string[] = [];
  const faults = new Faults();
  const watchers = new Set<(exchange: FullExchange) => void>();
  const done = (exchange: FullExchange) => {
    if (exchange.kind === 'page') return;
    const { requestHeaders, requestBody, responseHeaders, responseBody, template, answered, ...short } = exchange;
    requests.push(short);
    for (const watcher of watchers) watcher(exchange);
    if (exchange.write) void store?.save();
  };
  const parts = { hub, api: new Api(hub, unknown), faults, done };
  server.on('request', (request, response) => {
    serveRequest(parts, request, response).catch((error: Error) => {
      if (request.destroyed || response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(`the twin failed: ${error.stack}`);
    });
  });
  const named = (name: string) => repositoryOf(state, name);
  const saved = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    await store?.save();
    return result;
  };
  return {
    url,
    apiUrl: hub.addresses.api,
    graphqlUrl: hub.addresses.graphql,
    port,
    folder,
    requests,
    unknown,
    faults,
    hub,
    createRepository: (wanted) => saved(createRepository(hub, wanted)),
    addToken(wanted) {
      const value = addToken(state, wanted);
      void store?.save();
      return value;
    },
    revokeToken(value) {
      for (const token of state.tokens) if (token.value === value) token.revoked = true;
      void store?.save();
    },
    repository: named,
    git: (name) => hub.git(named(name)),
    commit: (name, change) => saved(changeFiles(hub, named(name), change)),
    protect: (name, branch, kind, rules) => saved(protectBranch(hub, named(name), branch, kind, rules)),
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store?.save();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

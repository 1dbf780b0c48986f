import { startTwin, type Twin } from '../../lab/github/twin.ts';
import { type ForgeOptions, githubForge } from '../../src/adapters/github/forge.ts';
import { type Forge, ForgeError } from '../../src/ports/forge.ts';
import { FakeClock } from './fake-clock.ts';

export const REPOSITORY = 'octo/fleet';

/** A twin with one repository, and forges on it as workflows have them. */
export interface ForgeTwin extends AsyncDisposable {
  twin: Twin;
  /** The commit at the head of main. */
  main: string;
  /** A forge with the token of a workflow unless another one is given; waits take no time. */
  forge(options?: Partial<ForgeOptions>): Forge;
  /** Requests that changed something or tried to, in order. */
  writes(): string[];
  said: string[];
}

const FILES = {
  'clusters.yaml': 'kind: Fleet\n',
  'rendered/plan.json': '{}\n',
  'rendered/cluster1/a.yaml': 'a: 1\n',
  'rendered/cluster1/b.yaml': 'b: 1\n',
  'rendered/cluster2/deep/c.yaml': 'c: 1\n',
};

export async function forgeTwin(): Promise<ForgeTwin> {
  const twin = await startTwin();
  await twin.createRepository({ owner: 'octo', name: 'fleet', ownerType: 'Organization', files: FILES });
  const token = twin.addToken();
  const said: string[] = [];
  const forge = (options: Partial<ForgeOptions> = {}) =>
    githubForge({
      apiUrl: twin.apiUrl,
      graphqlUrl: twin.graphqlUrl,
      repository: { owner: 'octo', name: 'fleet' },
      token,
      clock: new FakeClock(Date.now()),
      say: (text) => said.push(text),
      signal: new AbortController().signal,
      userAgent: 'cn2-fleet/test',
      ...options,
    });
  return {
    twin,
    main: (await twin.git(REPOSITORY).run(['rev-parse', 'refs/heads/main'])).trim(),
    forge,
    said,
    writes: () =>
      twin.requests
        .filter(({ write, path }) => write && path !== '/graphql')
        .map(({ method, path, status }) => `${method} ${path} ${status}`),
    [Symbol.asyncDispose]: () => twin[Symbol.asyncDispose](),
  };
}

/** The failure of a verb, with what a user reads of it. */
export async function refusalOf(promise: Promise<unknown>): Promise<ForgeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ForgeError) return error;
  throw error instanceof Error ? error : new Error(`not a ForgeError: ${String(error)}`);
}

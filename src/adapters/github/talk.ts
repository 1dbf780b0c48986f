import type { RepositoryName } from '../../model/forge.ts';
import type { Permission } from '../../model/permission.ts';
import { present } from '../../model/present.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Access } from './access.ts';
import { graphqlUrlOf, isGithubCloud, webUrlOf } from './addresses.ts';
import { lazyClient } from './client.ts';
import { type ForgeTask, forgeFailure } from './failure.ts';
import { viewerLogin } from './viewer.ts';

export interface ForgeOptions {
  /** https://api.github.com, or https://HOST/api/v3 of a GitHub Enterprise Server. */
  apiUrl: string;
  /** Default: the one that belongs to `apiUrl`. */
  graphqlUrl?: string;
  repository: RepositoryName;
  token: string;
  clock: Clock;
  /** Hears of waits and of what is left alone. */
  say(text: string): void;
  /** Ends waits and retries; what is requested afterwards is still sent, once. */
  signal: AbortSignal;
  /** Name and version of the tool. */
  userAgent: string;
  /** What the command that runs needs, so that a hint names all of it. */
  permissions?: readonly Permission[];
  /** A second between writes, three where people are notified, as GitHub advises; default: for GitHub's own service. */
  spaceWrites?: boolean;
  /** Milliseconds for one request; default 20,000. */
  timeout?: number;
  /** Address of an http or https proxy. */
  proxy?: string;
}

const TIMEOUT = 20_000;

/** Runs a task; any failure becomes a sentence. */
export type Doer = <T>(what: string, permission: ForgeTask['permission'], task: () => Promise<T>, branch?: string) => Promise<T>;

/** What every part of the forge talks through. */
export interface Talk {
  access: Access;
  graphqlUrl: string;
  to: Doer;
}

/** Nothing is loaded or requested before the first request. */
export function talkOf(options: ForgeOptions): Talk {
  return { ...accessOf(options), to: doer(options) };
}

function doer({ apiUrl, token, timeout = TIMEOUT, repository, clock, permissions }: ForgeOptions): Doer {
  return async (what, permission, task, branch) => {
    try {
      return await task();
    } catch (error) {
      const name = `${repository.owner}/${repository.name}`;
      const facts = { apiUrl, token, timeout, repository: name, now: clock.now(), ...present({ permissions }) };
      throw forgeFailure(error, { what, permission, ...present({ branch }) }, facts);
    }
  };
}

function accessOf(options: ForgeOptions): Pick<Talk, 'access' | 'graphqlUrl'> {
  const { apiUrl, token, clock, signal, say, userAgent, repository, timeout = TIMEOUT } = options;
  const waiting = { clock, signal, say };
  const graphqlUrl = options.graphqlUrl ?? graphqlUrlOf(apiUrl);
  const client = lazyClient({
    ...waiting,
    apiUrl,
    token,
    userAgent,
    timeout,
    spaceWrites: options.spaceWrites ?? isGithubCloud(apiUrl),
    ...present({ proxy: options.proxy }),
  });
  let login: Promise<string> | undefined;
  const access: Access = {
    client,
    at: { owner: repository.owner, repo: repository.name },
    waiting,
    webUrl: webUrlOf(apiUrl),
    whoami: () => {
      login ??= client().then((octokit) => viewerLogin(octokit, graphqlUrl));
      // A read that got no answer is repeated.
      return login.catch((error: unknown) => {
        login = undefined;
        throw error;
      });
    },
  };
  return { access, graphqlUrl };
}

import { readFile } from 'node:fs/promises';
import { actionsJob, isInJob } from '../adapters/actions/job.ts';
import { runOrigin } from '../adapters/actions/origin.ts';
import { strangerOf } from '../adapters/actions/stranger.ts';
import { commitFiles } from '../adapters/git/commit-files.ts';
import { installationOf, programFolder } from '../adapters/git/installation.ts';
import { gitRepository } from '../adapters/git/repository.ts';
import { repositoryToBe } from '../adapters/git/repository-to-be.ts';
import { apiUrlOf, isGithubCloud } from '../adapters/github/addresses.ts';
import { type ForgeOptions, githubForge } from '../adapters/github/forge.ts';
import { githubSettings } from '../adapters/github/settings.ts';
import { checkoutModule } from '../adapters/node/checkout.ts';
import { pageShell } from '../adapters/node/page-shell.ts';
import { workflowTemplates } from '../adapters/node/workflow-templates.ts';
import { isHttpProxy, secretsOfProxy } from '../adapters/proxy/address.ts';
import { proxyOf } from '../adapters/proxy/proxy-of.ts';
import type { RepositoryName, RunOrigin } from '../model/forge.ts';
import { HintedError } from '../model/hinted-error.ts';
import { present } from '../model/present.ts';
import { UserError } from '../model/user-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Job } from '../ports/job.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { Repository } from '../ports/repository.ts';
import type { SettingsReader } from '../ports/repository-settings.ts';
import type { Redactor } from '../report/redactor.ts';
import type { Surroundings } from '../verbs/surroundings.ts';
import type { Invocation, OnGitHub } from '../verbs/verb.ts';
import { VERSION } from '../version.ts';
import { discreetForge } from './discreet-forge.ts';
import { discreetJob } from './discreet-job.ts';
import { refuseForStranger } from './untrusted.ts';

export interface Host {
  environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the declaration. */
  root: string;
  /** The token of the Action's input; absent: $GITHUB_TOKEN, then $GH_TOKEN. */
  token?: string;
  /** Writes to stderr as it is: workflow commands go through it. */
  write(text: string): void;
  clock: Clock;
  reporter: Reporter;
  /** What no output may show. */
  secrets: Redactor;
  signal: AbortSignal;
  /** The run only puts in order what another has left. */
  cleaningUp?: boolean;
  /** Receives the job before anything is refused, so that a refusal reaches the outputs of the step. */
  began?(job: Job): void;
}

/**
 * Sends no request. Throws UserError where a untrusted run asks for more than such a run may have, JobError where nobody can
 * tell whose it is, and UserError where a command that writes to GitHub lacks a token or a repository.
 */
export async function surroundingsOf(invocation: Invocation, host: Host): Promise<Surroundings> {
  const { environment, root } = host;
  const job = discreetJob(await actionsJob(environment, host.write), host.secrets);
  host.began?.(job);
  const stranger = await strangerOf(environment, eventFile);
  if (stranger !== undefined && host.cleaningUp !== true) refuseForStranger(invocation, stranger);
  // A first declaration may bring its folder.
  const inFolder = invocation.verb.mayBeginFolder === true ? repositoryToBe : gitRepository;
  const repository = inFolder(root, environment);
  const around: Surroundings = {
    job,
    repository,
    installation: () => installationOf(programFolder(), environment),
    workflows: workflowTemplates,
    pageShell,
    past: (ref) => commitFiles(root, environment, ref),
    checkout: checkoutModule,
    settings: () => settingsOf(invocation, host, repository),
    ...present({ stranger, temporary: environment['RUNNER_TEMP'] || undefined }),
  };
  // It has nothing to put in order, and no word to say.
  if (stranger !== undefined && host.cleaningUp === true) return around;
  const { github: onGitHub } = invocation.verb;
  const publishes = onGitHub !== undefined && (onGitHub.writes === 'always' || invocation.on('publish'));
  const asksHead = onGitHub?.readsHead === true && isInJob(environment);
  if (!publishes && !asksHead && !readsMerge(invocation, host)) return around;
  const github = await gitHubOf(invocation, host, repository);
  return { ...around, ...(publishes || !asksHead ? { github } : {}), ...(asksHead ? { head: github } : {}) };
}

/** The forge of the repository, with the token that there is. */
async function gitHubOf(
  invocation: Invocation,
  host: Host,
  repository: Repository,
): Promise<NonNullable<Surroundings['github']>> {
  const origin = await originOf(invocation, host, repository);
  const forge = githubForge(forgeOptionsOf(invocation, host, origin));
  return { forge: discreetForge(forge, host.secrets), origin };
}

/** Reads the settings of the repository; why not, where the repository or a token is not known. */
async function settingsOf(
  invocation: Invocation,
  host: Host,
  repository: Repository,
): Promise<SettingsReader | { untold: string }> {
  try {
    return githubSettings(forgeOptionsOf(invocation, host, await placeOf(invocation, host, repository)));
  } catch (error) {
    if (error instanceof HintedError) return { untold: error.hint === '' ? error.message : `${error.message} (${error.hint})` };
    throw error;
  }
}

/** Throws UserError without a token. */
function forgeOptionsOf(invocation: Invocation, host: Host, place: Place): ForgeOptions {
  const { environment } = host;
  const token = host.token ?? (environment['GITHUB_TOKEN'] || environment['GH_TOKEN']);
  if (!token) {
    throw new UserError(
      'there is no token for GitHub',
      'set GITHUB_TOKEN (in a workflow the input github-token of the Action sets it)',
    );
  }
  host.secrets.reveal(token);
  const apiUrl = environment['GITHUB_API_URL'] || apiUrlOf(place.serverUrl);
  const proxy = proxyFor(apiUrl, environment);
  for (const secret of proxy === undefined ? [] : secretsOfProxy(proxy)) host.secrets.reveal(secret);
  return {
    apiUrl,
    repository: place.repository,
    token,
    clock: host.clock,
    signal: host.signal,
    say: (text) => host.reporter.progress({ type: 'note', text }),
    userAgent: `cn2-fleet/${VERSION}`,
    ...present({
      proxy,
      graphqlUrl: environment['GITHUB_GRAPHQL_URL'] || undefined,
      permissions: permissionsOf(invocation),
    }),
  };
}

function permissionsOf({ verb: { github }, on }: Invocation): OnGitHub['permissions'] | undefined {
  const more = github?.permissionsWith;
  return more !== undefined && on(more.flag) ? more.permissions : github?.permissions;
}

/** What merging does is read from GitHub where the Action gives a token, for a pull request or a merge queue. */
function readsMerge({ verb }: Invocation, { token, environment }: Host): boolean {
  const event = environment['GITHUB_EVENT_NAME'] ?? '';
  const can = token !== undefined && token !== '';
  return verb.github?.readsMerge === true && can && /^(pull_request|merge_group)/.test(event);
}

function proxyFor(apiUrl: string, environment: Host['environment']): string | undefined {
  const proxy = proxyOf(apiUrl, environment);
  if (proxy === undefined || isHttpProxy(proxy)) return proxy;
  throw new UserError(
    'HTTPS_PROXY (or HTTP_PROXY) of the environment is neither http:// nor https://: no other proxies are supported',
    'name one of these, or set NO_PROXY for what needs no proxy',
  );
}

/** Where a repository is. */
type Place = Pick<RunOrigin, 'repository' | 'serverUrl'>;

/** What the workflow says; outside one, the remote of the repository and the commit that is checked out. */
async function originOf(invocation: Invocation, host: Host, repository: Repository): Promise<RunOrigin> {
  const place = await placeOf(invocation, host, repository);
  if ('sha' in place) return place;
  return { ...place, event: '', sha: await repository.head(), order: { run: 0, attempt: 0 } };
}

/** The same without a commit, which a repository may not have yet. */
async function placeOf(invocation: Invocation, { environment }: Host, repository: Repository): Promise<Place | RunOrigin> {
  const named = nameOf(invocation.text('repository'));
  const run = await runOrigin(environment, eventFile);
  if (run !== undefined) return named === undefined ? run : { ...run, repository: named };
  const remote = await repository.remote();
  const found = named ?? remote?.repository;
  if (found === undefined) throw new UserError('the repository on GitHub is not known', 'name it with --repository owner/name');
  return {
    repository: found,
    serverUrl: environment['GITHUB_SERVER_URL'] || trustedServer(remote?.serverUrl ?? 'https://github.com', environment),
  };
}

function eventFile(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** A remote may be anybody's: a token that is in the environment goes to GitHub's own service, or where the user sends it. */
function trustedServer(serverUrl: string, environment: Host['environment']): string {
  if (environment['GITHUB_API_URL'] || isGithubCloud(apiUrlOf(serverUrl))) return serverUrl;
  throw new UserError(
    `the remote origin is on ${new URL(serverUrl).host}: a token is sent there only when you say so`,
    `set GITHUB_SERVER_URL=${serverUrl} where that is your GitHub Enterprise Server and the token is for it`,
  );
}

function nameOf(text: string | undefined): RepositoryName | undefined {
  if (text === undefined) return undefined;
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(text) ?? [];
  if (owner === undefined || name === undefined)
    throw new UserError(`--repository ${text} is not a repository name`, 'for example --repository owner/name');
  return { owner, name };
}

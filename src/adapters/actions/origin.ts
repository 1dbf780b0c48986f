import type { RunOrigin } from '../../model/forge.ts';
import { present } from '../../model/present.ts';
import { JobError } from '../../ports/job.ts';
import { issueOf, mergeGroupBaseOf, parsedEvent, pullRequestOf } from './event.ts';
import { strangerIn } from './stranger.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where a run comes from, from the variables that a workflow gives each step and from its event file, which `readFile` reads
 * (undefined where there is none). Undefined outside a workflow. Throws JobError where they are not as GitHub writes them.
 */
export async function runOrigin(
  environment: Environment,
  readFile: (path: string) => Promise<string | undefined>,
): Promise<RunOrigin | undefined> {
  const repository = environment['GITHUB_REPOSITORY'];
  if (repository === undefined || repository === '') return undefined;
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || name === undefined) {
    throw new JobError('GITHUB_REPOSITORY is not owner/name', 'leave it as the runner sets it');
  }
  const serverUrl = serverOf(environment['GITHUB_SERVER_URL']);
  const event = environment['GITHUB_EVENT_NAME'] ?? '';
  const order = { run: count(environment['GITHUB_RUN_ID']), attempt: count(environment['GITHUB_RUN_ATTEMPT']) };
  const pullRequest = await pullRequestFacts(environment, repository, event, readFile);
  const baseSha = event === 'merge_group' ? mergeGroupBaseOf(await document(environment, readFile)) : undefined;
  const issue = event === 'issues' ? issueOf(await document(environment, readFile)) : undefined;
  return {
    repository: { owner, name },
    serverUrl,
    event,
    sha: environment['GITHUB_SHA'] ?? '',
    order,
    ...(order.run === 0 ? {} : { runUrl: `${serverUrl}/${owner}/${name}/actions/runs/${order.run}${attempt(order.attempt)}` }),
    ...present({ pullRequest, baseSha, issue }),
  };
}

async function pullRequestFacts(
  environment: Environment,
  repository: string,
  event: string,
  readFile: (path: string) => Promise<string | undefined>,
) {
  const described = await document(environment, readFile);
  const stranger = strangerIn(described, { name: event, actor: environment['GITHUB_ACTOR'], repository });
  const facts = pullRequestOf(described, stranger !== undefined);
  // Without its facts it is not known whether the pull request can be trusted.
  if (facts === undefined && /^pull_request(_target)?$/.test(event)) {
    throw new JobError(
      'the event of this run names no pull request, although it is one of a pull request',
      'GITHUB_EVENT_PATH must name the file that the runner wrote for this run',
    );
  }
  return facts;
}

async function document(environment: Environment, readFile: (path: string) => Promise<string | undefined>): Promise<unknown> {
  const path = environment['GITHUB_EVENT_PATH'];
  const text = path === undefined || path === '' ? undefined : await readFile(path);
  return text === undefined ? undefined : parsedEvent(text);
}

function serverOf(text: string | undefined): string {
  const url = URL.parse(text === undefined || text === '' ? 'https://github.com' : text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new JobError('GITHUB_SERVER_URL is not the address of a server', 'leave it as the runner sets it');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function attempt(number: number): string {
  return number > 1 ? `/attempts/${number}` : '';
}

function count(text: string | undefined): number {
  const number = Number(text ?? '');
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

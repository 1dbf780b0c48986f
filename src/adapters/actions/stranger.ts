import type { Stranger } from '../../model/stranger.ts';
import { JobError } from '../../ports/job.ts';
import { field, parsedEvent } from './event.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type ReadFile = (path: string) => Promise<string | undefined>;

/**
 * Events whose document says whose commit the run is about, or that it says nothing of it, by the part that does: without that part
 * nobody knows whether the run is to be trusted (docs.github.com, "Events that trigger workflows"). A merge group is none of them:
 * somebody who may write has queued it.
 */
const TELLING: ReadonlyMap<string, string> = new Map([
  ['pull_request', 'pull_request'],
  ['pull_request_target', 'pull_request'],
  ['pull_request_review', 'pull_request'],
  ['pull_request_review_comment', 'pull_request'],
  ['issue_comment', 'issue'],
  ['workflow_run', 'workflow_run'],
  ['check_run', 'check_run'],
  ['check_suite', 'check_suite'],
  ['status', 'branches'],
]);

/** Its actor is whoever changed the workflow last, not whoever started the run, which is for the default branch. */
const WITHOUT_ACTOR: ReadonlySet<string> = new Set(['schedule']);

/** True where the variables of a workflow are there, also in a container that was given them. */
function isRun(environment: Environment): boolean {
  return [environment['GITHUB_ACTIONS'] === 'true', environment['GITHUB_EVENT_NAME'], environment['GITHUB_REPOSITORY']].some(
    Boolean,
  );
}

/**
 * Why the run is not the team's own, by its variables and its event file, which `readFile` reads (undefined where there is none);
 * undefined where it is, and outside a workflow. Needs neither a token nor a repository. Throws JobError where an event that may be a
 * stranger's cannot be read.
 */
export async function strangerOf(environment: Environment, readFile: ReadFile): Promise<Stranger | undefined> {
  if (!isRun(environment)) return undefined;
  const name = environment['GITHUB_EVENT_NAME'] ?? '';
  const path = environment['GITHUB_EVENT_PATH'];
  const text = path === undefined || path === '' ? undefined : await readFile(path);
  const event = text === undefined ? undefined : parsedEvent(text);
  const telling = TELLING.get(name) ?? (/^refs\/pull\//.test(environment['GITHUB_REF'] ?? '') ? 'pull_request' : undefined);
  if (telling !== undefined && !isThere(field(event, telling))) throw unreadable(name);
  return strangerIn(event, { name, actor: environment['GITHUB_ACTOR'], repository: environment['GITHUB_REPOSITORY'] });
}

interface RunFacts {
  /** GITHUB_EVENT_NAME */
  name: string;
  actor: string | undefined;
  repository: string | undefined;
}

/**
 * As strangerOf, for the document of an event. What it holds counts, whatever the event is called: a pull request in the document of a
 * push is judged as one.
 */
export function strangerIn(event: unknown, run: RunFacts): Stranger | undefined {
  const here = nameOf(field(event, 'repository')) ?? run.repository?.toLowerCase();
  return (
    ofDependabot(event, run) ??
    ofPullRequest(field(event, 'pull_request'), run, here) ??
    ofComment(event, run) ??
    ofWorkflowRun(field(event, 'workflow_run'), run, here) ??
    ofChecks(event, run, here) ??
    ofStatus(event, run)
  );
}

/** Runs that Dependabot starts get no secrets and a read-only token, even when a person re-runs them. */
function ofDependabot(event: unknown, { name, actor }: RunFacts): Stranger | undefined {
  if (WITHOUT_ACTOR.has(name)) return undefined;
  const workflowRun = field(event, 'workflow_run');
  const people = [
    actor,
    ...[field(event, 'sender'), field(field(event, 'pull_request'), 'user'), field(workflowRun, 'actor')].map((account) =>
      field(account, 'login'),
    ),
  ];
  return people.some(isDependabot) ? DEPENDABOT : undefined;
}

function ofPullRequest(request: unknown, run: RunFacts, here: string | undefined): Stranger | undefined {
  if (!isThere(request)) return undefined;
  const base = nameOf(field(field(request, 'base'), 'repo')) ?? here;
  const head = nameOf(field(field(request, 'head'), 'repo'));
  return head !== undefined && head === base ? undefined : fork('of a pull request from', head, base ?? run.repository);
}

/** A comment on a pull request does not say where the pull request comes from, and one on a commit not whose the commit is. */
function ofComment(event: unknown, { name, repository }: RunFacts): Stranger | undefined {
  const onPull = field(field(event, 'issue'), 'pull_request');
  if (name === 'commit_comment') return unknownCommit('of a comment on a commit', repository);
  return isThere(onPull) ? unknownCommit('of a comment on a pull request', repository) : undefined;
}

function ofWorkflowRun(workflowRun: unknown, run: RunFacts, here: string | undefined): Stranger | undefined {
  if (!isThere(workflowRun)) return undefined;
  const head = field(workflowRun, 'head_repository');
  // For a deployment the document has the run without its repository.
  if (head === undefined && run.name !== 'workflow_run' && !isOfPullRequest(field(workflowRun, 'event'))) return undefined;
  const from = nameOf(head);
  const base = nameOf(field(workflowRun, 'repository')) ?? here;
  if (from === undefined || from !== base) return fork('of a workflow run of', from, base ?? run.repository);
  // It also runs in the repository for a fork: only its pull requests show that it was for a branch of the repository.
  const requests = field(workflowRun, 'pull_requests');
  const isListed = Array.isArray(requests) && requests.length > 0;
  return field(workflowRun, 'event') !== 'pull_request_target' || isListed
    ? undefined
    : unknownCommit('of a workflow run for a pull request', base);
}

function isOfPullRequest(event: unknown): boolean {
  return typeof event === 'string' && event.startsWith('pull_request');
}

/** GitHub names the branch of a check's commit, and its pull requests, only where the branch is one of the repository. */
function ofChecks(event: unknown, { repository }: RunFacts, here: string | undefined): Stranger | undefined {
  const suite = field(event, 'check_suite') ?? field(field(event, 'check_run'), 'check_suite');
  if (!isThere(suite)) return undefined;
  const own = field(field(event, 'repository'), 'id');
  const requests = field(suite, 'pull_requests');
  const heads = Array.isArray(requests) ? requests.map((request) => field(field(field(request, 'head'), 'repo'), 'id')) : [];
  const branch = field(suite, 'head_branch');
  if (typeof branch === 'string' && branch !== '' && heads.every((id) => id === own)) return undefined;
  return unknownCommit('of a check on a commit of no branch', here ?? repository);
}

function ofStatus(event: unknown, { name, repository }: RunFacts): Stranger | undefined {
  if (name !== 'status') return undefined;
  const branches = field(event, 'branches');
  return Array.isArray(branches) && branches.length > 0
    ? undefined
    : unknownCommit('of a status on a commit of no branch', repository);
}

const DEPENDABOT: Stranger = {
  origin: 'a run of Dependabot',
  remedy: 'push its commits to a branch of your own and open a pull request from that',
};

function fork(what: string, head: string | undefined, base: string | undefined): Stranger {
  return {
    origin: `${what} ${head === undefined ? 'a fork that is gone' : `the fork ${head}`}`,
    remedy: `push the branch to the repository${base === undefined ? '' : ` ${base}`} and open the pull request from there`,
  };
}

function unknownCommit(origin: string, base: string | undefined): Stranger {
  return {
    origin: `${origin}, which may be a fork’s`,
    remedy: `push the branch to the repository${base === undefined ? '' : ` ${base}`}, and start the workflow by push, pull_request or workflow_dispatch`,
  };
}

function isThere(part: unknown): boolean {
  return part !== undefined && part !== null;
}

function isDependabot(login: unknown): boolean {
  return typeof login === 'string' && login.toLowerCase() === 'dependabot[bot]';
}

/** A fork that was removed is null: nothing is known about it, so nothing is trusted. */
function nameOf(repository: unknown): string | undefined {
  const full = field(repository, 'full_name');
  return typeof full === 'string' && /^[\w.-]+\/[\w.-]+$/.test(full) ? full.toLowerCase() : undefined;
}

function unreadable(name: string): JobError {
  return new JobError(
    `the event of this run${/^\w+$/.test(name) ? `, ${name},` : ''} cannot be read, so it is not known whether the run can be trusted`,
    'GITHUB_EVENT_PATH must name the file that the runner wrote for this run',
  );
}

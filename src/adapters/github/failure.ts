import type { Permission } from '../../model/permission.ts';
import { ForgeError } from '../../ports/forge.ts';
import { acceptedPermission, permissionsBlock } from './permissions.ts';
import { isProtection, protectedFailure } from './protected.ts';
import { rateLimitOf } from './rate-limit.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { unreachable } from './unreachable.ts';

/** What was to be done when a request failed. */
export interface ForgeTask {
  /** As it follows “may not”, e.g. `comment on pull request 12`. */
  what: string;
  /** What the token needs for it. */
  permission: Permission;
  /** The branch that was to be written. */
  branch?: string;
}

export interface FailureFacts {
  apiUrl: string;
  /** owner/name */
  repository: string;
  token: string;
  /** Milliseconds that one request may take. */
  timeout: number;
  /** What the command that runs needs, so that a hint can name all of it. */
  permissions?: readonly Permission[];
  now: number;
}

type Row = (refusal: Refusal, task: ForgeTask, facts: FailureFacts) => ForgeError | undefined;

/** Any failure of a task as a ForgeError: a sentence and what to do. What is not a failure of a request stays as it is. */
export function forgeFailure(error: unknown, task: ForgeTask, facts: FailureFacts): unknown {
  const refusal = refusalOf(error);
  if (refusal === undefined) return error;
  if (refusal.noAnswer !== undefined) return unreachable(facts.apiUrl, refusal.noAnswer, facts.timeout / 1000, error);
  // GitHub's message should not contain the token; this makes sure.
  const safe = { ...refusal, said: facts.token === '' ? refusal.said : refusal.said.replaceAll(facts.token, '(secret)') };
  for (const row of ROWS) {
    const failure = row(safe, task, facts);
    if (failure !== undefined) return failure;
  }
  return new ForgeError(`GitHub answered ${safe.status} to: ${task.what}${quoted(safe)}`, {
    reason: 'error',
    hint:
      safe.status >= 500 ? 'a fault of GitHub (see githubstatus.com): run it again' : 'run it again; if it persists, report it',
  });
}

const ROWS: readonly Row[] = [unauthorized, limited, switchedOff, protection, notAllowed, notThere, moved, rejected];

function unauthorized({ status }: Refusal): ForgeError | undefined {
  if (status !== 401) return undefined;
  return new ForgeError('GitHub does not accept the token: revoked, expired or mistyped', {
    reason: 'unauthorized',
    hint: 'give the Action a valid token (input github-token; by default it is the token of the workflow)',
  });
}

function limited(refusal: Refusal, _task: ForgeTask, { now }: FailureFacts): ForgeError | undefined {
  const limit = rateLimitOf(refusal, now);
  if (limit === undefined) return undefined;
  const until = new Date(now + limit.seconds * 1000).toISOString();
  const words = limit.kind === 'primary' ? "the token's requests for this hour are used up" : 'too many requests at once';
  return new ForgeError(
    `GitHub's ${limit.kind} rate limit: ${words}; it lasts until ${until.slice(0, 16).replace('T', ' ')} UTC`,
    {
      reason: 'rate-limited',
      hint: 'run it again after that time: a new run completes what this one left unfinished',
    },
  );
}

function switchedOff({ status, said }: Refusal): ForgeError | undefined {
  if (status === 403 && /not permitted to create or approve pull requests/i.test(said)) {
    return new ForgeError('GitHub Actions is not permitted to open pull requests in this repository', {
      reason: 'forbidden',
      hint: 'switch on “Allow GitHub Actions to create and approve pull requests” in the settings of the repository and of its organization (Actions, General, Workflow permissions), or give the Action the token of a GitHub App',
    });
  }
  if (status === 410) {
    return new ForgeError('issues are switched off in this repository', {
      reason: 'rejected',
      hint: 'switch them on in the settings of the repository (General, Features)',
    });
  }
  return undefined;
}

function protection(refusal: Refusal, { branch }: ForgeTask): ForgeError | undefined {
  return isProtection(refusal) ? protectedFailure(refusal, branch) : undefined;
}

function notAllowed(refusal: Refusal, task: ForgeTask, { permissions }: FailureFacts): ForgeError | undefined {
  const { status, said, headers, method } = refusal;
  const hidden = status === 404 && method !== 'GET';
  if (status !== 403 && !hidden) return undefined;
  if (/SAML|SSO|archived|IP allow list|locked|blocked/i.test(said)) {
    return new ForgeError(`GitHub does not let the token ${task.what}${quoted(refusal)}`, {
      reason: 'forbidden',
      hint: 'this is a setting of the repository, its organization or the token, not a permission of the workflow',
    });
  }
  const permission = acceptedPermission(headers['x-accepted-github-permissions'], task.permission) ?? task.permission;
  return new ForgeError(`the token may not ${task.what}: it lacks ${permission}${quoted(refusal)}`, {
    reason: 'forbidden',
    permission,
    hint: `give the job of the workflow this block${hidden ? ', if what it writes to is still there' : ''}:\n${permissionsBlock(permissions, permission)}`,
  });
}

function notThere(refusal: Refusal, task: ForgeTask, { repository, permissions }: FailureFacts): ForgeError | undefined {
  if (refusal.status !== 404) return undefined;
  return new ForgeError(`GitHub says “not found” to this token: ${task.what} (${repository})`, {
    reason: 'not-found',
    hint: `check the name; a private repository is hidden from a token without access, which needs:\n${permissionsBlock(permissions, task.permission)}`,
  });
}

function moved({ status, said }: Refusal, { branch }: ForgeTask): ForgeError | undefined {
  if (status !== 422 || !/not a fast.?forward/i.test(said)) return undefined;
  return new ForgeError(`the branch ${branch ?? ''} has moved in the meantime`.replace('  ', ' '), {
    reason: 'moved',
    hint: 'somebody else was faster: run it again',
  });
}

function rejected(refusal: Refusal, task: ForgeTask): ForgeError | undefined {
  if (![400, 409, 413, 422].includes(refusal.status)) return undefined;
  const nothing = /no commits between/i.test(refusal.said);
  return new ForgeError(`GitHub refuses to ${task.what}${quoted(refusal)}`, {
    reason: 'rejected',
    hint: nothing
      ? 'the branch has nothing that its base lacks: there is nothing to merge'
      : "GitHub's message says what is wrong with it",
  });
}

function quoted({ said }: Refusal): string {
  return said === '' ? '' : `; GitHub says: ${said}`;
}

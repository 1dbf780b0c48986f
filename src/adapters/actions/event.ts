import type { PullRequestFacts } from '../../model/forge.ts';
import { isFields } from '../../model/json-object.ts';
import { JobError } from '../../ports/job.ts';

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** What git allows in the name of a branch, roughly: nothing that ends a line or an argument. */
const BRANCH = /^[^\s~^:?*[\\\p{C}-][^\s~^:?*[\\\p{C}]*$/u;

/**
 * The pull request that an event is about; undefined where it is about none. Throws JobError where the event is not an event of GitHub's.
 * @param untrusted whether it is a stranger's, see stranger.ts
 */
export function pullRequestOf(event: unknown, untrusted: boolean): PullRequestFacts | undefined {
  const described = field(event, 'pull_request');
  if (described === undefined || described === null) return undefined;
  const head = field(described, 'head');
  const base = field(described, 'base');
  const [number, headSha, baseBranch] = [field(described, 'number'), field(head, 'sha'), field(base, 'ref')];
  if (
    !Number.isSafeInteger(number) ||
    (number as number) < 1 ||
    typeof headSha !== 'string' ||
    !SHA.test(headSha) ||
    typeof baseBranch !== 'string' ||
    !BRANCH.test(baseBranch)
  ) {
    throw new JobError('the event of this run does not describe a pull request as GitHub does', HINT);
  }
  return { number: number as number, headSha, baseBranch, untrusted };
}

/** The commit that the group of a merge queue is made on; undefined where the event does not say it as GitHub does. */
export function mergeGroupBaseOf(event: unknown): string | undefined {
  const base = field(field(event, 'merge_group'), 'base_sha');
  return typeof base === 'string' && SHA.test(base) ? base : undefined;
}

/** The number of the issue that an event is about; undefined where it is about none. */
export function issueOf(event: unknown): number | undefined {
  const number = field(field(event, 'issue'), 'number');
  return Number.isSafeInteger(number) && (number as number) > 0 ? (number as number) : undefined;
}

/** Throws JobError for anything but a JSON object. */
export function parsedEvent(text: string): unknown {
  try {
    const event: unknown = JSON.parse(text);
    if (isFields(event)) return event;
  } catch {
    // The sentence below says enough; the text itself is not shown.
  }
  throw new JobError('the event of this run is not JSON as GitHub writes it', HINT);
}

const HINT = 'GITHUB_EVENT_PATH must name the file that the runner wrote for this run';

/** An own property of an object; undefined for anything else. */
export function field(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, key) ? (of as Record<string, unknown>)[key] : undefined;
}

/** The event that starts a workflow: its name and the document that GitHub puts into GITHUB_EVENT_PATH. */
export interface WorkflowEvent {
  name: string;
  payload: object;
}

interface Payload {
  ref?: string;
  after?: string;
  number?: number;
  pull_request?: { number?: number; head?: Side; base?: Side };
  merge_group?: { head_ref?: string; head_sha?: string };
  repository?: { default_branch?: string };
}

interface Side {
  ref?: string;
  repo?: { full_name?: string } | null;
}

/**
 * GITHUB_REF of a run (docs.github.com, "Events that trigger workflows"): of a pull request the merge ref, of a push and
 * a dispatch the ref in the payload, else the default branch. Undefined: the payload does not name that branch (a
 * schedule's has the cron alone).
 */
export function refOfEvent(event: WorkflowEvent): string | undefined {
  const payload = event.payload as Payload;
  const named = payload.repository?.default_branch;
  const defaultBranch = named === undefined ? undefined : fullRef(named);
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_review':
      return `refs/pull/${payload.number ?? payload.pull_request?.number}/merge`;
    case 'merge_group':
      return payload.merge_group?.head_ref ?? defaultBranch;
    case 'push':
    case 'workflow_dispatch':
      return payload.ref === undefined ? defaultBranch : fullRef(payload.ref);
    default:
      return defaultBranch;
  }
}

/** The commit of a run where the event names it; else it is the tip of the ref. */
export function commitOfEvent(event: WorkflowEvent): string | undefined {
  const payload = event.payload as Payload;
  if (event.name === 'push') return payload.after;
  return event.name === 'merge_group' ? payload.merge_group?.head_sha : undefined;
}

/** Whether a pull request comes from a fork: such a run has no secrets and a token that cannot write. */
export function isFromFork(event: WorkflowEvent): boolean {
  if (event.name !== 'pull_request' && event.name !== 'pull_request_review') return false;
  const { head, base } = (event.payload as Payload).pull_request ?? {};
  return head?.repo?.full_name !== base?.repo?.full_name;
}

function fullRef(ref: string): string {
  return ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
}

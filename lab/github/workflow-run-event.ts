/** The event that starts a workflow: its name and the document that GitHub puts into GITHUB_EVENT_PATH. */
export interface WorkflowEvent {
  name: string;
  payload: object;
}

interface Payload {
  ref?: string;
  number?: number;
  pull_request?: { number?: number; head?: Side; base?: Side };
  merge_group?: { head_ref?: string };
  repository?: { default_branch?: string };
}

interface Side {
  ref?: string;
  repo?: { full_name?: string } | null;
}

/**
 * GITHUB_REF of a run (docs.github.com, "Events that trigger workflows"): of a pull request the merge ref, of a push and
 * a dispatch the ref in the payload, of a schedule the default branch.
 */
export function refOfEvent(event: WorkflowEvent): string {
  const payload = event.payload as Payload;
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_review':
      return `refs/pull/${payload.number ?? payload.pull_request?.number}/merge`;
    case 'merge_group':
      return payload.merge_group?.head_ref ?? defaultBranch(payload);
    case 'push':
    case 'workflow_dispatch':
      return payload.ref === undefined ? defaultBranch(payload) : fullRef(payload.ref);
    default:
      return defaultBranch(payload);
  }
}

/** Whether a pull request comes from a fork: such a run has no secrets and a token that cannot write. */
export function isFromFork(event: WorkflowEvent): boolean {
  if (event.name !== 'pull_request' && event.name !== 'pull_request_review') return false;
  const { head, base } = (event.payload as Payload).pull_request ?? {};
  return head?.repo?.full_name !== base?.repo?.full_name;
}

function defaultBranch(payload: Payload): string {
  return fullRef(payload.repository?.default_branch ?? 'main');
}

function fullRef(ref: string): string {
  return ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
}

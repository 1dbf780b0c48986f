import { changesBetween } from './git/changes.ts';
import { type Commit, commitsOf, readCommit, resolveCommit, type Signature } from './git/commits.ts';
import { isAncestor } from './git/refs.ts';
import { fullName, type Hub, repositoryOf } from './hub.ts';
import { pullCounts } from './pulls/counts.ts';
import { NOTHING } from './pulls/follow-refs.ts';
import { accountShape } from './shapes/account.ts';
import { issueShape, labelsOf } from './shapes/issue.ts';
import { fullPullShape, type PullIssue } from './shapes/pull.ts';
import { pageOf, repositoryShape } from './shapes/repository.ts';
import { accountOf, accountOfAddress } from './state/accounts.ts';
import type { Repository } from './state/model.ts';

/** An event that starts workflows, with the document that a run finds in GITHUB_EVENT_PATH. */
export interface WorkflowEvent {
  name: string;
  payload: Record<string, unknown>;
}

export type EventOptions =
  | {
      name: 'pull_request';
      number: number;
      action?: 'opened' | 'synchronize' | 'reopened' | 'closed' | 'labeled' | 'edited';
      before?: string;
    }
  /** Commits are shas; `before` is absent for a branch that is new. */
  | { name: 'push'; branch: string; before?: string; after?: string; forced?: boolean }
  | { name: 'workflow_dispatch'; workflow: string; inputs?: Record<string, string>; branch?: string }
  | { name: 'merge_group'; number: number }
  /** Somebody has put a label on an issue; the label is there by then. */
  | { name: 'issues'; number: number; label: string }
  | { name: 'schedule'; cron: string };

/**
 * The event as GitHub would send it, about what is in the twin now. `sender` is the login of who caused it (default: the
 * repository's owner). Shapes: https://docs.github.com/webhooks/webhook-events-and-payloads ; schedule is not a webhook and has
 * its cron alone.
 */
export async function eventOf(hub: Hub, name: string, options: EventOptions & { sender?: string }): Promise<WorkflowEvent> {
  const repository = repositoryOf(hub.state, name);
  const sender = accountShape(hub, accountOf(hub.state, options.sender ?? repository.owner));
  const common = { repository: repositoryShape(hub, repository), sender };
  const event = (payload: Record<string, unknown>): WorkflowEvent => ({ name: options.name, payload });
  switch (options.name) {
    case 'pull_request': {
      const action = options.action ?? 'opened';
      const issue = pullOf(repository, options.number);
      const shape = fullPullShape(hub, repository, issue, await pullCounts(hub, repository, issue));
      const moved = action === 'synchronize' ? { before: options.before ?? shape.base.sha, after: shape.head.sha } : {};
      return event({ action, number: options.number, pull_request: shape, ...moved, ...common });
    }
    case 'push':
      return event({ ...(await push(hub, repository, options)), ...common, repository: pushedRepository(hub, repository) });
    case 'workflow_dispatch': {
      const ref = `refs/heads/${options.branch ?? repository.defaultBranch}`;
      return event({ inputs: options.inputs ?? null, ref, workflow: options.workflow, ...common });
    }
    case 'merge_group':
      return event({ action: 'checks_requested', merge_group: await mergeGroup(hub, repository, options.number), ...common });
    case 'issues': {
      const issue = repository.issues.find(({ number, pull }) => number === options.number && pull === undefined);
      if (issue === undefined) throw new Error(`${fullName(repository)} has no issue ${options.number}`);
      const label = labelsOf(hub, repository, issue).find(({ name: own }) => own === options.label);
      if (label === undefined) throw new Error(`issue ${options.number} has no label ${options.label}`);
      return event({ action: 'labeled', issue: issueShape(hub, repository, issue), label, ...common });
    }
    case 'schedule':
      return event({ schedule: options.cron });
  }
}

async function push(hub: Hub, repository: Repository, options: EventOptions & { name: 'push' }) {
  const git = hub.git(repository);
  const after = options.after ?? repository.branches[options.branch] ?? NOTHING;
  const before = options.before ?? NOTHING;
  const deleted = after === NOTHING;
  const created = before === NOTHING;
  const range = created ? ['--max-count=1', after] : ['--reverse', `${before}..${after}`];
  const commits = deleted
    ? []
    : await Promise.all((await commitsOf(git, range)).map((commit) => pushedCommit(hub, repository, commit)));
  const pusher = accountOf(hub.state, repository.owner);
  return {
    ref: `refs/heads/${options.branch}`,
    before,
    after,
    created,
    deleted,
    forced: options.forced ?? (!created && !deleted && !(await isAncestor(git, before, after))),
    base_ref: null,
    compare: `${pageOf(hub, repository)}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits,
    head_commit: commits.at(-1) ?? null,
    pusher: { name: pusher.login, email: `${pusher.id}+${pusher.login}@users.noreply.github.com` },
  };
}

/** In a push alone, times of the repository are Unix seconds and it has some names twice. */
function pushedRepository(hub: Hub, repository: Repository) {
  const shape = repositoryShape(hub, repository);
  const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);
  return {
    ...shape,
    owner: { ...shape.owner, name: repository.owner, email: null },
    created_at: seconds(repository.createdAt),
    pushed_at: seconds(repository.pushedAt),
    stargazers: 0,
    master_branch: repository.defaultBranch,
  };
}

async function pushedCommit(hub: Hub, repository: Repository, commit: Commit) {
  const changes = await changesBetween(hub.git(repository), commit.parents[0], commit.sha);
  const paths = (...status: string[]) => changes.filter((change) => status.includes(change.status)).map(({ path }) => path);
  return {
    ...shortCommit(commit, (signature) => accountOfAddress(hub.state, signature.email)?.login),
    distinct: true,
    url: `${pageOf(hub, repository)}/commit/${commit.sha}`,
    added: paths('added', 'copied', 'renamed'),
    removed: [...paths('removed'), ...changes.flatMap(({ from }) => (from === undefined ? [] : [from]))],
    modified: paths('modified', 'changed'),
  };
}

/** A group of one, which GitHub's merge queue tests in place of the branch. */
async function mergeGroup(hub: Hub, repository: Repository, number: number) {
  const { pull } = pullOf(repository, number);
  const git = hub.git(repository);
  const sha = pull.trialSha ?? (await resolveCommit(git, pull.headSha))!;
  return {
    head_sha: sha,
    head_ref: `refs/heads/gh-readonly-queue/${pull.baseBranch}/pr-${number}-${pull.baseSha}`,
    base_sha: pull.baseSha,
    base_ref: `refs/heads/${pull.baseBranch}`,
    head_commit: shortCommit(await readCommit(git, sha), () => undefined),
  };
}

function shortCommit(commit: Commit, login: (signature: Signature) => string | undefined) {
  const person = (signature: Signature) => {
    const username = login(signature);
    return { name: signature.name, email: signature.email, ...(username === undefined ? {} : { username }) };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: person(commit.author),
    committer: person(commit.committer),
  };
}

function pullOf(repository: Repository, number: number): PullIssue {
  const issue = repository.issues.find((one) => one.number === number);
  if (issue?.pull === undefined) throw new Error(`${fullName(repository)} has no pull request ${number}`);
  return issue as PullIssue;
}

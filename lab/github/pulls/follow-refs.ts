import { mergedTree } from '../git/merge.ts';
import { branchHeads, isAncestor, setRefs, typeOf } from '../git/refs.ts';
import type { Git } from '../git/run.ts';
import { writeCommit } from '../git/write-commit.ts';
import type { Cause } from '../happenings.ts';
import { fullName, type Hub } from '../hub.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Repository } from '../state/model.ts';
import { dismissStale } from './rules.ts';

/** What git calls no commit at all: before a branch, and after it. */
export const NOTHING = '0'.repeat(40);

/**
 * Brings everything up to date that GitHub derives from branches: the heads and bases of open pull requests, refs/pull/N/head
 * and /merge, whether they merge, and pull requests that end because a branch has gone or has got their commits by a push.
 * Called after whatever may have moved a branch, within the repository's lane. Calls out the pushes, and the new heads of pull requests.
 */
export async function followRefs(hub: Hub, repository: Repository, by: Cause): Promise<void> {
  const before = repository.branches;
  const after = await branchHeads(hub.git(repository));
  const moved = new Set([...Object.keys(before), ...Object.keys(after)].filter((name) => before[name] !== after[name]));
  if (moved.size === 0) return;
  repository.branches = after;
  repository.pushedAt = hub.now();
  const name = fullName(repository);
  for (const branch of moved) {
    const [from, to] = [before[branch], after[branch]];
    const event = { name: 'push' as const, branch, ...(from === undefined ? {} : { before: from }), after: to ?? NOTHING };
    hub.happenings.emit('happened', { repository: name, by, event });
  }
  for (const target of hub.state.repositories) {
    for (const issue of target.issues.filter(isOpenPull)) {
      const { pull } = issue;
      const headMoved = pull.headRepository === name && moved.has(pull.headBranch);
      const baseMoved = target === repository && moved.has(pull.baseBranch);
      if (!headMoved && !baseMoved) continue;
      const { headSha } = pull;
      await followPull(hub, target, issue, headMoved);
      if (!headMoved || !isOpenPull(issue)) continue;
      pull.pushedBy = by.login;
      dismissStale(target, issue);
      const event = { name: 'pull_request' as const, number: issue.number, action: 'synchronize' as const, before: headSha };
      hub.happenings.emit('happened', { repository: fullName(target), by, event });
    }
  }
}

export function isOpenPull(issue: { state: string; pull?: unknown }): issue is PullIssue {
  return issue.pull !== undefined && issue.state === 'open';
}

/** The commit at the head of a pull request's branch, which may be in a fork. */
export function headOf(hub: Hub, repository: Repository, { pull }: PullIssue): string | undefined {
  const source = hub.state.repositories.find((one) => fullName(one) === pull.headRepository) ?? repository;
  return source.branches[pull.headBranch];
}

/** Gets a commit of a fork, with its history, where it is not there yet. */
export async function fetchFromFork(hub: Hub, repository: Repository, source: Repository, sha: string): Promise<void> {
  const git = hub.git(repository);
  if (source === repository || (await typeOf(git, sha)) !== undefined) return;
  await git.run(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', hub.git(source).folder, sha]);
}

/** Writes refs/pull/N/head and the trial merge. */
export async function writePullRefs(hub: Hub, repository: Repository, issue: PullIssue): Promise<void> {
  const git = hub.git(repository);
  const { pull, number } = issue;
  const trial = await trialMerge(hub, git, issue);
  if (trial === undefined) delete pull.trialSha;
  else pull.trialSha = trial;
  const there =
    trial !== undefined || (await git.attempt(['rev-parse', '--verify', '--quiet', `refs/pull/${number}/merge`])).exitCode === 0;
  await setRefs(git, [
    { name: `refs/pull/${number}/head`, sha: pull.headSha },
    ...(there ? [{ name: `refs/pull/${number}/merge`, sha: trial }] : []),
  ]);
}

async function followPull(hub: Hub, repository: Repository, issue: PullIssue, headMoved: boolean): Promise<void> {
  const git = hub.git(repository);
  const { pull } = issue;
  const head = headOf(hub, repository, issue);
  const base = repository.branches[pull.baseBranch];
  if (head === undefined || base === undefined) return close(hub, issue);
  const source = hub.state.repositories.find((one) => fullName(one) === pull.headRepository) ?? repository;
  await fetchFromFork(hub, repository, source, head);
  const contained = await isAncestor(git, head, base);
  if (contained && headMoved) return close(hub, issue); // nothing is left between the two
  issue.updatedAt = hub.now();
  pull.headSha = head;
  if (contained) {
    // Somebody has pushed its commits to the base: GitHub shows it as merged then.
    pull.merged = { sha: base, at: hub.now(), by: issue.author };
    return close(hub, issue);
  }
  pull.baseSha = base;
  await writePullRefs(hub, repository, issue);
}

function close(hub: Hub, issue: PullIssue): void {
  issue.state = 'closed';
  issue.closedAt = hub.now();
  issue.updatedAt = issue.closedAt;
  delete issue.pull.trialSha;
}

async function trialMerge(hub: Hub, git: Git, { pull }: PullIssue): Promise<string | undefined> {
  const tree = await mergedTree(git, pull.baseSha, pull.headSha);
  if (tree === undefined) return undefined;
  const who = { name: 'GitHub', email: 'noreply@github.com', date: hub.now() };
  return writeCommit(git, {
    tree,
    parents: [pull.baseSha, pull.headSha],
    message: `Merge ${pull.headSha} into ${pull.baseSha}`,
    author: who,
    committer: who,
  });
}

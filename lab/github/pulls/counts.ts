import { rebased } from '../git/rebase.ts';
import type { Git } from '../git/run.ts';
import type { Hub } from '../hub.ts';
import type { PullCounts, PullIssue } from '../shapes/pull.ts';
import type { Repository } from '../state/model.ts';
import { checkStates } from './check-states.ts';
import { pullFiles } from './facts.ts';
import { obstacles } from './rules.ts';

/** What GitHub works out when it shows a pull request by itself. */
export async function pullCounts(hub: Hub, repository: Repository, issue: PullIssue): Promise<PullCounts> {
  const git = hub.git(repository);
  const [files, commits, rebaseable, missing] = await Promise.all([
    pullFiles(git, issue),
    git.run(['rev-list', '--count', `${issue.pull.baseSha}..${issue.pull.headSha}`]),
    issue.state === 'open' ? isRebaseable(git, issue) : null,
    obstacles(hub, repository, issue),
  ]);
  const green = [...checkStates(repository, issue.pull.headSha).values()].every((state) => state === 'success');
  return {
    standing: missing.length > 0 ? 'blocked' : green ? 'clean' : 'unstable',
    rebaseable,
    commits: Number(commits),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: files.length,
  };
}

async function isRebaseable(git: Git, { pull }: PullIssue): Promise<boolean> {
  const nobody = { name: 'GitHub', email: 'noreply@github.com', date: '2020-01-01T00:00:00Z' };
  return pull.trialSha !== undefined && (await rebased(git, pull.baseSha, pull.headSha, nobody)) !== undefined;
}

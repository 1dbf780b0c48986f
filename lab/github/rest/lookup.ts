import { resolveCommit } from '../git/commits.ts';
import type { RepositoryCall } from '../http/call.ts';
import { notFound, Problem, refused } from '../http/problem.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Issue } from '../state/model.ts';

/** An issue or pull request by the number in the path. Throws 404. */
export function issueIn({ repository, params }: RepositoryCall): Issue {
  const issue = repository.issues.find(({ number }) => String(number) === params['issue_number']);
  if (issue === undefined) throw notFound();
  return issue;
}

/** A pull request by the number in the path. Throws 404. */
export function pullIn({ repository, params }: RepositoryCall): PullIssue {
  const issue = repository.issues.find(({ number }) => String(number) === params['pull_number']);
  if (issue?.pull === undefined) throw notFound();
  return issue as PullIssue;
}

/** Something with the id in the path. Throws 404. */
export function withId<T extends { id: number }>(all: readonly T[], id: string | undefined): T {
  const found = all.find((one) => String(one.id) === id);
  if (found === undefined) throw notFound();
  return found;
}

/** The commit that a sha, branch or tag names. Throws 422 as GitHub does. */
export async function commitIn(call: RepositoryCall, name: string): Promise<string> {
  const sha = await resolveCommit(call.git, name.replace(/^heads\//, 'refs/heads/').replace(/^tags\//, 'refs/tags/'));
  if (sha === undefined) throw refused(`No commit found for SHA: ${name}`);
  return sha;
}

/** Most of what writes needs a repository that is not empty: GitHub answers 409 there. */
export function notEmpty({ repository }: RepositoryCall): void {
  if (Object.keys(repository.branches).length === 0) throw new Problem(409, 'Git Repository is empty.');
}

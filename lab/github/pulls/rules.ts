import type { Hub } from '../hub.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Repository, Review } from '../state/model.ts';
import { checkStates } from './check-states.ts';
import { ownersOf } from './code-owners.ts';
import { pullFiles } from './facts.ts';

/** What the rules of its base want of a pull request that it does not have, in GitHub's words. Nobody may bypass them here. */
export async function obstacles(hub: Hub, repository: Repository, issue: PullIssue): Promise<string[]> {
  const { approvals = 0, codeOwners, lastPush, checks = [] } = repository.rules[issue.pull.baseBranch] ?? {};
  const reviews = latestReviews(repository, issue);
  const approving = reviews.filter(({ state }) => state === 'APPROVED').map(({ author }) => author);
  const refusing = reviews.filter(({ state }) => state === 'CHANGES_REQUESTED');
  const missing: string[] = [];
  if (approving.length < approvals)
    missing.push(
      `At least ${approvals} approving review${approvals === 1 ? ' is' : 's are'} required by reviewers with write access.`,
    );
  if (approvals > 0 && refusing.length > 0)
    missing.push(
      `${refusing.length} review${refusing.length === 1 ? '' : 's'} requesting changes by reviewers with write access.`,
    );
  if (codeOwners === true) missing.push(...(await ownersMissing(hub, repository, issue, approving)));
  if (lastPush === true && approving.every((login) => login === (issue.pull.pushedBy ?? issue.author)))
    missing.push('New changes require approval from someone other than the last pusher.');
  const states = checkStates(repository, issue.pull.headSha);
  for (const name of checks) {
    const state = states.get(name);
    if (state !== 'success') missing.push(`Required status check "${name}" is ${WORDS[state ?? 'expected']}.`);
  }
  return missing;
}

const WORDS = { expected: 'expected', pending: 'pending', failure: 'failing' };

/** Of each reviewer who may write what was said last; a comment takes nothing back. */
function latestReviews({ reviews }: Repository, { number }: PullIssue): Review[] {
  const said = reviews.filter((review) => review.number === number && review.counts && review.state !== 'COMMENTED');
  return [...new Map(said.map((review) => [review.author, review])).values()];
}

async function ownersMissing(
  hub: Hub,
  repository: Repository,
  issue: PullIssue,
  approving: readonly string[],
): Promise<string[]> {
  const git = hub.git(repository);
  const files = await pullFiles(git, issue);
  const paths = files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]));
  const owned = await ownersOf(git, issue.pull.baseSha, paths);
  const people = (owner: string) => (owner.includes('/') ? (repository.teams?.[owner] ?? []) : [owner]);
  const open = owned.filter((owners) => !owners.flatMap(people).some((login) => approving.includes(login)));
  return [...new Set(open.map((owners) => `Waiting on code owner review from ${owners.join(', ')}.`))];
}

/** A new head takes approvals back where the base wants it so. */
export function dismissStale({ rules, reviews }: Repository, { number, pull }: PullIssue): void {
  if (rules[pull.baseBranch]?.dismissStale !== true) return;
  for (const review of reviews) if (review.number === number && review.state === 'APPROVED') review.state = 'DISMISSED';
}

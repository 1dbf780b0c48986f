import { findRepository, fullName, type Hub } from '../hub.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Repository } from '../state/model.ts';
import { isOpenPull } from './follow-refs.ts';

export interface Head {
  repository: Repository;
  branch: string;
}

/** What `branch`, `owner:branch` (with or without head_repo) names: a branch here or in a fork. */
export function parseHead(hub: Hub, repository: Repository, head: string): Head | undefined {
  const colon = head.indexOf(':');
  if (colon < 0) return { repository, branch: head };
  const owner = head.slice(0, colon);
  const branch = head.slice(colon + 1);
  if (owner.toLowerCase() === repository.owner.toLowerCase()) return { repository, branch };
  const fork = hub.state.repositories.find(
    (one) => one.forkOf === fullName(repository) && one.owner.toLowerCase() === owner.toLowerCase(),
  );
  return fork === undefined ? undefined : { repository: fork, branch };
}

export function sourceOf(hub: Hub, name: string): Repository | undefined {
  return findRepository(hub.state, name);
}

/** The open pull request that a branch already has into a base. */
export function findDuplicate(
  repository: Repository,
  headRepository: string,
  headBranch: string,
  baseBranch: string,
): PullIssue | undefined {
  return repository.issues
    .filter(isOpenPull)
    .find(
      ({ pull }) => pull.headRepository === headRepository && pull.headBranch === headBranch && pull.baseBranch === baseBranch,
    );
}

export function duplicateMessage(headRepository: string, headBranch: string): string {
  return `A pull request already exists for ${headRepository.split('/')[0]}:${headBranch}.`;
}

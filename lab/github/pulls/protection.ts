import { Problem } from '../http/problem.ts';
import type { Repository } from '../state/model.ts';

/**
 * Refuses a direct change of a protected branch, with 422 and GitHub's words: a ruleset names itself, branch protection says
 * only what it wants, and a branch that is to be created is refused without a reason.
 */
export function checkProtection(repository: Repository, ref: string, change: 'create' | 'update' | 'force' | 'delete'): void {
  if (!ref.startsWith('refs/heads/')) return;
  const kind = repository.protected[ref.slice('refs/heads/'.length)];
  if (kind === undefined) return;
  throw new Problem(422, change === 'create' ? 'Reference update failed' : REASONS[kind][change], {
    ...(kind === 'classic' ? { documentation: 'https://docs.github.com/articles/about-protected-branches' } : {}),
  });
}

const REASONS = {
  classic: {
    update: 'Changes must be made through a pull request.',
    force: 'Cannot force-push to this protected branch',
    delete: 'Cannot delete this protected branch',
  },
  ruleset: {
    update: 'Repository rule violations found\n\nChanges must be made through a pull request.\n\n',
    force: 'Repository rule violations found\n\nCannot force-push to this branch\n\n',
    delete: 'Repository rule violations found\n\nCannot delete this branch\n\n',
  },
};

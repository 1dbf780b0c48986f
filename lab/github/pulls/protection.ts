import { refused } from '../http/problem.ts';
import type { Repository } from '../state/model.ts';

/**
 * Refuses a direct change of a protected branch in GitHub's words (422): for a ruleset "Repository rule violations found",
 * for branch protection the name of the ref.
 */
export function checkProtection(repository: Repository, ref: string): void {
  const kind = repository.protected[ref.replace(/^refs\/heads\//, '')];
  if (kind === undefined || !ref.startsWith('refs/heads/')) return;
  throw refused(
    kind === 'ruleset'
      ? 'Repository rule violations found\n\nChanges must be made through a pull request.\n\n'
      : `Protected branch update failed for ${ref}: Changes must be made through a pull request.`,
  );
}

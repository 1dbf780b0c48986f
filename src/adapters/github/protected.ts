import { ForgeError } from '../../ports/forge.ts';
import type { Refusal } from './refusal.ts';

/** How GitHub words that a protected branch or a ruleset does not let a write through. */
const RULES: readonly RegExp[] = [
  /protected (branch|ref)/i,
  /rule violations? found/i,
  /changes must be made through a pull request/i,
  /required status checks?/i,
  /approving reviews?/i,
  /not authorized to push/i,
  /must not contain merge commits/i,
  /must have verified signatures/i,
  /cannot (create|update|delete) (this )?ref due to/i,
  // All that GitHub says if a rule prevents a new branch from being created.
  /^reference update failed\b/i,
];

export function isProtection({ status, said }: Refusal): boolean {
  return [403, 409, 422].includes(status) && RULES.some((rule) => rule.test(said));
}

/** A write that a rule of the repository does not let through, with the rule in GitHub's words. */
export function protectedFailure({ said }: Refusal, branch: string | undefined): ForgeError {
  const rule = said.replace(/^repository rule violations? found[:\s]*/i, '').trim();
  const where = branch === undefined ? 'a branch' : `the branch ${branch}`;
  return new ForgeError(`a rule of the repository protects ${where}${rule === '' ? '' : `: ${rule}`}`, {
    reason: 'protected',
    hint: `leave ${where} out of the rule (settings of the repository: Rules, or Branches), or let the account of the token bypass it`,
  });
}

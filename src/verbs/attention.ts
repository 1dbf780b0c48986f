import type { Attention, ReviewAttention } from '../model/attention.ts';
import { UserError } from '../model/user-error.ts';
import type { Invocation } from './verb.ts';

/** With `_` and a short code those of managed users; old ones end with a hyphen. */
const LOGIN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?$/;
const TEAM = /^[A-Za-z0-9._-]{1,100}$/;
/** GitHub's greatest length of a label's name. */
const LABEL_LENGTH = 50;

/** What is wished of an issue; undefined: nothing. Throws UserError for what cannot be the name of a label or a login. */
export function attentionOf(invocation: Invocation): Attention | undefined {
  const labels = names(
    invocation,
    'labels',
    (name) => name !== '' && [...name].length <= LABEL_LENGTH,
    `a label has 1 to ${LABEL_LENGTH} characters`,
  );
  const assignees = names(
    invocation,
    'assignees',
    (name) => LOGIN.test(name),
    'a login has letters, digits, hyphens and underscores',
  );
  return labels.length + assignees.length === 0 ? undefined : { labels, assignees };
}

/** What is wished of a pull request; undefined: nothing. Throws UserError as above, and for what cannot be the slug of a team. */
export function reviewAttentionOf(invocation: Invocation): ReviewAttention | undefined {
  const { labels = [], assignees = [] } = attentionOf(invocation) ?? {};
  const reviewers = names(
    invocation,
    'reviewers',
    (name) => LOGIN.test(name),
    'a login has letters, digits, hyphens and underscores',
  );
  const teamReviewers = names(
    invocation,
    'team-reviewers',
    (name) => TEAM.test(name),
    'the slug of a team has letters, digits, dots, hyphens and underscores, and no name of its organization before it',
  );
  const draft = invocation.on('draft');
  const none = labels.length + assignees.length + reviewers.length + teamReviewers.length === 0 && !draft;
  return none ? undefined : { labels, assignees, reviewers, teamReviewers, draft };
}

/** The values of a flag, each once. */
function names(invocation: Invocation, flag: string, fits: (name: string) => boolean, rule: string): string[] {
  const given = invocation.list(flag).map((name) => name.trim());
  const wrong = given.find((name) => !fits(name));
  if (wrong !== undefined) throw new UserError(`--${flag} cannot be ${JSON.stringify(wrong)}`, rule);
  return given.filter((name, index) => given.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === index);
}

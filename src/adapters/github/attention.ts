import type { AttentionGiven, ReviewAttention } from '../../model/attention.ts';
import { type Access, PAGE } from './access.ts';
import { isStatus, refusalOf } from './refusal.ts';

/** A pull request as far as its sidebar goes. Lists and single ones have it alike. */
export interface Attended {
  number: number;
  user: { login: string } | null;
  labels: readonly { name?: string }[];
  assignees?: readonly { login: string }[] | null;
  requested_reviewers?: readonly { login: string }[] | null;
  requested_teams?: readonly { slug: string }[] | null;
}

type Names = readonly string[];

/**
 * Adds what of the wishes a pull request lacks, and gives what it has of them then. Who has reviewed is not asked again, and no team once
 * somebody has (`isNew`: nobody can have yet). What GitHub refuses (a person without access, a team that the token does not see) is said, and holds up nothing else.
 */
export async function attend(access: Access, pull: Attended, wishes: ReviewAttention, isNew: boolean): Promise<AttentionGiven> {
  const has = givenOf(pull, wishes);
  return {
    labels: [...has.labels, ...(await label(access, pull, lacking(wishes.labels, has.labels)))],
    assignees: [...has.assignees, ...(await assign(access, pull, lacking(wishes.assignees, has.assignees)))],
    ...(await requestReviews(access, pull, wishes, { has, isNew })),
  };
}

/** What a pull request has of the wishes, as they are spelled. */
export function givenOf(pull: Attended, wishes: ReviewAttention): AttentionGiven {
  const among = (wanted: Names, there: Names) => wanted.filter((name) => holds(there, name));
  return {
    labels: among(
      wishes.labels,
      pull.labels.flatMap(({ name }) => name ?? []),
    ),
    assignees: among(wishes.assignees, loginsOf(pull.assignees)),
    reviewers: among(wishes.reviewers, loginsOf(pull.requested_reviewers)),
    teamReviewers: among(
      wishes.teamReviewers,
      (pull.requested_teams ?? []).map(({ slug }) => slug),
    ),
  };
}

async function label({ client, at, waiting }: Access, { number }: Attended, labels: Names): Promise<Names> {
  if (labels.length === 0) return [];
  const octokit = await client();
  const refused = await refusalTo(() => octokit.rest.issues.addLabels({ ...at, issue_number: number, labels: [...labels] }));
  if (refused === undefined) return labels;
  waiting.say(`pull request ${number} did not get the labels ${labels.join(', ')}: ${refused}`);
  return [];
}

async function assign({ client, at, waiting }: Access, { number }: Attended, assignees: Names): Promise<Names> {
  if (assignees.length === 0) return [];
  const octokit = await client();
  let there: Names = [];
  const refused = await refusalTo(async () => {
    const { data } = await octokit.rest.issues.addAssignees({ ...at, issue_number: number, assignees: [...assignees] });
    there = loginsOf(data.assignees);
  });
  // Whoever may not be assigned is left out without a word.
  const left = lacking(assignees, there);
  if (left.length > 0)
    waiting.say(
      `pull request ${number} was not assigned to ${left.join(', ')}: ${refused ?? 'GitHub assigns only people with access to the repository'}`,
    );
  return assignees.filter((name) => holds(there, name));
}

async function requestReviews(
  access: Access,
  pull: Attended,
  wishes: ReviewAttention,
  { has, isNew }: { has: AttentionGiven; isNew: boolean },
): Promise<Pick<AttentionGiven, 'reviewers' | 'teamReviewers'>> {
  let people = lacking(wishes.reviewers, has.reviewers);
  let teams = lacking(wishes.teamReviewers, has.teamReviewers);
  if (!isNew && people.length + teams.length > 0) {
    const reviewed = await reviewersOf(access, pull.number);
    people = people.filter((login) => !holds(reviewed, login));
    if (reviewed.length > 0) teams = [];
  }
  const author = people.find((login) => login.toLowerCase() === pull.user?.login.toLowerCase());
  if (author !== undefined)
    access.waiting.say(`pull request ${pull.number} was opened by ${author}, who cannot be asked to review it`);
  people = people.filter((login) => login !== author);
  const asked = await ask(access, pull.number, people, teams);
  return { reviewers: [...has.reviewers, ...asked.people], teamReviewers: [...has.teamReviewers, ...asked.teams] };
}

/** One that may not be asked makes GitHub refuse the whole request: then each is asked alone. */
async function ask(access: Access, number: number, people: Names, teams: Names): Promise<{ people: Names; teams: Names }> {
  if (people.length + teams.length === 0) return { people, teams };
  const octokit = await access.client();
  const refused = await refusalTo(() =>
    octokit.rest.pulls.requestReviewers({
      ...access.at,
      pull_number: number,
      reviewers: [...people],
      team_reviewers: [...teams],
    }),
  );
  if (refused === undefined) return { people, teams };
  if (people.length + teams.length === 1) {
    access.waiting.say(`pull request ${number}: no review was requested of ${[...people, ...teams].join('')}: ${refused}`);
    return { people: [], teams: [] };
  }
  const asked: { people: string[]; teams: string[] } = { people: [], teams: [] };
  for (const login of people) asked.people.push(...(await ask(access, number, [login], [])).people);
  for (const slug of teams) asked.teams.push(...(await ask(access, number, [], [slug])).teams);
  return asked;
}

async function reviewersOf({ client, at }: Access, number: number): Promise<Names> {
  const octokit = await client();
  const reviews = await octokit.paginate(octokit.rest.pulls.listReviews, { ...at, ...PAGE, pull_number: number });
  // What a bot remarks does not count as a review, and one that was dismissed has to be given again.
  const standing = reviews.filter(({ state, user }) => state !== 'DISMISSED' && user?.type !== 'Bot');
  return standing.flatMap(({ user }) => user?.login ?? []);
}

/** GitHub's words where it does not do what was asked; undefined where it does. Anything else goes on as an error. */
async function refusalTo(task: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await task();
    return undefined;
  } catch (error) {
    const refusal = refusalOf(error);
    const isRateLimit = /rate limit/i.test(refusal?.said ?? '');
    if (!isStatus(error, 403, 404, 422) || isRateLimit) throw error;
    return refusal?.said === '' ? `refused (${refusal.status})` : `${refusal!.said} (${refusal!.status})`;
  }
}

function loginsOf(accounts: readonly { login: string }[] | null | undefined): Names {
  return (accounts ?? []).map(({ login }) => login);
}

/** GitHub's names are the same in any case. */
function holds(names: Names, name: string): boolean {
  return names.some((each) => each.toLowerCase() === name.toLowerCase());
}

function lacking(wanted: Names, there: Names): string[] {
  return wanted.filter((name) => !holds(there, name));
}

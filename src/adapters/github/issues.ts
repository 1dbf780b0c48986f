import type { Marker } from '../../model/forge.ts';
import { present } from '../../model/present.ts';
import type { Ensured, IssueInput, KeptText } from '../../ports/forge.ts';
import { type Access, makeOnce, PAGE } from './access.ts';
import { ensureComment } from './comments.ts';
import { readHeader } from './header.ts';
import { ownHeader, written } from './kept-text.ts';
import { isStatus } from './refusal.ts';

interface OwnIssue {
  number: number;
  url: string;
  content: string;
}

/** One open issue of ours under the marker. Of several (two runs at the same time) the oldest stays open. */
export async function ensureIssue(access: Access, input: IssueInput): Promise<Ensured> {
  const { marker, title, notes } = input;
  const { text, content } = written(input, { title, ...present({ notes }) });
  const octokit = await access.client();
  const before = await ownIssues(access, marker);
  const made =
    before.length > 0
      ? undefined
      : await makeOnce(
          access,
          async () => asOwn(await open(access, input, text), content),
          async () => (await ownIssues(access, marker))[0],
        );
  // After an issue was opened another look: somebody may have opened one too. A listing may be a moment behind, ours is there.
  const listed = made === undefined ? before : await ownIssues(access, marker);
  const [issue, ...others] = [
    ...listed,
    ...(made === undefined || listed.some(({ number }) => number === made.number) ? [] : [made]),
  ];
  for (const { number } of others) await close(access, number, 'not_planned');
  const { number, url } = issue!;
  if (issue!.content !== content) await octokit.rest.issues.update({ ...access.at, issue_number: number, title, body: text });
  const operation = made !== undefined ? 'created' : issue!.content === content ? 'unchanged' : 'updated';
  return { operation, id: number, url };
}

/** Opens it. People who cannot be assigned are left out: with one of them GitHub refuses the issue. */
async function open(
  access: Access,
  { title, attention }: IssueInput,
  body: string,
): Promise<{ number: number; html_url: string }> {
  const { labels = [], assignees = [] } = attention ?? {};
  const octokit = await access.client();
  const create = async (people: readonly string[]) => {
    const more = {
      ...(labels.length === 0 ? {} : { labels: [...labels] }),
      ...(people.length === 0 ? {} : { assignees: [...people] }),
    };
    return (await octokit.rest.issues.create({ ...access.at, title, body, ...more })).data;
  };
  try {
    return await create(assignees);
  } catch (error) {
    if (!isStatus(error, 422) || assignees.length === 0) throw error;
    const able = await Promise.all(assignees.map((login) => mayBeAssigned(access, login)));
    const left = assignees.filter((_, at) => !able[at]);
    if (left.length === 0) throw error;
    access.waiting.say(
      `an issue is not assigned to ${left.join(', ')}: GitHub assigns only people with access to the repository`,
    );
    return await create(assignees.filter((_, at) => able[at]));
  }
}

async function mayBeAssigned({ client, at }: Access, assignee: string): Promise<boolean> {
  try {
    await (await client()).rest.issues.checkUserCanBeAssigned({ ...at, assignee });
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}

/** Says why and closes the open issues of ours under the marker; undefined where there is none. */
export async function ensureIssueClosed(
  access: Access,
  graphqlUrl: string,
  marker: Marker,
  comment: KeptText,
): Promise<Ensured | undefined> {
  const [issue, ...others] = await ownIssues(access, marker);
  if (issue === undefined) return undefined;
  await ensureComment(access, graphqlUrl, { ...comment, issue: issue.number, order: { run: 0, attempt: 0 } });
  await close(access, issue.number, 'completed');
  for (const { number } of others) await close(access, number, 'not_planned');
  return { operation: 'updated', id: issue.number, url: issue.url };
}

/** What the open issues of ours about a fleet keep, by subject; of several about one the oldest counts. */
export async function issueNotes(access: Access, { kind, fleet }: Omit<Marker, 'subject'>): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const { body, user, pull_request } of await openIssues(access)) {
    const header = user?.login === (await access.whoami()) && pull_request === undefined ? readHeader(body) : undefined;
    if (header?.kind !== kind || header.fleet !== fleet || header.subject === undefined) continue;
    if (!found.has(header.subject)) found.set(header.subject, header.notes);
  }
  return found;
}

async function close({ client, at }: Access, number: number, reason: 'completed' | 'not_planned'): Promise<void> {
  await (await client()).rest.issues.update({ ...at, issue_number: number, state: 'closed', state_reason: reason });
}

async function ownIssues(access: Access, marker: Marker): Promise<OwnIssue[]> {
  const login = await access.whoami();
  return (await openIssues(access)).flatMap((issue) => {
    const header = issue.pull_request === undefined ? ownHeader(issue, marker, login) : undefined;
    return header === undefined ? [] : [asOwn(issue, header.content)];
  });
}

/** What the token's user has opened, the oldest first. */
async function openIssues(access: Access) {
  const octokit = await access.client();
  const creator = await access.whoami();
  const open = await octokit.paginate(octokit.rest.issues.listForRepo, { ...access.at, ...PAGE, state: 'open', creator });
  return open.sort((a, b) => a.number - b.number);
}

function asOwn({ number, html_url }: { number: number; html_url: string }, content: string): OwnIssue {
  return { number, url: html_url, content };
}

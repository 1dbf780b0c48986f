import { typeOf } from '../git/refs.ts';
import { created } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalChoice, optionalText, text, withinLimit } from '../http/fields.ts';
import { listed, pageOf } from '../http/pagination.ts';
import { refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { combinedStatusShape, statusShape } from '../shapes/status.ts';
import type { Status } from '../state/model.ts';
import { commitIn } from './lookup.ts';
import { written } from './writer.ts';

/** Longest description. */
const DESCRIPTION_LIMIT = 140;

export const STATUS_ROUTES: readonly Route[] = [
  route('POST', '/statuses/{sha}', { needs: 'statuses=write', docs: 'commits/statuses#create-a-commit-status' }, createStatus),
  route(
    'GET',
    '/commits/{ref}/statuses',
    { needs: 'statuses=read', docs: 'commits/statuses#list-commit-statuses-for-a-reference' },
    async (call) => {
      const statuses = await statusesOf(call);
      return listed(call, pathOf(call, 'statuses'), statuses, (status) => statusShape(call.hub, call.repository, status));
    },
  ),
  route(
    'GET',
    '/commits/{ref}/status',
    { needs: 'statuses=read', docs: 'commits/statuses#get-the-combined-status-for-a-specific-reference' },
    combinedStatus,
  ),
];

async function createStatus(call: RepositoryCall) {
  const sha = call.params['sha']!;
  text(call.body, 'state');
  const state = optionalChoice(call.body, 'state', ['error', 'failure', 'pending', 'success'])!;
  const description = optionalText(call.body, 'description') ?? null;
  const targetUrl = optionalText(call.body, 'target_url') ?? null;
  withinLimit('Status', 'description', description ?? undefined, DESCRIPTION_LIMIT);
  if (targetUrl !== null && !/^https?:\/\//.test(targetUrl)) throw refused('Target URL must use http(s) scheme');
  if ((await typeOf(call.git, sha)) !== 'commit') throw refused(`No commit found for SHA: ${sha}`);
  const status: Status = {
    ...written(call),
    sha,
    state,
    context: optionalText(call.body, 'context') ?? 'default',
    description,
    targetUrl,
  };
  call.repository.statuses.push(status);
  return created(statusShape(call.hub, call.repository, status));
}

async function combinedStatus(call: RepositoryCall) {
  const seen = new Set<string>();
  const latest = (await statusesOf(call)).filter(({ context }) => !seen.has(context) && seen.add(context));
  const sha = await commitIn(call, call.params['ref']!);
  const shape = combinedStatusShape(call.hub, call.repository, sha, latest);
  const { items, headers } = pageOf(call, pathOf(call, 'status'), shape.statuses);
  return { status: 200, headers, body: { ...shape, statuses: items } };
}

/** Newest first. */
async function statusesOf(call: RepositoryCall): Promise<Status[]> {
  const sha = await commitIn(call, call.params['ref']!);
  return call.repository.statuses.filter((status) => status.sha === sha).reverse();
}

function pathOf({ params }: RepositoryCall, what: string): string {
  return `/repos/${params['owner']}/${params['repo']}/commits/${encodeURIComponent(params['ref']!)}/${what}`;
}

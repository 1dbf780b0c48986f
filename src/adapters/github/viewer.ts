import type { Octokit } from 'octokit';
import { REPEATABLE } from './client.ts';
import { isStatus } from './refusal.ts';

/** The account of the token that GitHub gives a workflow. */
const WORKFLOW_LOGIN = 'github-actions[bot]';

/**
 * Login that a token acts as. GraphQL's viewer answers every kind of token, installations with `[bot]` at the end, as the REST API
 * names authors; GET /user refuses installation tokens, so where both say nothing it is the one of a workflow.
 */
export async function viewerLogin(client: Octokit, graphqlUrl: string): Promise<string> {
  const query = 'query { viewer { login } }';
  const asked = await unlessRefused(client.request({ method: 'POST', url: graphqlUrl, query, request: REPEATABLE }));
  const login: unknown = asked?.data?.data?.viewer?.login;
  if (typeof login === 'string' && login !== '') return login;
  const user = await unlessRefused(client.rest.users.getAuthenticated());
  return user?.data.login ?? WORKFLOW_LOGIN;
}

/** Undefined if GitHub refuses this query to the token. */
async function unlessRefused<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isStatus(error, 403, 404, 422)) return undefined;
    throw error;
  }
}

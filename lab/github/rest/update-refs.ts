import { findRef, isAncestor, setRefs, typeOf } from '../git/refs.ts';
import { causeOf } from '../happenings.ts';
import { type Answer, ok } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import { Problem } from '../http/problem.ts';
import { followRefs, NOTHING } from '../pulls/follow-refs.ts';
import { checkProtection } from '../pulls/protection.ts';
import { nodeId } from '../shapes/schema.ts';
import type { Repository } from '../state/model.ts';
import { levelOf, sees } from '../state/tokens.ts';

interface RefUpdate {
  name: string;
  beforeOid?: string;
  afterOid: string;
  force?: boolean;
}

/** Whether a query is the mutation `updateRefs`. */
export function isUpdateRefs(query: string): boolean {
  return /^\s*mutation\b.*\bupdateRefs\s*\(\s*input:/s.test(query);
}

/**
 * GraphQL's `updateRefs`: sets, makes and removes refs, all or none of them, each only where it points to `beforeOid`
 * (https://docs.github.com/graphql/reference/mutations#updaterefs). What it refuses comes with status 200, as GraphQL's errors do.
 */
export async function updateRefs({ hub, token, body }: Call): Promise<Answer> {
  const { repositoryId, refUpdates } = (body['variables'] ?? {}) as { repositoryId?: string; refUpdates?: RefUpdate[] };
  const repository = hub.state.repositories.find((each) => sees(token, each) && nodeId('R', each.id) === repositoryId);
  if (repository === undefined) return failed('NOT_FOUND', `Could not resolve to a node with the global id of '${repositoryId}'`);
  if (levelOf(token, repository, 'contents') !== 'write')
    return failed(
      'FORBIDDEN',
      `Resource not accessible by ${token?.kind === 'installation' ? 'integration' : 'personal access token'}`,
    );
  return hub.exclusive(repository, async () => {
    const git = hub.git(repository);
    for (const update of refUpdates ?? []) {
      const reason = await refusal(repository, update, async (name) => (await findRef(git, name))?.sha, {
        exists: async (sha) => (await typeOf(git, sha)) === 'commit',
        forward: (from, to) => isAncestor(git, from, to),
      });
      if (reason !== undefined) return failed('UNPROCESSABLE', reason);
    }
    await setRefs(
      git,
      (refUpdates ?? []).map(({ name, afterOid }) => ({ name, sha: afterOid === NOTHING ? undefined : afterOid })),
    );
    await followRefs(hub, repository, causeOf(token));
    return ok({ data: { updateRefs: { clientMutationId: null } } });
  });
}

async function refusal(
  repository: Repository,
  { name, beforeOid, afterOid, force }: RefUpdate,
  shaOf: (name: string) => Promise<string | undefined>,
  commits: { exists(sha: string): Promise<boolean>; forward(from: string, to: string): Promise<boolean> },
): Promise<string | undefined> {
  const there = (await shaOf(name)) ?? NOTHING;
  if (beforeOid !== undefined && beforeOid !== there) return `Reference ${name} is at ${there} but expected ${beforeOid}`;
  const removes = afterOid === NOTHING;
  if (removes && name === `refs/heads/${repository.defaultBranch}`) return 'Cannot delete the default branch';
  if (!removes && !(await commits.exists(afterOid))) return 'Object does not exist';
  const forward = !removes && there !== NOTHING && (await commits.forward(there, afterOid));
  if (!removes && there !== NOTHING && !forward && force !== true) return 'Update is not a fast forward';
  try {
    checkProtection(repository, name, removes ? 'delete' : there === NOTHING ? 'create' : forward ? 'update' : 'force');
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

function failed(type: string, message: string): Answer {
  return ok({ data: { updateRefs: null }, errors: [{ type, path: ['updateRefs'], message }] });
}

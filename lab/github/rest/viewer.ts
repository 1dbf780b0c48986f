import { type Answer, created, ok } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import { optionalFlag, optionalText, text } from '../http/fields.ts';
import { invalid, Problem } from '../http/problem.ts';
import type { RateCounter } from '../http/rate.ts';
import type { Route } from '../http/router.ts';
import { findRepository } from '../hub.ts';
import { createRepository } from '../repositories.ts';
import { ownAccountShape } from '../shapes/account.ts';
import { fullRepositoryShape } from '../shapes/repository.ts';
import { nodeId } from '../shapes/schema.ts';
import { sees } from '../state/tokens.ts';
import { enableAutoMerge, isEnableAutoMerge } from './auto-merge.ts';
import { isUpdateRefs, updateRefs } from './update-refs.ts';
import { writerOf } from './writer.ts';

/** Routes that belong to no repository. */
export function viewerRoutes(rate: RateCounter): Route[] {
  return [
    {
      method: 'GET',
      template: '/user',
      needs: '',
      docs: 'users/users#get-the-authenticated-user',
      handle: undefined,
      handleGlobal: getUser,
    },
    {
      method: 'GET',
      template: '/rate_limit',
      needs: '',
      docs: 'rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user',
      handle: undefined,
      handleGlobal: ({ token }) => ok(rate.overview(token?.value)),
    },
    {
      method: 'POST',
      template: '/user/repos',
      needs: '',
      docs: 'repos/repos#create-a-repository-for-the-authenticated-user',
      handle: undefined,
      handleGlobal: createOwn,
    },
    { method: 'POST', template: '/graphql', needs: '', docs: 'graphql', handle: undefined, handleGlobal: graphql },
  ];
}

function getUser(call: Call) {
  const { account, app } = writerOf(call);
  if (app !== undefined) throw new Problem(403, 'Resource not accessible by integration');
  return ok(ownAccountShape(call.hub, account));
}

async function createOwn(call: Call) {
  const { account, app } = writerOf(call);
  if (app !== undefined) throw new Problem(403, 'Resource not accessible by integration');
  const name = text(call.body, 'name');
  if (findRepository(call.hub.state, `${account.login}/${name}`) !== undefined)
    throw invalid({ resource: 'Repository', code: 'custom', field: 'name', message: 'name already exists on this account' });
  const open = optionalFlag(call.body, 'private') !== true;
  const repository = await createRepository(call.hub, { owner: account.login, name, public: open });
  // GitHub's own default is off; only organizations may have it otherwise.
  repository.actionsMayOpenPullRequests = false;
  return created(fullRepositoryShape(call.hub, repository, call.token));
}

/**
 * GraphQL answers two questions here, who am I and what texts a comment had, moves refs, and lets pull requests merge by themselves; of everything else it says so, as
 * GraphQL does: with status 200.
 */
function graphql(call: Call): Answer | Promise<Answer> {
  const { account } = writerOf(call);
  const query = optionalText(call.body, 'query') ?? '';
  if (isUpdateRefs(query)) return updateRefs(call);
  if (isEnableAutoMerge(query)) return enableAutoMerge(call);
  if (/\bnode\s*\(\s*id:\s*\$id\s*\).*\buserContentEdits\b.*\bdiff\b/s.test(query)) return ok({ data: { node: editsOf(call) } });
  const fields = /^\s*(?:query\s*\w*\s*)?\{\s*viewer\s*\{\s*([\w\s,]*)\}\s*\}\s*$/.exec(query)?.[1];
  const known: Record<string, unknown> = {
    login: account.login,
    id: nodeId('U', account.id),
    databaseId: account.id,
    __typename: 'User',
  };
  const names = (fields ?? '').split(/[\s,]+/).filter((name) => name !== '');
  const foreign = fields === undefined ? 'Query' : names.find((name) => !(name in known));
  if (foreign !== undefined)
    return ok({
      errors: [
        { type: 'undefinedField', message: `The twin knows only viewer { ${Object.keys(known).join(' ')} }, not ${foreign}` },
      ],
    });
  return ok({ data: { viewer: Object.fromEntries(names.map((name) => [name, known[name]])) } });
}

/** `userContentEdits` of the comment that the variable id names: the latest first, each with the whole text that it left. */
function editsOf({ hub, token, body }: Call) {
  const { id } = (body as { variables?: { id?: unknown } }).variables ?? {};
  for (const repository of hub.state.repositories.filter((each) => sees(token, each))) {
    const comment = repository.comments.find((each) => nodeId('IC', each.id) === id);
    if (comment !== undefined)
      return { userContentEdits: { nodes: (comment.edits ?? []).toReversed().map((diff) => ({ diff })) } };
  }
  return null;
}

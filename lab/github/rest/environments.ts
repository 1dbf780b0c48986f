import { ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { optionalFlag, text } from '../http/fields.ts';
import { notFound, refused } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import { apiOf, pageOf } from '../shapes/repository.ts';
import { nodeId, type Schema } from '../shapes/schema.ts';
import type { Environment } from '../state/model.ts';

const DOCS = 'deployments/environments#';

/** Environments of a repository, and the branches that they are for. */
export const ENVIRONMENT_ROUTES: readonly Route[] = [
  route('GET', '/environments/{environment_name}', { needs: 'actions=read', docs: `${DOCS}get-an-environment` }, (call) =>
    ok(shapeOf(call, environmentIn(call))),
  ),
  route(
    'PUT',
    '/environments/{environment_name}',
    { needs: 'administration=write', docs: `${DOCS}create-or-update-an-environment` },
    (call) => {
      const policy = call.body['deployment_branch_policy'];
      const branches = policy === undefined || policy === null ? null : policyOf(policy as Record<string, unknown>);
      const name = call.params['environment_name']!;
      const now = call.hub.now();
      call.repository.environments ??= [];
      const known = call.repository.environments.find((each) => each.name === name);
      const environment = known ?? {
        id: call.hub.nextId(),
        name,
        branches,
        named: [],
        secrets: [],
        createdAt: now,
        updatedAt: now,
      };
      Object.assign(environment, { branches, updatedAt: now });
      if (known === undefined) call.repository.environments.push(environment);
      return ok(shapeOf(call, environment));
    },
  ),
  route(
    'POST',
    '/environments/{environment_name}/deployment-branch-policies',
    { needs: 'administration=write', docs: 'deployments/branch-policies#create-a-deployment-branch-policy' },
    (call) => {
      const environment = environmentIn(call);
      if (environment.branches?.custom_branch_policies !== true) throw notFound();
      const name = text(call.body, 'name');
      const id = call.hub.nextId();
      if (!environment.named.includes(name)) environment.named.push(name);
      const shape: Schema<'deployment-branch-policy'> = { id, node_id: nodeId('DBP', id), name, type: 'branch' };
      return ok(shape);
    },
  ),
];

/** An environment by the name in the path. Throws 404. */
export function environmentIn({ repository, params }: RepositoryCall): Environment {
  const found = repository.environments?.find(({ name }) => name === params['environment_name']);
  if (found === undefined) throw notFound();
  return found;
}

/** Both the same is none of the two: 422. */
function policyOf(body: Record<string, unknown>): NonNullable<Environment['branches']> {
  const [protectedOnes, custom] = [optionalFlag(body, 'protected_branches'), optionalFlag(body, 'custom_branch_policies')];
  if (protectedOnes === undefined || custom === undefined || protectedOnes === custom)
    throw refused('Validation Failed: protected_branches and custom_branch_policies cannot have the same value');
  return { protected_branches: protectedOnes, custom_branch_policies: custom };
}

function shapeOf({ hub, repository }: RepositoryCall, environment: Environment): Schema<'environment'> {
  const { id, name, branches, createdAt, updatedAt } = environment;
  const rule = { id: id + 1, node_id: nodeId('GA', id), type: 'branch_policy' };
  return {
    id,
    node_id: nodeId('EN', id),
    name,
    url: `${apiOf(hub, repository)}/environments/${encodeURIComponent(name)}`,
    html_url: `${pageOf(hub, repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: createdAt,
    updated_at: updatedAt,
    protection_rules: branches === null ? [] : [rule],
    deployment_branch_policy: branches,
  };
}

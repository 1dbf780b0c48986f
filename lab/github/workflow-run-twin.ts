import type { JobPermission } from './state/access.ts';
import type { Twin } from './twin.ts';
import type { WorkflowRunOptions } from './workflow-run.ts';
import type { Permissions } from './workflow-run-permissions.ts';

/** What a run on the twin takes from it: where it is, its repository, and a token that may do what the workflow asks for. */
export function onTwin(
  twin: Twin,
  repository: string,
): Pick<WorkflowRunOptions, 'source' | 'repository' | 'addresses' | 'token'> {
  return {
    source: twin.git(repository).folder,
    repository,
    addresses: { server: twin.url, api: twin.apiUrl, graphql: twin.graphqlUrl },
    token: (permissions) =>
      twin.addToken({ repositories: [repository], permissions: permissions === undefined ? 'read' : known(permissions) }),
  };
}

/** The twin does not judge other resources (packages, id-token …). */
function known(permissions: Permissions): Partial<Permissions> {
  const names: readonly JobPermission[] = ['contents', 'pull-requests', 'issues', 'checks', 'statuses', 'deployments', 'actions'];
  return Object.fromEntries(Object.entries(permissions).filter(([name]) => (names as readonly string[]).includes(name)));
}

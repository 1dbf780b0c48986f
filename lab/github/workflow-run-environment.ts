/** Where a GitHub is: of github.com https://github.com, https://api.github.com and https://api.github.com/graphql. */
export interface ServerAddresses {
  server: string;
  api: string;
  graphql: string;
}

export interface RunIdentity {
  /** GITHUB_RUN_ID */
  id: number;
  /** GITHUB_RUN_NUMBER */
  number: number;
  /** GITHUB_RUN_ATTEMPT; counts from 1. */
  attempt: number;
}

export interface RunFacts {
  addresses: ServerAddresses;
  /** owner/name */
  repository: string;
  /** Path of the workflow file in the repository. */
  workflow: string;
  /** In full: refs/heads/main. */
  ref: string;
  /** Commit of the run. */
  sha: string;
  run: RunIdentity;
  actor: string;
}

/**
 * The variables of a job (docs.github.com, "Default environment variables") that act does not know or gets wrong; the
 * others it derives from these and from the event. SHA_REF is the name under which act looks for the commit
 * (pkg/runner/run_context.go); steps do not see it.
 */
export function runEnvironment(facts: RunFacts): Record<string, string> {
  const { ref } = facts;
  return {
    GITHUB_SERVER_URL: facts.addresses.server,
    GITHUB_API_URL: facts.addresses.api,
    GITHUB_GRAPHQL_URL: facts.addresses.graphql,
    GITHUB_REPOSITORY: facts.repository,
    GITHUB_REPOSITORY_OWNER: facts.repository.split('/')[0] ?? '',
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REF_PROTECTED: 'false',
    SHA_REF: facts.sha,
    GITHUB_WORKFLOW_REF: `${facts.repository}/${facts.workflow}@${ref}`,
    GITHUB_WORKFLOW_SHA: facts.sha,
    GITHUB_TRIGGERING_ACTOR: facts.actor,
    GITHUB_RUN_ID: String(facts.run.id),
    GITHUB_RUN_NUMBER: String(facts.run.number),
    GITHUB_RUN_ATTEMPT: String(facts.run.attempt),
    GITHUB_RETENTION_DAYS: '90',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_ENVIRONMENT: 'github-hosted',
  };
}

import { present } from '../../model/present.ts';
import type { Told } from '../../model/repository-settings.ts';
import { ForgeError } from '../../ports/forge.ts';
import type { SettingsReader } from '../../ports/repository-settings.ts';
import { PAGE } from './access.ts';
import { isStatus, refusalOf } from './refusal.ts';
import { type ForgeOptions, type Talk, talkOf } from './talk.ts';

/** Reads the settings of a repository on GitHub's REST API. What the token may not see is untold, not an error. */
export function githubSettings(options: ForgeOptions): SettingsReader {
  const talk = talkOf(options);
  return {
    async read(environment) {
      const [repository, actions, mayOpenPullRequests, secrets, environmentSecrets] = await Promise.all([
        repositoryOf(talk),
        actionsOf(talk),
        pullRequestsOf(talk),
        secretsOf(talk),
        environmentSecretsOf(talk, environment),
      ]);
      const name = `${talk.access.at.owner}/${talk.access.at.repo}`;
      // Of a repository that the token does not see GitHub says that there is no environment, whether there is one or not.
      const there = 'told' in repository ? await environmentOf(talk, environment, repository.told.defaultBranch) : repository;
      return { name, repository, actions, mayOpenPullRequests, environment: there, secrets, environmentSecrets };
    },
  };
}

/** An answer, or why there is none: GitHub says 404 of what a token may not see, as of what is not there. */
async function told<T>({ to }: Talk, what: string, ask: () => Promise<T>): Promise<Told<T>> {
  try {
    return { told: await to(what, 'contents: read', () => ask().catch(unseen)) };
  } catch (error) {
    if (error instanceof Unseen || error instanceof ForgeError) return { untold: error.message };
    throw error;
  }
}

/** The token may not see something. */
class Unseen extends Error {}

function unseen(error: unknown): never {
  if (!isStatus(error, 403, 404)) throw error;
  // A rate limit is a 403, too, and says so.
  if (/rate limit/i.test(refusalOf(error)?.said ?? '')) throw error;
  throw new Unseen(`the token may not see it (GitHub answers ${refusalOf(error)?.status})`);
}

function repositoryOf(talk: Talk) {
  const { access } = talk;
  return told(talk, 'read the repository', async () => {
    const { data } = await (await access.client()).rest.repos.get(access.at);
    return { defaultBranch: data.default_branch, archived: data.archived };
  });
}

function actionsOf(talk: Talk) {
  const { access } = talk;
  return told(talk, 'read the settings of Actions', async () => {
    const { data } = await (await access.client()).rest.actions.getGithubActionsPermissionsRepository(access.at);
    return { enabled: data.enabled, allowed: data.allowed_actions ?? ('all' as const) };
  });
}

function pullRequestsOf(talk: Talk) {
  const { access } = talk;
  return told(talk, 'read the settings of Actions', async () => {
    const { data } = await (await access.client()).rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository(access.at);
    return data.can_approve_pull_request_reviews;
  });
}

function environmentOf(talk: Talk, name: string, defaultBranch: string) {
  const { access } = talk;
  return told(talk, `read the environment ${name}`, async () => {
    try {
      const { data } = await (await access.client()).rest.repos.getEnvironment({ ...access.at, environment_name: name });
      const policy = data.deployment_branch_policy;
      if (!policy) return { branches: 'any' } as const;
      const branches = policy.custom_branch_policies ? 'named' : 'protected';
      const admits = await (branches === 'named' ? namedBranches(talk, name) : protectedBranches(talk, defaultBranch));
      return { branches, ...present({ admits }) } as const;
    } catch (error) {
      // The repository is visible, or its own check says that it is not.
      if (isStatus(error, 404)) return undefined;
      throw error;
    }
  });
}

/** Patterns of the branches that an environment is for; undefined where the token may not see them. */
async function namedBranches({ access }: Talk, name: string): Promise<string[] | undefined> {
  const { repos } = (await access.client()).rest;
  return await repos
    .listDeploymentBranchPolicies({ ...access.at, environment_name: name, ...PAGE })
    .then(
      ({ data }) => data.branch_policies.filter(({ type }) => type !== 'tag').flatMap((policy) => policy.name ?? []),
      unlessUnseen,
    );
}

/** The default branch if it is a protected one; undefined where the token may not see that. */
async function protectedBranches({ access }: Talk, branch: string): Promise<string[] | undefined> {
  const { repos } = (await access.client()).rest;
  return await repos.getBranch({ ...access.at, branch }).then(({ data }) => (data.protected ? [branch] : []), unlessUnseen);
}

function unlessUnseen(error: unknown): undefined {
  if (!isStatus(error, 403, 404)) throw error;
  return undefined;
}

function secretsOf(talk: Talk) {
  const { access } = talk;
  return told(talk, 'read the names of secrets', async () => {
    const { actions } = (await access.client()).rest;
    const { data } = await actions.listRepoSecrets({ ...access.at, ...PAGE });
    const shared = await actions.listRepoOrganizationSecrets({ ...access.at, ...PAGE }).catch((error: unknown) => {
      // An account of a person has none.
      if (isStatus(error, 403, 404)) return undefined;
      throw error;
    });
    return [...data.secrets, ...(shared?.data.secrets ?? [])].map(({ name }) => name);
  });
}

function environmentSecretsOf(talk: Talk, name: string) {
  const { access } = talk;
  return told(talk, `read the names of secrets of the environment ${name}`, async () => {
    const { actions } = (await access.client()).rest;
    const { data } = await actions.listEnvironmentSecrets({ ...access.at, environment_name: name, ...PAGE });
    return data.secrets.map((secret) => secret.name);
  });
}

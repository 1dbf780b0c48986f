import { present } from '../../model/present.ts';
import type { DeploymentInput, Ensured, Operation } from '../../ports/forge.ts';
import { type Access, makeOnce, PAGE } from './access.ts';

/** Sets our deployments apart from those that GitHub makes for a job with an environment. */
const TASK = 'cn2-fleet';

/** One deployment of a commit to an environment, with a state as its latest. */
export async function ensureDeployment(access: Access, input: DeploymentInput): Promise<Ensured> {
  const { sha, environment } = input;
  const octokit = await access.client();
  const find = async () => {
    const query = { ...access.at, ...PAGE, sha, environment, task: TASK };
    const all = await octokit.paginate(octokit.rest.repos.listDeployments, query);
    return all.map(({ id }) => id).sort((a, b) => a - b)[0];
  };
  const there = await find();
  const id = there ?? (await makeOnce(access, () => make(access, input), find));
  const stated = await ensureState(access, id, input);
  const operation = there === undefined ? 'created' : stated;
  return {
    operation,
    id,
    url: `${access.webUrl}/${access.at.owner}/${access.at.repo}/deployments/${encodeURIComponent(environment)}`,
  };
}

/** Without the merge of the default branch and the wait for checks that GitHub does by itself. */
async function make({ client, at }: Access, { sha, environment, description }: DeploymentInput): Promise<number> {
  const { data } = await (await client()).rest.repos.createDeployment({
    ...at,
    ref: sha,
    task: TASK,
    environment,
    description,
    auto_merge: false,
    required_contexts: [],
  });
  if ('id' in data) return data.id;
  throw new Error('GitHub created no deployment');
}

async function ensureState(access: Access, id: number, { state, description, url }: DeploymentInput): Promise<Operation> {
  const octokit = await access.client();
  const same = async () => {
    // The latest comes first.
    const { data } = await octokit.rest.repos.listDeploymentStatuses({ ...access.at, deployment_id: id, per_page: 1 });
    return data[0]?.state === state && data[0].description === description ? data[0].id : undefined;
  };
  if ((await same()) !== undefined) return 'unchanged';
  const link = present({ log_url: url });
  await makeOnce(
    access,
    async () =>
      (await octokit.rest.repos.createDeploymentStatus({ ...access.at, deployment_id: id, state, description, ...link })).data.id,
    same,
  );
  return 'updated';
}

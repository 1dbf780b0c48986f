import type { ActionReference } from '../../setup/workflow-settings.ts';
import type { Surroundings } from '../surroundings.ts';

const GITHUB = 'https://github.com';

/**
 * The Action of the repository that this program runs from, at its commit; undefined where that is not known, or is where workflows of
 * the user's repository would not find it: they look on their own server, to which GitHub Connect brings what is on github.com.
 */
export async function ownActionOf({
  repository,
  installation,
}: Pick<Surroundings, 'repository' | 'installation'>): Promise<ActionReference | undefined> {
  const installed = await installation?.();
  if (installed === undefined) return undefined;
  const { serverUrl, repository: name, commit, release } = installed;
  const home = await repository.remote().catch(() => undefined);
  if (serverUrl !== GITHUB && serverUrl !== home?.serverUrl) return undefined;
  return { name: `${name.owner}/${name.name}`, ref: commit, ...(release === undefined ? {} : { release }) };
}

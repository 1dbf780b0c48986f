import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeFiles } from '../../src/adapters/node/files.ts';
import { workflowTemplates } from '../../src/adapters/node/workflow-templates.ts';
import { initCommand } from '../../src/commands/init.ts';
import type { InitOptions } from '../../src/commands/set-up.ts';
import { VERSION } from '../../src/version.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A folder with workflows as a user has them. */
export interface SampleRepository {
  title: string;
  folder: string;
}

/** Repositories below a new folder: one with the shipped files, and some as `init` leaves them. */
export async function sampleRepositories(): Promise<{ folder: string; samples: SampleRepository[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'cn2-fleet-workflows-'));
  const guide = await readFile(join(ROOT, 'examples/guide/clusters.yaml'), 'utf8');
  const odd = guide
    .replace('manifests: cn2/22.2', 'manifests: ../vendor/[old] & new')
    .replace('kubernetesClusterName:', 'handover: {env: CENTRAL_FOR_DISTRIBUTED}\n  kubernetesClusterName:');
  const files = guide.replace(/\{env: \w+\}/g, '{file: secret.yaml}');
  const actionOfOthers = { name: 'acme/cn2-fleet', ref: '0123456789abcdef0123456789abcdef01234567', release: 'v0.1.0' };
  const samples = [
    await copied('as shipped', 'workflows', join(folder, 'shipped')),
    await copied('of the recipes', 'docs/recipes', join(folder, 'recipes')),
    await copied('of this repository', '.github/workflows', join(folder, 'own')),
    await initialized('written by init for no declaration', join(folder, 'first'), '', undefined, { branch: undefined }),
    await initialized('written by init for a declaration in a folder', join(folder, 'odd'), 'fleets/east 1/', odd),
    await initialized('written by init for credentials in files', join(folder, 'files'), '', files),
    await initialized('written by init for runners and an Action of others', join(folder, 'runners'), '', guide, {
      runsOn: ['self-hosted', 'linux', `\${{ vars.SITE || 'x64' }}`],
      action: actionOfOthers,
      branch: 'release/1.0+',
    }),
    await twoFleets(join(folder, 'two'), guide),
    await adapted(join(folder, 'adapted'), guide),
  ];
  return { folder, samples };
}

async function copied(title: string, from: string, folder: string): Promise<SampleRepository> {
  const workflows = join(folder, '.github/workflows');
  await mkdir(workflows, { recursive: true });
  for (const name of await readdir(join(ROOT, from)))
    if (name.endsWith('.yml')) await cp(join(ROOT, from, name), join(workflows, name));
  return { title, folder };
}

async function twoFleets(folder: string, guide: string): Promise<SampleRepository> {
  const title = 'written by init for two fleets';
  await initialized(title, folder, '', guide);
  return initialized(title, folder, 'prod/', guide.replace('name: guide', 'name: prod'));
}

/** Init comes again after a person: the runner was changed, and a cluster came. */
async function adapted(folder: string, guide: string): Promise<SampleRepository> {
  const title = 'adapted by a person, completed by init';
  const sample = await initialized(title, folder, '', guide.replace(/^distributed:\n(?: .*\n)+/m, 'distributed: []\n'));
  for (const path of await workflowPaths(folder))
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('runs-on: ubuntu-latest', 'runs-on: [self-hosted, linux]'));
  await initialized(title, folder, '', guide);
  return sample;
}

interface SampleOptions extends Pick<InitOptions, 'runsOn' | 'action'> {
  branch?: string | undefined;
}

async function initialized(
  title: string,
  folder: string,
  prefix: string,
  declaration: string | undefined,
  { branch, ...options }: SampleOptions = { branch: 'main' },
): Promise<SampleRepository> {
  const home = join(folder, prefix);
  await mkdir(home, { recursive: true });
  // What tells init where the repository begins.
  await mkdir(join(folder, '.git'), { recursive: true });
  await writeFile(join(folder, '.git/HEAD'), 'ref: refs/heads/main\n');
  if (declaration !== undefined) await writeFile(join(home, 'clusters.yaml'), declaration);
  const repository = {
    prefix: async () => prefix,
    defaultBranch: async () => branch,
    remote: async () => undefined,
    head: async () => '0'.repeat(40),
  };
  await initCommand(
    { files: nodeFiles(home), repository },
    {
      file: 'clusters.yaml',
      shownFile: `${prefix}clusters.yaml`,
      shownFolder: prefix,
      rendered: 'rendered',
      templates: await workflowTemplates(),
      version: VERSION,
      ...options,
    },
  );
  return { title, folder };
}

/**
 * The same repository with the Action in it and used from there: then its inputs are known to linters. `.git` is what tells actionlint
 * where a repository begins; without one it is silent about the inputs of a local action.
 */
export async function withLocalAction({ folder }: SampleRepository): Promise<string> {
  const copy = join(dirname(folder), `${folder.split('/').at(-1)}-local`);
  await cp(folder, copy, { recursive: true });
  await cp(join(ROOT, 'action.yml'), join(copy, 'action.yml'));
  await mkdir(join(copy, '.git'), { recursive: true });
  for (const path of await workflowPaths(copy))
    await writeFile(path, (await readFile(path, 'utf8')).replace(/uses: \S+\/cn2-fleet@\S+/g, 'uses: ./'));
  return copy;
}

/** The workflow files of a repository. */
export async function workflowPaths(folder: string): Promise<string[]> {
  const workflows = join(folder, '.github/workflows');
  return (await readdir(workflows)).sort().map((name) => join(workflows, name));
}

import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { cli } from '../support/cli.ts';
import { type InitRepository, initRepository } from '../support/init-repository.ts';

const ATTRIBUTES = '.gitattributes';

const ROOT = join(import.meta.dirname, '../..');
const GUIDE = readFileSync(join(ROOT, 'examples/guide/clusters.yaml'), 'utf8');
const PROD = GUIDE.replace('name: guide', 'name: prod');
const names = (fleet = '') =>
  ['plan', 'propose', 'apply', 'drift'].map((name) => `.github/workflows/cn2-fleet-${fleet}${name}.yml`);
const contents = (repository: InitRepository) => repository.files().map((path) => [path, repository.read(path)]);

interface Workflow {
  name: string;
  jobs: Record<string, { name: string; 'runs-on': unknown; environment?: string; steps: { uses: string; with: object }[] }>;
}
const workflow = (repository: InitRepository, path: string) => parse(repository.read(path)) as Workflow;

describe('a second fleet', () => {
  test('gets four workflows of its own, and nothing of the first one changes', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE, 'prod/clusters.yaml': PROD });
    await repository.init();
    const first = contents(repository);
    const { document, conditions } = await repository.init('prod/clusters.yaml');
    expect([document.written, conditions]).toEqual([[...names('prod-'), ATTRIBUTES], []]);
    const others = first.filter(([path]) => path !== ATTRIBUTES);
    expect(contents(repository)).toEqual(expect.arrayContaining(others));
    const apply = workflow(repository, names('prod-')[2] ?? '');
    expect([apply.name, apply.jobs['apply']?.name, apply.jobs['apply']?.environment]).toEqual([
      'cn2-fleet apply (prod)',
      'cn2-fleet apply (prod)',
      'prod',
    ]);
    expect(JSON.stringify(document.next)).toContain('the check \\"cn2-fleet plan (prod)\\"');
    expect(document.next.map(({ what }) => what).join('\n')).toContain('Create the environment prod');

    // Again, for either, changes nothing.
    const both = contents(repository);
    for (const declaration of ['prod/clusters.yaml', 'clusters.yaml', 'prod/clusters.yaml']) {
      const again = await repository.init(declaration);
      expect([again.document.unchanged.length, again.document.updated, again.document.written]).toEqual([6, [], []]);
    }
    expect(contents(repository)).toEqual(both);
  });

  test('is named after its folder where init writes its declaration', async () => {
    using repository = initRepository();
    await repository.init();
    const { document } = await repository.init('Prod EU/clusters.yaml');
    expect(document.written).toEqual(['Prod EU/clusters.yaml', ...names('prod-eu-'), ATTRIBUTES]);
    expect(repository.read('Prod EU/clusters.yaml')).toContain('  name: prod-eu #');
    const { document: third } = await repository.init('x/Prod EU/clusters.yaml');
    expect(third.written).toContain('.github/workflows/cn2-fleet-prod-eu-2-plan.yml');
  });

  test('the first one may be in a folder, and keeps the short names when a second one comes to the top', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE, 'prod/clusters.yaml': PROD });
    expect((await repository.init('prod/clusters.yaml')).document.written).toEqual([...names(), ATTRIBUTES]);
    expect((await repository.init()).document.written).toEqual([...names('guide-'), ATTRIBUTES]);
    expect((await repository.init('prod/clusters.yaml')).document.unchanged).toEqual([
      'prod/clusters.yaml',
      ...names(),
      ATTRIBUTES,
    ]);
  });

  test('and others may come and go', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE, 'prod/clusters.yaml': PROD });
    await repository.init();
    await repository.init('prod/clusters.yaml');
    // The first one goes, with its workflows: the second keeps its names, and a third one gets its own.
    for (const path of ['clusters.yaml', ...names()]) rmSync(join(repository.folder, path));
    expect((await repository.init('prod/clusters.yaml')).document.unchanged).toHaveLength(6);
    repository.write('lab/clusters.yaml', GUIDE.replace('name: guide', 'name: lab'));
    expect((await repository.init('lab/clusters.yaml')).document.written).toEqual([...names('lab-'), ATTRIBUTES]);
  });
});

test('a fleet whose workflows a person has named is one as well', async () => {
  using repository = initRepository({ 'clusters.yaml': GUIDE, 'prod/clusters.yaml': PROD });
  repository.write('.github/workflows/plan.yaml', readFileSync(join(ROOT, 'workflows/plan.yml'), 'utf8'));
  repository.write('.github/workflows/ci.yml', 'on: push\njobs: {a: {runs-on: x, steps: [{run: ls}]}}\n');
  repository.write('.github/workflows/sub/x.yml', 'a: [b');
  expect((await repository.init('prod/clusters.yaml')).document.written).toEqual([...names('prod-'), ATTRIBUTES]);
  repository.write('prod/clusters.yaml', GUIDE);
  await expect(repository.init('prod/clusters.yaml')).rejects.toThrow('both name their fleet "guide"');
});

describe('a fleet that changes', () => {
  test('a declaration that has moved keeps its workflows', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE, 'fleets/README.md': '' });
    await repository.init();
    renameSync(join(repository.folder, 'clusters.yaml'), join(repository.folder, 'fleets/clusters.yaml'));
    const { document } = await repository.init('fleets/clusters.yaml');
    expect([document.updated, document.written]).toEqual([names(), [ATTRIBUTES]]);
    expect(repository.read(names()[0] ?? '')).toContain('file: fleets/clusters.yaml');
  });

  test('a new name gives its files new names, but not those that a person has adapted', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE, 'prod/clusters.yaml': PROD });
    await repository.init();
    await repository.init('prod/clusters.yaml');
    const adapted = names('prod-')[3] ?? '';
    repository.write(adapted, repository.read(adapted).replace("'23 3 * * *'", "'42 4 * * *'"));
    repository.write('prod/clusters.yaml', PROD.replace('name: prod', 'name: live'));
    const { document, text } = await repository.init('prod/clusters.yaml');
    expect(document.removed).toEqual(names('prod-').slice(0, 3));
    expect(document.written).toEqual(names('live-').slice(0, 3));
    expect(document.adapted).toEqual([adapted]);
    expect(document.diffs).toMatchObject([{ path: adapted, diff: expect.stringContaining('+name: cn2-fleet drift (live)') }]);
    expect(text).toContain(`- ${names('prod-')[0]} had the former name of the fleet`);
    expect(repository.files().filter((path) => path.includes('prod-'))).toEqual([adapted]);
    expect((await repository.init('prod/clusters.yaml')).document).toMatchObject({
      removed: [],
      written: [],
      adapted: [adapted],
    });
  });

  test('the only fleet changes the environment and no name', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE });
    await repository.init();
    repository.write('clusters.yaml', PROD);
    const { document } = await repository.init();
    expect([document.updated, document.removed]).toEqual([[names()[2]], []]);
    expect(workflow(repository, names()[2] ?? '').jobs['apply']?.environment).toBe('prod');
  });

  test('folder, runner and Action that were asked for once stay', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE });
    const action = { name: 'acme/cn2-fleet', ref: '0123456789abcdef0123456789abcdef01234567' };
    await repository.init('clusters.yaml', { rendered: 'out', renderedAsked: true, runsOn: ['self-hosted', 'lab'], action });
    const before = contents(repository);
    expect((await repository.init()).document.unchanged).toHaveLength(6);
    expect(contents(repository)).toEqual(before);
    expect((await repository.init('clusters.yaml', { runsOn: 'lab' })).document.updated).toEqual(names());
    const { jobs } = workflow(repository, names()[2] ?? '');
    expect(Object.values(jobs).map((job) => [job['runs-on'], job.steps[1]?.uses])).toEqual(
      Array(2).fill(['lab', `${action.name}@${action.ref}`]),
    );
    expect(jobs['apply']?.steps[1]?.with).toMatchObject({ rendered: 'out' });
  });
});

describe('what fleets cannot share is refused, and nothing is written', () => {
  async function refused(repository: InitRepository, declaration: string, message: string): Promise<void> {
    const before = contents(repository);
    await expect(repository.init(declaration)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(message),
    });
    expect(contents(repository)).toEqual(before);
  }

  test('a name', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE, 'prod/clusters.yaml': GUIDE });
    await repository.init();
    await refused(repository, 'prod/clusters.yaml', 'clusters.yaml and prod/clusters.yaml both name their fleet "guide"');
  });

  test('a folder of manifests', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE, 'prod.yaml': PROD });
    await repository.init();
    await refused(repository, 'prod.yaml', 'prod.yaml would have its manifests in rendered, where clusters.yaml has its own');
    const { document } = await repository.init('prod.yaml', { rendered: 'prod', renderedAsked: true });
    expect(document.written).toEqual([...names('prod-'), ATTRIBUTES]);
    expect((await repository.init('prod.yaml')).document.unchanged).toHaveLength(6);
    expect((await repository.init()).document.unchanged).toHaveLength(6);
  });

  test('names of files that another one still has', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE, 'a/clusters.yaml': PROD });
    await repository.init();
    await repository.init('a/clusters.yaml');
    repository.write('a/clusters.yaml', PROD.replace('name: prod', 'name: a'));
    repository.write('b/clusters.yaml', PROD);
    await refused(repository, 'b/clusters.yaml', 'cn2-fleet-prod-plan.yml is a workflow of a/clusters.yaml');
    await repository.init('a/clusters.yaml');
    expect((await repository.init('b/clusters.yaml')).document.written).toEqual([...names('prod-'), ATTRIBUTES]);
  });

  test('files of two fleets that are named as those of one', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE, 'prod/clusters.yaml': PROD });
    await repository.init();
    const apply = names()[2] ?? '';
    repository.write(apply, repository.read(apply).replaceAll('command: ', 'file: prod/clusters.yaml\n          command: '));
    await refused(repository, 'clusters.yaml', `runs with clusters.yaml, ${apply} with prod/clusters.yaml`);
  });

  test.each(['../x', 'a b', 'Prod', '"a\\nb"', `"\${{ github.token }}"`])('%s, which names no fleet', async (name) => {
    using repository = initRepository({ 'clusters.yaml': GUIDE.replace('name: guide', `name: ${name}`) });
    await refused(repository, 'clusters.yaml', 'metadata.name of clusters.yaml is not a fleet name');
  });
});

test('a workflow that cannot be read is left alone and named, the others are written', async () => {
  using repository = initRepository({ 'clusters.yaml': GUIDE, [names()[0] ?? '']: 'jobs: [unclosed\n' });
  const { document, conditions, text } = await repository.init();
  expect([document.written, conditions]).toEqual([[...names().slice(1), ATTRIBUTES], ['usage']]);
  expect(document.differing.map(({ path }) => path)).toEqual([names()[0]]);
  expect(text).toContain('-jobs: [unclosed');
  expect(repository.read(names()[0] ?? '')).toBe('jobs: [unclosed\n');
});

test('a workflow that names a declaration outside of the repository is no other fleet', async () => {
  using repository = initRepository({ 'clusters.yaml': GUIDE });
  await repository.init();
  const plan = names()[0] ?? '';
  for (const path of names().slice(1)) rmSync(join(repository.folder, path));
  repository.write(plan, repository.read(plan).replace('command: plan', 'command: plan\n          file: ../../etc/passwd'));
  expect((await repository.init()).document).toMatchObject({ adapted: [plan], written: names().slice(1) });
});

test('what a person changed and what moved on are told apart in a difference', async () => {
  using repository = initRepository({ 'clusters.yaml': GUIDE });
  await repository.init('clusters.yaml', { version: '0.0.9' });
  const [plan = '', propose = ''] = names();
  repository.write(plan, repository.read(plan).replace('ubuntu-latest', 'lab'));
  const pinned = 'cn2-fleet/cn2-fleet@0123456789abcdef0123456789abcdef01234567 # v0.0.9';
  repository.write(propose, repository.read(propose).replace(/cn2-fleet\/cn2-fleet@.*/, pinned));
  expect((await repository.init()).document).toMatchObject({ adapted: [plan, propose], diffs: [] });
  // A file whose origin is not known is shown once; with its own runner and pin taken over, nothing is left to show.
  for (const path of [plan, propose]) repository.write(path, repository.read(path).replace(/^.*\n/, ''));
  const { document } = await repository.init();
  expect(document.diffs.map(({ path }) => path)).toEqual([plan, propose]);
  for (const { diff } of document.diffs)
    expect(diff.split('\n').filter((line) => /^[-+]/.test(line))).toHaveLength(diff.includes('safer name') ? 2 : 1);
  const asked = await repository.init('clusters.yaml', { runsOn: 'other' });
  expect(asked.document.diffs[0]?.diff).toContain('-    runs-on: lab\n+    runs-on: other\n');
});

describe('the command line', () => {
  test('a folder that is not there yet is made with its declaration', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE });
    expect((await cli(repository.folder, ['init'])).exitCode).toBe(0);
    const { exitCode, stderr } = await cli(repository.folder, ['init', '-f', 'fleets/prod/clusters.yaml']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(repository.files()).toEqual(expect.arrayContaining(['fleets/prod/clusters.yaml', ...names('prod-')]));
    expect(repository.read(names('prod-')[0] ?? '')).toContain('file: fleets/prod/clusters.yaml');
  });

  const LABEL = `\${{ vars.RUNNER || 'lab' }}`;

  test('takes runner and Action, and puts nothing into a workflow but what it means', async () => {
    using repository = initRepository({ 'clusters.yaml': GUIDE });
    const words = ['init', '--runs-on', `self-hosted,${LABEL}`, '--repository', 'acme/cn2-fleet@release/1.x'];
    expect(await cli(repository.folder, words)).toMatchObject({ exitCode: 0, stderr: '' });
    const { jobs } = workflow(repository, names()[0] ?? '');
    expect([jobs['plan']?.['runs-on'], jobs['plan']?.steps[1]?.uses]).toEqual([
      ['self-hosted', LABEL],
      'acme/cn2-fleet@release/1.x',
    ]);
  });

  test.each([
    [['--runs-on', '"lab"'], '--runs-on has ""lab"", which is not a runner label'],
    [['--runs-on', `\${{ secrets.X }}`], '--runs-on uses secrets, which GitHub does not provide for runs-on'],
    [['--repository', 'https://github.com/acme/cn2-fleet'], 'does not name the repository of an Action'],
  ])('%j is refused and writes nothing', async (words, message) => {
    using repository = initRepository();
    const { exitCode, stderr } = await cli(repository.folder, ['init', ...words]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(existsSync(join(repository.folder, '.github'))).toBe(false);
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { gitRepository } from '../../src/adapters/git/repository.ts';
import { nodeFiles } from '../../src/adapters/node/files.ts';
import { workflowTemplates } from '../../src/adapters/node/workflow-templates.ts';
import { initCommand } from '../../src/commands/init.ts';
import { PLAIN } from '../../src/model/style.ts';
import { initText } from '../../src/report/text/init.ts';
import { opened } from '../../src/setup/workflow-header.ts';
import { documents } from '../../src/verbs/init/document.schema.ts';
import { cli } from '../support/cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const GUIDE = readFileSync(join(ROOT, 'examples/guide/clusters.yaml'), 'utf8');
const NAMES = ['plan', 'propose', 'apply', 'drift'].map((name) => `.github/workflows/cn2-fleet-${name}.yml`);

/** Beside the workflows, for the rendered folder. */
const ATTRIBUTES = '.gitattributes';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A fresh repository of a user. */
function repository(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-init-'));
  folders.push(folder);
  execFileSync('git', ['init', '--quiet', '-b', 'main', folder]);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function init(top: string, prefix = '') {
  const home = join(top, prefix);
  const { document, conditions } = await initCommand(
    { files: nodeFiles(home), repository: gitRepository(home, process.env) },
    {
      file: 'clusters.yaml',
      shownFile: `${prefix}clusters.yaml`,
      shownFolder: prefix,
      rendered: 'rendered',
      templates: await workflowTemplates(),
      version: '0.1.0',
    },
  );
  expect(documents.init.parse(document)).toEqual(document);
  return { document, conditions, text: initText(document, PLAIN) };
}

/** A shipped workflow for pushes to main alone. */
const onMain = (text: string) =>
  text
    .replace("- '**'", '- main')
    .replace(
      /# Every branch, no tags; .*/,
      '# The default branch, as git knew it. After renaming it, run `cn2-fleet init` again.',
    );

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('.git/'))
    .sort();

describe('an empty repository', () => {
  test('gets a declaration whose findings are what is left to fill in, and the workflows', async () => {
    const folder = repository();
    const { document, conditions, text } = await init(folder);
    expect(conditions).toEqual([]);
    expect(document.written).toEqual(['clusters.yaml', ...NAMES, ATTRIBUTES]);
    expect(filesOf(folder)).toEqual([...NAMES, 'clusters.yaml', ATTRIBUTES].sort());
    expect(text).toContain('KUBECONFIG_CLUSTER2  kubeconfig of cluster2');
    expect(document.next.map(({ about }) => about)).toEqual([
      'manifests',
      'declaration',
      'secrets',
      'pull-requests',
      'environment',
      'doctor',
      'first-plan',
    ]);
    expect(text).toContain('next: 7 steps');
    for (const [at, { what, commands }] of document.next.entries()) {
      expect(text).toContain(`  ${at + 1}. ${what}\n`);
      // Each on a line of its own, so that it can be copied.
      for (const command of commands) expect(text.split('\n').map((line) => line.trim())).toContain(command);
    }

    const { stdout, exitCode } = await cli(folder, ['validate', '--format', 'json']);
    expect(exitCode).toBe(3);
    const { findings } = JSON.parse(stdout) as { findings: { line: number }[] };
    const lines = readFileSync(join(folder, 'clusters.yaml'), 'utf8').split('\n');
    expect(findings.length).toBeGreaterThan(0);
    for (const { line } of findings) expect(lines[line - 1]).toContain('CHANGE-ME');
  });

  test('is left as it is by a second run', async () => {
    const folder = repository();
    await init(folder);
    const before = filesOf(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]);
    const { document, conditions } = await init(folder);
    expect({ ...document, credentials: [], next: [] }).toEqual({
      schemaVersion: 1,
      declaration: 'clusters.yaml',
      written: [],
      unchanged: ['clusters.yaml', ...NAMES, ATTRIBUTES],
      updated: [],
      removed: [],
      adapted: [],
      completed: [],
      differing: [],
      diffs: [],
      credentials: [],
      next: [],
    });
    expect(conditions).toEqual([]);
    expect(filesOf(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')])).toEqual(before);
  });
});

test('the workflows of the guide are the shipped ones, on its branch', async () => {
  const folder = repository({ 'clusters.yaml': GUIDE, 'cn2/22.2/central.yaml': '' });
  const { document } = await init(folder);
  expect(document.unchanged).toEqual(['clusters.yaml']);
  for (const name of ['plan', 'propose', 'apply', 'drift'])
    expect(opened(readFileSync(join(folder, `.github/workflows/cn2-fleet-${name}.yml`), 'utf8')).body).toBe(
      onMain(readFileSync(join(ROOT, `workflows/${name}.yml`), 'utf8')),
    );
});

test('a declaration in a folder has its workflows at the top of the repository', async () => {
  const folder = repository({ 'fleets/east/clusters.yaml': GUIDE });
  const { document } = await init(folder, 'fleets/east/');
  expect(document.written).toEqual([...NAMES, ATTRIBUTES]);
  expect(existsSync(join(folder, 'fleets/east/.github'))).toBe(false);
  expect(readFileSync(join(folder, NAMES[0] ?? ''), 'utf8')).toContain('file: fleets/east/clusters.yaml');
  expect(document.next[0]?.what).toContain('fleets/east/cn2/22.2/');
  expect(document.next.at(-1)?.commands.join('\n')).toContain('fleets/east/clusters.yaml fleets/east/cn2/22.2');
});

test('a file that is there and something else is left alone, and the credential that it lacks is named', async () => {
  const adapted = 'name: mine\nenv:\n  CN2_PULL_SECRET: x\n  KUBECONFIG_CLUSTER1: x\n';
  const folder = repository({ 'clusters.yaml': GUIDE, [NAMES[2] ?? '']: adapted });
  const { document, conditions, text } = await init(folder);
  expect(conditions).toEqual(['usage']);
  expect(document.differing).toEqual([{ path: NAMES[2], lacks: ['KUBECONFIG_CLUSTER2'] }]);
  expect(document.written).toEqual([...NAMES.filter((name) => name !== NAMES[2]), ATTRIBUTES]);
  expect(readFileSync(join(folder, NAMES[2] ?? ''), 'utf8')).toBe(adapted);
  expect(text).toContain(
    `! ${NAMES[2]} differs from what init would write, and does not pass on KUBECONFIG_CLUSTER2: left as it is`,
  );
});

test('a workflow that was adapted gets the credentials of a cluster that has come, and keeps everything else', async () => {
  const folder = repository({ 'clusters.yaml': GUIDE.replace(/^distributed:\n(?: .*\n)+/m, 'distributed: []\n') });
  await init(folder);
  const path = join(folder, NAMES[2] ?? '');
  const adapted = readFileSync(path, 'utf8').replace('runs-on: ubuntu-latest', 'runs-on: [self-hosted, lab] # ours');
  writeFileSync(path, adapted);
  expect((await init(folder)).document.adapted).toEqual([NAMES[2]]);
  writeFileSync(join(folder, 'clusters.yaml'), GUIDE);
  const { document, conditions } = await init(folder);
  expect(conditions).toEqual([]);
  expect(document.completed).toEqual(NAMES.map((name) => ({ path: name, added: ['KUBECONFIG_CLUSTER2'] })));
  const line = /^\s+KUBECONFIG_CLUSTER2: .*\n/gm;
  // Both jobs with the Action: the one that applies, and the one that plans again.
  expect(readFileSync(path, 'utf8').match(line)).toHaveLength(2);
  expect(readFileSync(path, 'utf8').replace(line, '')).toBe(adapted);
  expect((await init(folder)).document.completed).toEqual([]);
});

test('line ends of Windows are no difference', async () => {
  const folder = repository({ 'clusters.yaml': GUIDE });
  await init(folder);
  const path = join(folder, NAMES[0] ?? '');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('\n', '\r\n'));
  expect((await init(folder)).document.differing).toEqual([]);
});

test('credentials in files are said to need a step', async () => {
  const folder = repository({ 'clusters.yaml': GUIDE.replace('{env: CN2_PULL_SECRET}', '{file: pull.json}') });
  const { document } = await init(folder);
  expect(JSON.stringify(document.next)).toContain('pull.json is read from a file: let a step of each workflow write it');
});

test('nothing is written outside of a repository, nor beside a declaration that cannot be read', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'cn2-fleet-init-'));
  folders.push(outside);
  await expect(init(outside)).rejects.toMatchObject({ name: 'RepositoryError' });
  expect(filesOf(outside)).toEqual([]);

  const broken = repository({ 'clusters.yaml': '- a list\n' });
  await expect(init(broken)).rejects.toMatchObject({ message: 'clusters.yaml cannot be read' });
  expect(filesOf(broken)).toEqual(['clusters.yaml']);
});

test('what is in .gitattributes stays byte for byte; where it is no text, the lines are named instead', async () => {
  const folder = repository({ 'fleets/east 1/clusters.yaml': GUIDE, '.gitattributes': '*.png binary' });
  const path = join(folder, '.gitattributes');
  await init(folder, 'fleets/east 1/');
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(/^\*\.png binary\n# .*\n"fleets\/east 1\/rendered\/\*\*" -text linguist-generated\n/);
  expect((await init(folder, 'fleets/east 1/')).document.unchanged).toContain(ATTRIBUTES);
  expect(readFileSync(path, 'utf8')).toBe(text);

  const bytes = Buffer.from([0x23, 0xff, 0x0a]);
  writeFileSync(path, bytes);
  const { document } = await init(folder, 'fleets/east 1/');
  expect(document.next[0]?.what).toContain('Add these lines to .gitattributes: "fleets/east 1/rendered/**" -text');
  execFileSync('sh', ['-c', document.next[0]?.commands[0] ?? ''], { cwd: folder });
  expect(readFileSync(path, 'latin1')).toBe(`${bytes.toString('latin1')}${text.split('\n').slice(2).join('\n')}`);
  writeFileSync(path, bytes);
  expect(readFileSync(path)).toEqual(bytes);
});

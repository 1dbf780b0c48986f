import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { WORKFLOWS } from '../../../src/model/init.ts';
import { manifestFolders } from '../../../src/model/manifest-folders.ts';
import { declarationOf, fleetWorkflows, planJobName, workflowPath } from '../../../src/setup/fleet-workflows.ts';
import { neededCredentials } from '../../../src/setup/needed-credentials.ts';
import { repositoryPaths } from '../../../src/setup/repository-paths.ts';
import { workflowFile } from '../../../src/setup/workflow-file.ts';
import { actionToUse, settingsOf, type WorkflowSettings } from '../../../src/setup/workflow-settings.ts';

const ROOT = join(import.meta.dirname, '../../..');
const GUIDE = readFileSync(join(ROOT, 'examples/guide/clusters.yaml'), 'utf8');
const SHA = '0123456789abcdef0123456789abcdef01234567';

function made(name: string, settings: WorkflowSettings, prefix = ''): string {
  const { fleet } = readDeclaration(GUIDE, 'clusters.yaml');
  if (fleet === undefined) throw new Error('no fleet');
  const paths = repositoryPaths(prefix, {
    file: 'clusters.yaml',
    rendered: 'rendered',
    manifests: manifestFolders(fleet).map(({ folder }) => folder),
  });
  return workflowFile(readFileSync(join(ROOT, `workflows/${name}.yml`), 'utf8'), paths, neededCredentials(fleet), settings);
}

interface Workflow {
  name: string;
  on: Record<string, { branches?: string[] } | null>;
  jobs: Record<string, { name: string; 'runs-on': unknown; environment?: string; steps: { uses: string }[] }>;
}
const read = (text: string) => parse(text) as Workflow;

describe('one of several fleets', () => {
  test.each(WORKFLOWS)('%s carries its name, and jobs do, by which checks are required', (name) => {
    const { name: title, jobs } = read(made(name, { fleet: 'prod', named: true }, 'prod/'));
    expect(title).toBe(`cn2-fleet ${name} (prod)`);
    expect(Object.values(jobs).map((job) => job.name)).toEqual([
      `cn2-fleet ${name} (prod)`,
      ...(name === 'apply' ? ['cn2-fleet refresh (prod)'] : []),
      ...(name === 'drift' ? ['cn2-fleet adopt (prod)'] : []),
    ]);
  });

  test('the only one changes no name', () => {
    expect(read(made('apply', { fleet: 'prod', named: false })).name).toBe('cn2-fleet apply');
  });

  test('the environment of the apply is named as the fleet', () => {
    const { jobs } = read(made('apply', { fleet: 'prod' }));
    expect(Object.entries(jobs).map(([id, { environment }]) => [id, environment])).toEqual([
      ['apply', 'prod'],
      ['refresh', undefined],
    ]);
  });
});

test('the runner is that of every job: a label, several, an expression', () => {
  const labels = (runsOn: string | string[]) => Object.values(read(made('apply', { runsOn })).jobs).map((job) => job['runs-on']);
  expect(labels('lab')).toEqual(['lab', 'lab']);
  expect(labels(['self-hosted', 'a: b # c'])).toEqual(Array(2).fill(['self-hosted', 'a: b # c']));
  const expression = `\${{ vars.A || 'b' }}`;
  expect(labels(['x', expression])).toEqual(Array(2).fill(['x', expression]));
});

test('pushes to the default branch alone start, whatever its name', () => {
  const branches = (branch: string) => read(made('propose', { branch })).on['push']?.branches;
  expect(branches('main')).toEqual(['main']);
  expect(branches('release/1.0+x')).toEqual(['release/1.0\\+x']);
  expect(branches('!wow')).toEqual(['\\!wow']);
  expect(branches('yes')).toEqual(['yes']);
  expect(made('propose', { branch: 'main' })).not.toContain('Every branch');
  expect(made('plan', { branch: 'main' })).toBe(made('plan', {}));
});

test('the Action of somebody else, pinned to a commit', () => {
  const text = made('apply', { action: { name: 'acme/cn2-fleet', ref: SHA, release: 'v0.1.0' } });
  expect(text.match(/uses: acme\/cn2-fleet@[0-9a-f]{40} # v0\.1\.0\n/g)).toHaveLength(2);
  expect(text).not.toContain('safer name');
  expect(settingsOf(text)).toEqual({
    runsOn: 'ubuntu-latest',
    action: { name: 'acme/cn2-fleet', ref: SHA, release: 'v0.1.0' },
  });
});

test('an Action that was chosen stays, one that came with a release goes with it', () => {
  const ours = { name: 'cn2-fleet/cn2-fleet', ref: 'v0.2.0' };
  expect(actionToUse(undefined, ours)).toBe(ours);
  expect(actionToUse({ name: 'cn2-fleet/cn2-fleet', ref: 'v0.1.0' }, ours)).toBe(ours);
  const pinned = { name: 'cn2-fleet/cn2-fleet', ref: SHA };
  expect(actionToUse(pinned, ours)).toBe(pinned);
  expect(actionToUse(pinned, { ...ours, ref: SHA.replace('0', 'f') })).toMatchObject({ ref: SHA.replace('0', 'f') });
  const other = { name: 'acme/cn2-fleet', ref: 'v0.1.0' };
  expect(actionToUse(other, ours)).toBe(other);
});

describe('the workflows that are there', () => {
  test('belong together by the names of their files, and run with one declaration', () => {
    const found = fleetWorkflows({
      [workflowPath('apply')]: made('apply', {}),
      [workflowPath('plan', 'a-plan')]: made('plan', {}, 'a/'),
      [workflowPath('plan')]: 'not: [yaml',
      '.github/workflows/ci.yml': made('plan', {}),
      '.github/workflows/cn2-fleet-other.yml': made('plan', {}),
    });
    expect(found.map(({ fleet, declaration, files }) => [fleet, declaration, files.map(({ name }) => name)])).toEqual([
      [undefined, 'clusters.yaml', ['plan', 'apply']],
      ['a-plan', 'a/clusters.yaml', ['plan']],
    ]);
  });

  test.each([
    ['no YAML', 'a: [b'],
    ['a list', '- a'],
    ['nothing', ''],
    ['a text', 'word'],
    ['no step with the Action', 'jobs: {a: {steps: [{uses: actions/checkout@v7}, {run: ls}]}}'],
    ['an expression', `jobs: {a: {steps: [{uses: cn2-fleet/cn2-fleet@v1, with: {file: "\${{ vars.FILE }}"}}]}}`],
  ])('%s names no declaration', (_, text) => {
    expect(declarationOf(text)).toBeUndefined();
  });

  test('a fork or a copy of the Action is known by its command', () => {
    const step = (uses: string) => `jobs: {a: {steps: [{uses: ${uses}, with: {command: plan, file: ./prod//clusters.yaml}}]}}`;
    expect(declarationOf(step('acme/fleet@main'))).toBe('prod/clusters.yaml');
    expect(declarationOf(step('./'))).toBe('prod/clusters.yaml');
  });

  test('tell the check that a plan of a declaration has', () => {
    const texts = [made('apply', {}), 'a: [b', made('plan', {}), made('plan', { fleet: 'prod', named: true }, 'prod/')];
    expect(planJobName(texts, 'clusters.yaml')).toBe('cn2-fleet plan');
    expect(planJobName(texts, 'prod/clusters.yaml')).toBe('cn2-fleet plan (prod)');
    expect(planJobName(texts, 'other/clusters.yaml')).toBeUndefined();
    expect(planJobName([made('plan', {}).replace('    name: cn2-fleet plan\n', '')], 'clusters.yaml')).toBe('plan');
  });
});

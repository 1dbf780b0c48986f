import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { manifestFolders } from '../../../src/model/fleet.ts';
import { WORKFLOWS, type WorkflowName } from '../../../src/model/init.ts';
import { isEarlier } from '../../../src/setup/earlier-templates.ts';
import { judgeWorkflow } from '../../../src/setup/judge-workflow.ts';
import { neededCredentials } from '../../../src/setup/needed-credentials.ts';
import { repositoryPaths } from '../../../src/setup/repository-paths.ts';
import { workflowFile } from '../../../src/setup/workflow-file.ts';
import { isSealed, opened, sealed } from '../../../src/setup/workflow-header.ts';
import { settingsOf } from '../../../src/setup/workflow-settings.ts';

const ROOT = join(import.meta.dirname, '../../..');
const GUIDE = readFileSync(join(ROOT, 'examples/guide/clusters.yaml'), 'utf8');
const shipped = (name: WorkflowName) => readFileSync(join(ROOT, `workflows/${name}.yml`), 'utf8');
/** As shipped by versions whose init wrote no digest. */
const earlier = (name: WorkflowName) => readFileSync(join(import.meta.dirname, `earlier-workflows/${name}.yml.txt`), 'utf8');

function facts(name: WorkflowName, text = GUIDE, prefix = '') {
  const { fleet } = readDeclaration(text, 'clusters.yaml');
  if (fleet === undefined) throw new Error('no fleet');
  const paths = repositoryPaths(prefix, {
    file: 'clusters.yaml',
    rendered: 'rendered',
    manifests: manifestFolders(fleet).map(({ folder }) => folder),
  });
  const credentials = neededCredentials(fleet);
  const made = (runsOn?: string | string[]) =>
    workflowFile(shipped(name), paths, credentials, {
      fleet: 'guide',
      branch: 'main',
      ...(runsOn === undefined ? {} : { runsOn }),
    });
  return { wanted: made(), alike: (there: string) => made(settingsOf(there).runsOn), paths, credentials };
}

const ALONE = GUIDE.replace(/^distributed:\n(?: .*\n)+/m, 'distributed: []\n');

describe('what init has written', () => {
  test('is known by the digest in its first line, with line ends of Windows too', () => {
    const text = sealed('a: 1\nb: 2\n');
    expect(text.split('\n')[0]).toMatch(/^# cn2-fleet init: sha256:[0-9a-f]{64} \(change freely/);
    expect(isSealed(text)).toBe(true);
    expect(isSealed(text.replaceAll('\n', '\r\n'))).toBe(true);
    expect(isSealed(text.replace('b: 2', 'b: 3'))).toBe(false);
    expect(isSealed(text.slice(text.indexOf('\n') + 1))).toBe(false);
    expect(opened(text).body).toBe('a: 1\nb: 2\n');
  });

  test('stays while nothing has moved on, and becomes what init writes now when something has', () => {
    const now = facts('apply');
    expect(judgeWorkflow(sealed(now.wanted), now)).toEqual({ verdict: 'unchanged' });
    const before = sealed(now.wanted.replace('timeout-minutes: 120', 'timeout-minutes: 60'));
    expect(judgeWorkflow(before, now)).toEqual({ verdict: 'updated', text: sealed(now.wanted) });
  });

  test('keeps the line ends of Windows when it is written anew', () => {
    const now = facts('plan');
    const before = sealed(now.wanted.replace('timeout-minutes: 15', 'timeout-minutes: 5')).replaceAll('\n', '\r\n');
    const judged = judgeWorkflow(before, now);
    expect(judged).toEqual({ verdict: 'updated', text: sealed(now.wanted).replaceAll('\n', '\r\n') });
  });

  test('a cluster that came is told as such', () => {
    const before = sealed(facts('drift', ALONE).wanted);
    const now = facts('drift');
    expect(judgeWorkflow(before, now)).toEqual({
      verdict: 'completed',
      text: sealed(now.wanted),
      added: ['KUBECONFIG_CLUSTER2'],
      diff: '',
    });
  });
});

describe('what a person has adapted', () => {
  const ours = (text: string) => text.replaceAll('ubuntu-latest', '[self-hosted, lab] # ours');

  test('is left alone, without a word about what is only theirs', () => {
    const now = facts('apply');
    expect(judgeWorkflow(ours(sealed(now.wanted)), now)).toEqual({ verdict: 'adapted', diff: '' });
  });

  test('gets a difference to look at when init writes something else by now, once', () => {
    const now = facts('apply');
    const before = ours(sealed(now.wanted.replace('timeout-minutes: 120', 'timeout-minutes: 60')));
    const judged = judgeWorkflow(before, now);
    if (judged.verdict !== 'adapted') throw new Error(judged.verdict);
    expect(judged.diff).toContain('-    timeout-minutes: 60\n');
    expect(judged.diff).toContain('+    timeout-minutes: 120\n');
    // The runner is theirs to choose.
    expect(judged.diff).not.toContain('ubuntu-latest');
    expect(judged.diff).toMatch(/^@@ .*\n-# cn2-fleet init: .*\n\+# cn2-fleet init: /);
    // Whoever takes over the first line as well has seen it.
    const header = sealed(now.wanted).split('\n')[0] ?? '';
    expect(judgeWorkflow(before.replace(/^.*/, header), now)).toEqual({ verdict: 'adapted', diff: '' });
  });

  test('gets the lines of its own kind: Windows', () => {
    const before = ours(sealed(facts('apply', ALONE).wanted)).replaceAll('\n', '\r\n');
    const judged = judgeWorkflow(before, facts('apply'));
    if (judged.verdict !== 'completed') throw new Error(judged.verdict);
    expect(judged.text.match(/^ +KUBECONFIG_CLUSTER2: .*\r\n/gm)).toHaveLength(2);
    expect(judged.text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test('a variable whose name begins another one is not taken for it', () => {
    const text = GUIDE.replaceAll('KUBECONFIG_CLUSTER2', 'KUBECONFIG_CLUSTER1').replaceAll(
      'KUBECONFIG_CLUSTER1',
      'KUBECONFIG_CLUSTER12',
    );
    const before = ours(sealed(facts('drift', text).wanted));
    expect(judgeWorkflow(before, facts('drift'))).toMatchObject({
      verdict: 'completed',
      added: ['KUBECONFIG_CLUSTER1', 'KUBECONFIG_CLUSTER2'],
    });
  });

  test('is left alone and named where it cannot be read', () => {
    const judged = judgeWorkflow('jobs: [unclosed\n', facts('plan'));
    expect(judged).toMatchObject({
      verdict: 'differing',
      lacks: ['CN2_PULL_SECRET', 'KUBECONFIG_CLUSTER1', 'KUBECONFIG_CLUSTER2'],
    });
  });
});

describe('what an init without digests has written', () => {
  test.each(WORKFLOWS)('%s is known, with its paths and secrets', (name) => {
    for (const [text, prefix] of [
      [GUIDE, ''],
      [ALONE, 'fleets/east/'],
      [GUIDE.replace('manifests: cn2/22.2', 'manifests: ../../../cn2'), 'a/b/'],
      [GUIDE.replace(/\{env: \w+\}/g, '{file: secret.yaml}'), ''],
    ] as const) {
      const { paths, credentials } = facts(name, text, prefix);
      const written = workflowFile(earlier(name), paths, credentials);
      expect(isEarlier(written, paths, credentials)).toBe(true);
      expect(judgeWorkflow(written, facts(name, text, prefix)).verdict).toBe('updated');
    }
  });

  test('so is one that lacks a cluster which has come', () => {
    const written = workflowFile(earlier('apply'), facts('apply', ALONE).paths, facts('apply', ALONE).credentials);
    const now = facts('apply');
    expect(judgeWorkflow(written, now)).toEqual({ verdict: 'updated', text: sealed(now.wanted) });
  });

  test.each([
    ['a runner', 'runs-on: ubuntu-latest', 'runs-on: lab'],
    ['a path', '      - rendered/**', '      - rendered/**\n      - docs/**'],
    ['a variable', '        env:', '        env:\n          AWS_KEY: x'],
    ['a secret of another name', 'secrets.KUBECONFIG_CLUSTER1 ', 'secrets.MINE '],
    ['an input', 'command: apply', 'command: apply\n          gate-timeout: 60'],
    ['a comment', '# A tag can be moved', '# A tag may be moved'],
  ])('%s of a person is one', (_, from, to) => {
    const { paths, credentials } = facts('apply');
    const text = earlier('apply').replace(from, to);
    expect(text).not.toBe(earlier('apply'));
    expect(isEarlier(text, paths, credentials)).toBe(false);
    expect(judgeWorkflow(text, facts('apply')).verdict).toBe('adapted');
  });

  test('the shipped file of today, taken by hand, is nobody’s own either', () => {
    const { paths, credentials } = facts('drift');
    const wanted = workflowFile(shipped('drift'), paths, credentials, { fleet: 'guide' });
    expect(judgeWorkflow(shipped('drift'), { wanted, alike: () => wanted, paths, credentials })).toEqual({
      verdict: 'updated',
      text: sealed(wanted),
    });
  });
});

import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { runWorkflow, type WorkflowRun, type WorkflowRunOptions } from '../../lab/github/workflow-run.ts';
import type { Permissions } from '../../lab/github/workflow-run-permissions.ts';
import { type ActRepository, actRepository, NO_ACT } from '../support/act-repository.ts';
import { processesOf } from '../support/processes.ts';

/** An Action of the shape of this project's: makes sure of Node, does the work, cleans up whatever happened. */
const ACTION = `name: probe
description: says what it sees
inputs:
  command: {description: what to do, required: true}
  github-token: {description: token, default: "\${{ github.token }}"}
outputs:
  changed: {description: from the work, value: "\${{ steps.work.outputs.changed }}"}
runs:
  using: composite
  steps:
    - id: node
      shell: bash
      run: if node -e 'process.exit(Number(process.versions.node.split(".")[0] < 24))'; then echo ok=true >>"$GITHUB_OUTPUT"; fi
    - if: steps.node.outputs.ok != 'true'
      uses: actions/setup-node@0123456789012345678901234567890123456789 # v6.0.0
      with: {node-version: 24}
    - id: work
      shell: bash
      env: {PROBE_COMMAND: "\${{ inputs.command }}", PROBE_TOKEN: "\${{ inputs.github-token }}"}
      run: exec node "$GITHUB_ACTION_PATH/dist/work.mjs"
    - if: always()
      shell: bash
      run: echo "clean up $PROBE_COMMAND"; echo leftover=1 >>"$GITHUB_OUTPUT"
`;

/** Does what PROBE_COMMAND says; with \`show\` it writes what it sees into its summary. */
const WORK = `import { appendFileSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
const { env } = process;
const append = (file, text) => appendFileSync(env[file], text);
switch (env.PROBE_COMMAND) {
  case 'show':
    append('GITHUB_OUTPUT', 'changed=true\\nmine<<E\\none\\ntwo\\nE\\n');
    append('GITHUB_STEP_SUMMARY', JSON.stringify({
      names: Object.keys(env).sort(), env, terminal: process.stdout.isTTY === true, input: readFileSync(0, 'utf8'),
      kubeconfig: createHash('sha256').update(env.KUBECONFIG_ONE ?? '').digest('hex'),
      event: JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8')), version: process.version }));
    console.log('the kubeconfig: ' + env.KUBECONFIG_ONE);
    console.log('::add-mask::sesame');
    console.log('open sesame, ' + env.PROBE_TOKEN);
    console.error('::warning file=clusters.yaml,line=3,title=E1::overlap%0Aof two');
    process.stdout.write('no newline at the end');
    break;
  case 'fail':
    console.log('::error::it broke');
    process.exit(4);
  case 'sleep':
    console.log('asleep');
    setTimeout(() => {}, 60_000);
}
`;

const workflow = (command: string) => `name: Probe
on: [push, pull_request]
permissions: {}
jobs:
  probe:
    runs-on: ubuntu-latest
    permissions: {contents: read, pull-requests: write}
    env:
      KUBECONFIG_ONE: \${{ secrets.KUBECONFIG_ONE }}
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v5.0.0
        with: {persist-credentials: false}
      - id: fleet
        uses: octo/probe@v1
        with: {command: ${command}}
      - if: always()
        run: |
          echo "$(git log -1 --format=%s) on '$(git branch --show-current)' by '\${{ steps.fleet.outputs.changed }}'"
          ! git config --get-regexp extraheader
`;

const KUBECONFIG = 'apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user: {token: "canary-one"}\n';

(NO_ACT === undefined ? describe : describe.skip)(
  `workflows run by act${NO_ACT === undefined ? '' : ` (skipped: ${NO_ACT})`}`,
  () => {
    let act: string;
    let repository: ActRepository;
    let head: string;

    const options = (command: string, more: Partial<WorkflowRunOptions> = {}): WorkflowRunOptions => ({
      act,
      source: repository.source,
      workflow: `.github/workflows/${command}.yml`,
      event: { name: 'push', payload: { ref: 'refs/heads/main', after: head, repository: { default_branch: 'main' } } },
      repository: 'octo/fleet',
      addresses: { server: repository.server, api: 'http://127.0.0.1:1/api/v3', graphql: 'http://127.0.0.1:1/api/graphql' },
      token: 'canary-token',
      secrets: { KUBECONFIG_ONE: KUBECONFIG },
      actions: { 'octo/probe': repository.action('probe', { 'action.yml': ACTION, 'dist/work.mjs': WORK }) },
      ...more,
    });

    beforeAll(async () => {
      ({ act } = await ensureBinaries(['act'], { progress: (line) => process.stderr.write(`${line}\n`) }));
      repository = actRepository();
      const files = ['show', 'fail', 'sleep'].map((command) => [`.github/workflows/${command}.yml`, workflow(command)] as const);
      head = repository.commit({ ...Object.fromEntries(files), 'clusters.yaml': 'fleet: {}\n' });
    }, 600_000);

    afterAll(() => repository?.[Symbol.dispose]());

    describe('a run', () => {
      let run: WorkflowRun;
      let seen: { names: string[]; env: Record<string, string>; [fact: string]: unknown };
      const shown: string[] = [];

      beforeAll(async () => {
        process.env['CN2_FLEET_TEST_OF_THE_HOST'] = 'leaked';
        try {
          const identity = { run: { id: 4711, number: 12, attempt: 2 }, environment: { EXTRA: 'a value\nof two lines' } };
          run = await runWorkflow(options('show', { ...identity, log: (line) => shown.push(line) }));
        } finally {
          delete process.env['CN2_FLEET_TEST_OF_THE_HOST'];
        }
        seen = JSON.parse(run.summaries[0]!.markdown) as typeof seen;
      });

      test('has its steps, outputs, one summary and annotations', () => {
        expect({ result: run.result, exitCode: run.exitCode, jobs: run.jobs, sha: run.sha }).toEqual({
          result: 'success',
          exitCode: 0,
          jobs: { probe: 'success' },
          sha: head,
        });
        expect(run.steps.map(({ path, result }) => `${path} ${result}`)).toEqual([
          '0/checkout success',
          '0 success',
          'fleet/node success',
          'fleet/work success',
          'fleet/3 success',
          'fleet success',
          '2 success',
        ]);
        expect(run.outputs).toMatchObject({ fleet: { changed: 'true' }, 'fleet/work': { changed: 'true', mine: 'one\ntwo' } });
        expect(Object.keys(run.outputs['fleet']!)).toEqual(['changed']);
        expect(run.summaries.map(({ step }) => step)).toEqual(['fleet/work']);
        expect(run.annotations).toEqual([
          {
            level: 'warning',
            message: 'overlap\nof two',
            step: 'fleet/work',
            properties: { file: 'clusters.yaml', line: '3', title: 'E1' },
          },
        ]);
      });

      test('shows its steps what GitHub shows them, and nothing of this host or of act', () => {
        expect(seen.env).toMatchObject({
          CI: 'true',
          EXTRA: 'a value\nof two lines',
          GITHUB_ACTIONS: 'true',
          GITHUB_ACTION_REF: 'v1',
          GITHUB_ACTION_REPOSITORY: 'octo/probe',
          GITHUB_ACTOR: 'octocat',
          GITHUB_API_URL: 'http://127.0.0.1:1/api/v3',
          GITHUB_EVENT_NAME: 'push',
          GITHUB_GRAPHQL_URL: 'http://127.0.0.1:1/api/graphql',
          GITHUB_REF: 'refs/heads/main',
          GITHUB_REF_NAME: 'main',
          GITHUB_REF_TYPE: 'branch',
          GITHUB_REPOSITORY: 'octo/fleet',
          GITHUB_REPOSITORY_OWNER: 'octo',
          GITHUB_RUN_ATTEMPT: '2',
          GITHUB_RUN_ID: '4711',
          GITHUB_RUN_NUMBER: '12',
          GITHUB_SERVER_URL: repository.server,
          GITHUB_SHA: head,
          GITHUB_WORKFLOW: 'Probe',
          GITHUB_WORKFLOW_REF: 'octo/fleet/.github/workflows/show.yml@refs/heads/main',
          PROBE_TOKEN: 'canary-token',
          RUNNER_OS: 'Linux',
        });
        expect(seen.names.filter((name) => !/^(GITHUB_|RUNNER_)/.test(name))).toEqual(
          [
            'CI',
            'EXTRA',
            'HOME',
            'ImageOS',
            'KUBECONFIG_ONE',
            'LANG',
            'PATH',
            'PROBE_COMMAND',
            'PROBE_TOKEN',
            'PWD',
            'SHLVL',
            'USER',
            '_',
          ].filter((name) => seen.names.includes(name)),
        );
        expect(seen).toMatchObject({ terminal: false, input: '', version: process.version });
        expect(seen['event']).toMatchObject({ ref: 'refs/heads/main', after: head });
      });

      test('gives secrets as they are, hides them in the log that people see, and keeps what was printed', () => {
        expect(seen['kubeconfig']).toBe(createHash('sha256').update(KUBECONFIG).digest('hex'));
        expect(run.masks).toContain('sesame');
        expect(run.log).toContain('open sesame, canary-token');
        expect(run.log).toContain('- name: admin');
        expect(run.log).toContain('no newline at the end');
        expect(shown).toContain('open ***, ***');
        expect(shown.join('\n')).not.toMatch(/canary|sesame|name: admin/);
      });

      test('works on the commit as actions/checkout leaves it', () => {
        expect(run.log).toContain("change on 'main' by 'true'");
      });

      test('leaves nothing behind', () => {
        const root = dirname(seen.env['HOME']!);
        expect(existsSync(root)).toBe(false);
        for (const name of ['RUNNER_TEMP', 'RUNNER_TOOL_CACHE', 'GITHUB_WORKSPACE', 'GITHUB_ACTION_PATH', 'GITHUB_EVENT_PATH']) {
          expect(seen.env[name]).toMatch(new RegExp(`^${root}/`));
        }
      });
    });

    test('a failure keeps its exit code, and what follows always runs', async () => {
      const run = await runWorkflow(options('fail'));
      expect({ result: run.result, jobs: run.jobs }).toEqual({ result: 'failure', jobs: { probe: 'failure' } });
      expect(run.steps.find(({ path }) => path === 'fleet/work')).toMatchObject({ result: 'failure', exitCode: 4 });
      expect(run.annotations).toMatchObject([{ level: 'error', message: 'it broke' }]);
      expect(run.log).toContain('clean up ');
      expect(run.log).toContain("change on 'main' by ''");
    });

    test('two at the same time do not see each other', async () => {
      const two = ['7', '8'].map((id) => runWorkflow(options('show', { run: { id: Number(id), number: 1, attempt: 1 } })));
      const runs = await Promise.all(two);
      const environments = runs.map(
        ({ summaries }) => (JSON.parse(summaries[0]!.markdown) as { env: Record<string, string> }).env,
      );
      expect(environments.map((env) => env['GITHUB_RUN_ID'])).toEqual(['7', '8']);
      expect(environments[0]!['HOME']).not.toBe(environments[1]!['HOME']);
      expect(environments[0]!['RUNNER_TEMP']).not.toBe(environments[1]!['RUNNER_TEMP']);
    });

    test('a cancelled run kills its step, runs what always runs and leaves no process', async () => {
      const cancel = new AbortController();
      const log: string[] = [];
      const run = await runWorkflow(
        options('sleep', {
          signal: cancel.signal,
          log: (line) => {
            log.push(line);
            if (line === 'asleep') cancel.abort();
          },
        }),
      );
      expect(run.result).toBe('cancelled');
      expect(run.steps.find(({ path }) => path === 'fleet/work')).toMatchObject({ result: 'failure' });
      // the inner step with always() does not: act cancels a composite step as a whole
      expect(log).toContain("change on 'main' by ''");
      expect(processesOf('dist/work.mjs')).toEqual([]);
    });

    test('a pull request is checked out at its merge commit; from a fork it has no secrets and may not write', async () => {
      repository.git('checkout', '--quiet', '-B', 'topic', 'main');
      repository.commit({ 'clusters.yaml': 'fleet: {name: x}\n' });
      repository.git('update-ref', 'refs/pull/5/merge', 'HEAD');
      repository.git('checkout', '--quiet', 'main');
      const asked: (Permissions | undefined)[] = [];
      const ofFork = (full_name: string) =>
        runWorkflow(
          options('show', {
            event: {
              name: 'pull_request',
              payload: {
                number: 5,
                pull_request: {
                  head: { ref: 'topic', repo: { full_name } },
                  base: { ref: 'main', repo: { full_name: 'octo/fleet' } },
                },
              },
            },
            token: (permissions) => {
              asked.push(permissions);
              return 'canary-token';
            },
          }),
        );
      const runs = [await ofFork('octo/fleet'), await ofFork('stranger/fleet')];
      expect(asked).toEqual([
        { contents: 'read', 'pull-requests': 'write' },
        { contents: 'read', 'pull-requests': 'read' },
      ]);
      const environments = runs.map(
        ({ summaries }) => (JSON.parse(summaries[0]!.markdown) as { env: Record<string, string> }).env,
      );
      expect(environments[0]).toMatchObject({
        GITHUB_REF: 'refs/pull/5/merge',
        GITHUB_REF_NAME: '5/merge',
        GITHUB_BASE_REF: 'main',
        GITHUB_HEAD_REF: 'topic',
        GITHUB_SHA: repository.git('rev-parse', 'topic'),
        KUBECONFIG_ONE: KUBECONFIG,
      });
      expect(environments[1]).toMatchObject({ KUBECONFIG_ONE: '' });
      expect(runs[1]!.log).toContain("change on '' by 'true'");
    });

    test('a job finds Node 24 through setup-node where the runner has an older one', async () => {
      const old = join(repository.action('old', { 'node.sh': '#!/bin/sh\nexit 1\n' }), 'node.sh');
      const run = await runWorkflow(options('show', { node: old }));
      expect(run.result).toBe('success');
      expect(run.steps.map(({ path }) => path)).toContain('fleet/1/0');
      expect(JSON.parse(run.summaries[0]!.markdown)).toMatchObject({ version: process.version });
    });

    test('an Action that is not here is a fault of the test, said at once', async () => {
      const file = join(repository.source, 'other.yml');
      writeFileSync(file, workflow('show').replace('octo/probe', 'octo/other'));
      await expect(runWorkflow(options('show', { workflow: file }))).rejects.toThrow(
        'no folder is given for the Action octo/other@v1',
      );
    });
  },
);

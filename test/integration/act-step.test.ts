import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ActRepository, actRepository } from '../support/act-repository.ts';
import { type CompositeOptions, runComposite } from '../support/composite-action.ts';
import { processesOf } from '../support/processes.ts';

const ACTION = (run: string) => `name: probe
inputs:
  command: {required: true}
  github-token: {default: "\${{ github.token }}"}
outputs:
  result: {value: "\${{ steps.work.outputs.result || 'none' }}"}
runs:
  using: composite
  steps:
    - id: node
      shell: bash
      run: echo "ok=\${{ inputs.command != '' }}" >>"$GITHUB_OUTPUT"; echo FROM_BEFORE=yes >>"$GITHUB_ENV"; echo /extra >>"$GITHUB_PATH"
    - if: steps.node.outputs.ok != 'true'
      uses: actions/setup-node@v6
    - id: work
      shell: bash
      env: {PROBE_COMMAND: "\${{ inputs.command }}", PROBE_TOKEN: "\${{ inputs.github-token }}"}
      run: ${run}
    - if: always()
      shell: bash
      run: exec node "$GITHUB_ACTION_PATH/clean.mjs"
`;

const WORK = `import { appendFileSync, writeFileSync } from 'node:fs';
const { env } = process;
writeFileSync(env.RUNNER_TEMP + '/facts', env.PROBE_COMMAND);
if (env.PROBE_COMMAND === 'show') {
  appendFileSync(env.GITHUB_OUTPUT, 'result<<END\\na\\nb\\nEND\\n');
  appendFileSync(env.GITHUB_STEP_SUMMARY, '# hi');
  console.log(JSON.stringify(env));
  for (let count = 0; count < 12; count++) console.log('::warning::' + count);
  console.error('::error file=x%2Cy.yaml,line=3::a:b%0Ac');
} else if (env.PROBE_COMMAND === 'large') {
  appendFileSync(env.GITHUB_STEP_SUMMARY, 'x'.repeat(1048577));
} else if (env.PROBE_COMMAND === 'fail') {
  process.exit(4);
} else {
  process.once('SIGINT', () => { console.log('told'); if (env.PROBE_COMMAND === 'obedient') process.exit(130); });
  if (env.PROBE_COMMAND === 'stubborn') process.on('SIGTERM', () => console.log('still here'));
  setInterval(() => {}, 1000);
  console.log('at work');
}
`;

const CLEAN = `import { readFileSync } from 'node:fs';
process.on('SIGINT', () => console.log('told while cleaning'));
setTimeout(() => console.log('cleaned after ' + readFileSync(process.env.RUNNER_TEMP + '/facts', 'utf8')), 100);
`;

/** The runner's own times divided by five. */
const PATIENCE = { interrupt: 1500, terminate: 500, output: 1000 };

describe('an Action as the runner runs it', () => {
  let repository: ActRepository;
  let folder: string;
  let withoutExec: string;

  beforeAll(() => {
    repository = actRepository();
    const files = { 'work.mjs': WORK, 'clean.mjs': CLEAN };
    folder = repository.action('probe', { ...files, 'action.yml': ACTION('exec node "$GITHUB_ACTION_PATH/work.mjs"') });
    withoutExec = repository.action('no-exec', { ...files, 'action.yml': ACTION('node "$GITHUB_ACTION_PATH/work.mjs"') });
  });

  afterAll(() => repository[Symbol.dispose]());

  const options = (command: string, more: Partial<CompositeOptions> = {}): CompositeOptions => ({
    action: folder,
    inputs: { command },
    github: { token: 'canary' },
    environment: { KUBECONFIG_ONE: 'of the job' },
    workspace: repository.source,
    patience: PATIENCE,
    ...more,
  });

  /** Runs and cancels the job as soon as the work is under way. */
  const cancelled = (command: string, more: Partial<CompositeOptions> = {}) => {
    const cancel = new AbortController();
    const line = (text: string) => {
      if (text === 'at work') cancel.abort();
    };
    return runComposite(options(command, { signal: cancel.signal, line, ...more }));
  };
  const lines = (run: Awaited<ReturnType<typeof runComposite>>, id: string) => run.steps.find((step) => step.id === id)?.lines;

  test('inputs, outputs, files and the environment', async () => {
    const run = await runComposite(options('show'));
    expect({ conclusion: run.conclusion, outputs: run.outputs, ran: run.steps.map(({ id }) => id) }).toEqual({
      conclusion: 'success',
      outputs: { result: 'a\nb' },
      ran: ['node', 'work', '3'],
    });
    const work = run.steps[1]!;
    expect(work.summary).toBe('# hi');
    expect(work.annotations).toHaveLength(11);
    expect(work.annotations[10]).toEqual({ level: 'error', message: 'a:b\nc', properties: { file: 'x,y.yaml', line: '3' } });
    expect(work.annotationsDropped).toBe(2);
    const environment = JSON.parse(work.lines[0]!) as Record<string, string>;
    expect(environment).toMatchObject({
      PROBE_COMMAND: 'show',
      PROBE_TOKEN: 'canary',
      KUBECONFIG_ONE: 'of the job',
      FROM_BEFORE: 'yes',
      PATH: expect.stringMatching(/^\/extra:/),
    });
    expect(Object.keys(environment).filter((name) => name.startsWith('INPUT_'))).toEqual([]);
    expect(existsSync(environment['RUNNER_TEMP']!)).toBe(false);
    expect(lines(run, '3')).toEqual(['cleaned after show']);
  });

  test('a summary of more than 1 MiB is none', async () => {
    const run = await runComposite(options('large'));
    expect(run.steps[1]).toMatchObject({ conclusion: 'success', summary: '' });
  });

  test('a failure is the failure of the Action; the clean-up runs', async () => {
    const run = await runComposite(options('fail'));
    expect(run).toMatchObject({ conclusion: 'failure', outputs: { result: 'none' } });
    expect(run.steps[1]).toMatchObject({ conclusion: 'failure', exitCode: 4, sent: [] });
    expect(lines(run, '3')).toEqual(['cleaned after fail']);
  });

  test('a cancel is told to the process that took the place of the shell', async () => {
    const run = await cancelled('obedient');
    expect(run.conclusion).toBe('cancelled');
    expect(run.steps[1]).toMatchObject({ sent: ['SIGINT'], exitCode: 130, outlived: false, lines: ['at work', 'told'] });
    expect(run.steps[1]!.time).toBeLessThan(PATIENCE.interrupt);
    expect(lines(run, '3')).toEqual(['cleaned after obedient']);
  });

  test('who does not end is terminated, then killed', async () => {
    const patient = await cancelled('slow');
    expect(patient.steps[1]).toMatchObject({ sent: ['SIGINT', 'SIGTERM'], endedBy: 'SIGTERM' });
    const stubborn = await cancelled('stubborn');
    expect(stubborn.steps[1]).toMatchObject({ sent: ['SIGINT', 'SIGTERM', 'SIGKILL'], endedBy: 'SIGKILL' });
    expect(lines(stubborn, 'work')).toEqual(['at work', 'told', 'still here']);
  });

  test('without exec the program never hears of the cancel and outlives its step', async () => {
    const run = await cancelled('obedient', { action: withoutExec });
    expect(run.steps[1]).toMatchObject({ sent: ['SIGINT', 'SIGTERM'], endedBy: 'SIGTERM', outlived: true, lines: ['at work'] });
    expect(processesOf(`${withoutExec}/work.mjs`)).toEqual([]);
  });

  test('the clean-up after a cancel may be interrupted at once or not run at all', async () => {
    const interrupted = await cancelled('obedient', { afterCancel: 'interrupt' });
    expect(interrupted.steps[2]!.sent).toEqual(['SIGINT']);
    const skipped = await cancelled('obedient', { afterCancel: 'skip' });
    expect(skipped.steps.map(({ id }) => id)).toEqual(['node', 'work']);
  });

  test('an unknown input, a step that uses another Action and a broken output are faults', async () => {
    await expect(runComposite(options('show', { inputs: { comand: 'x' } }))).rejects.toThrow('the Action has no input comand');
    await expect(runComposite(options(''))).rejects.toThrow('step 1 does not run bash: actions/setup-node@v6');
    const broken = repository.action('broken', { 'action.yml': ACTION('echo nonsense >>"$GITHUB_OUTPUT"') });
    await expect(runComposite(options('show', { action: broken }))).rejects.toThrow("Invalid format 'nonsense'");
  });
});

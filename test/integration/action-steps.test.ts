import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { wordsOfInputs } from '../../src/cli/action-inputs.ts';
import { runComposite } from '../support/composite-action.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Stands in for the program: says what it was given, and with `smoke` works until it is interrupted. */
const PROGRAM = `import { appendFileSync } from 'node:fs';
const { argv, env } = process;
const inputs = Object.entries(env).filter(([name]) => name.startsWith('CN2_FLEET_INPUT_'));
console.log(JSON.stringify({ verb: argv[2], inputs: Object.fromEntries(inputs), credential: env.KUBECONFIG_CLUSTER1 }));
if (argv[2] === 'action') {
  appendFileSync(env.GITHUB_OUTPUT, 'changed=true\\nresult=changes\\n');
  if (env.CN2_FLEET_INPUT_COMMAND === 'smoke') {
    process.once('SIGINT', () => process.exit(130));
    setInterval(() => {}, 1000);
    console.log('at work');
  }
}
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-action-'));
  mkdirSync(join(folder, 'dist'));
  cpSync(join(ROOT, 'action.yml'), join(folder, 'action.yml'));
  writeFileSync(join(folder, 'dist/cn2-fleet.mjs'), PROGRAM);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Seen {
  verb: string;
  inputs: Record<string, string>;
  credential: string;
}

const run = (inputs: Record<string, string>, more: { environment?: Record<string, string>; cancelAt?: string } = {}) => {
  const cancel = new AbortController();
  return runComposite({
    action: folder,
    inputs,
    github: { token: 'ghs_default' },
    environment: { KUBECONFIG_CLUSTER1: 'a kubeconfig', ...more.environment },
    workspace: folder,
    signal: cancel.signal,
    line: (line) => {
      if (line === more.cancelAt) cancel.abort();
    },
  });
};
const seen = (step: { lines: string[] } | undefined) => JSON.parse(step?.lines[0] ?? '{}') as Seen;

test('inputs arrive as they are written, whatever is in them, in the program and in its clean-up', async () => {
  const file = 'a "b"\n$(touch pwned) `id` \'c\' ; exit 3';
  const { conclusion, steps, outputs } = await run({ command: 'plan', file, only: 'x\ny' });
  expect(conclusion).toBe('success');
  expect(steps.map(({ id }) => id)).toEqual(['node', 'run', '2']);
  const [, work, cleanUp] = steps;
  expect(seen(work)).toMatchObject({ verb: 'action', credential: 'a kubeconfig' });
  expect(seen(cleanUp)).toEqual({ ...seen(work), verb: 'action-clean-up' });
  expect(seen(work).inputs).toMatchObject({ CN2_FLEET_INPUT_FILE: file, CN2_FLEET_INPUT_GITHUB_TOKEN: 'ghs_default' });
  expect(wordsOfInputs(seen(work).inputs)).toEqual(['plan', `--file=${file}`, '--only=x', '--only=y', '--publish']);
  expect(existsSync(join(folder, 'pwned'))).toBe(false);
  expect(outputs).toMatchObject({ changed: 'true', result: 'changes', 'plan-digest': '' });
});

test('a cancel interrupts the program itself, which ends in its own way; then it is cleaned up', async () => {
  const { conclusion, steps } = await run({ command: 'smoke' }, { cancelAt: 'at work' });
  const [, work, cleanUp] = steps;
  expect(conclusion).toBe('cancelled');
  expect(work).toMatchObject({ exitCode: 130, endedBy: null, sent: ['SIGINT'], outlived: false });
  expect(seen(cleanUp).verb).toBe('action-clean-up');
});

test('the Node that was found is the one of both steps, and not that of later steps', async () => {
  const { steps } = await run({ command: 'plan' });
  expect(steps[0]?.outputs).toEqual({ path: process.execPath });
  expect(steps.flatMap(({ paths, environment }) => [...paths, ...Object.keys(environment)])).toEqual([]);
});

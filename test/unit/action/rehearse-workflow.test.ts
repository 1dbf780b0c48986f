import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseCommandLine } from '../../../src/cli/arguments.ts';
import { REPOSITORY, VERSION } from '../../../src/version.ts';

const TEXT = readFileSync(join(import.meta.dirname, '../../../workflows/rehearse.yml'), 'utf8');

interface Step {
  name: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

const workflow = parse(TEXT) as {
  on: Record<string, unknown>;
  permissions: object;
  concurrency: Record<string, unknown>;
  jobs: { rehearse: { name: string; 'timeout-minutes': number; permissions: object; steps: Step[] } };
};
const { rehearse } = workflow.jobs;
const step = (name: string) => rehearse.steps.find((each) => each.name === name)!;

test('it runs for whoever proposes a change, so it has no secret and may only read', () => {
  expect(Object.keys(workflow.on)).toEqual(['pull_request']);
  expect([workflow.permissions, rehearse.permissions]).toEqual([{}, { contents: 'read' }]);
  expect(TEXT).not.toMatch(/secrets\.|github\.token|env:/);
  expect(rehearse.steps.filter(({ uses }) => uses?.startsWith('actions/checkout')).map((each) => each.with)).toEqual([
    { 'fetch-depth': 2, 'persist-credentials': false },
    { repository: REPOSITORY, ref: `v${VERSION}`, path: '.cn2-fleet', 'persist-credentials': false },
  ]);
});

test('every Action of others is a commit, and nothing that a pull request names is in a script', () => {
  for (const { uses, run } of rehearse.steps) {
    if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
    expect(run ?? '').not.toContain('${{');
  }
});

test('it is a check of its own, begins with what the pull request is merged into, and gives way to a newer push', () => {
  expect([rehearse.name, workflow.concurrency['cancel-in-progress']]).toEqual(['cn2-fleet rehearse', true]);
  expect(rehearse['timeout-minutes']).toBeGreaterThan(0);
  const words =
    /cn2-fleet\.mjs (.+)$/
      .exec(step('Rehearse').run ?? '')?.[1]
      ?.replaceAll("'", '')
      .split(' ') ?? [];
  const invocation = parseCommandLine(words);
  if ('help' in invocation) throw new Error('a command was expected');
  expect([invocation.verb.name, invocation.text('from'), invocation.text('file')]).toEqual([
    'rehearse',
    'HEAD^1',
    'clusters.yaml',
  ]);
});

test('the report is kept, also of a rehearsal that is red', () => {
  expect(step('Keep the report')).toMatchObject({
    if: 'always()',
    with: { path: `\${{ runner.temp }}/cn2-fleet-rehearse.json` },
  });
});

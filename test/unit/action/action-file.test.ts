import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { inputVariable } from '../../../src/cli/action-inputs.ts';
import { INPUTS, OUTPUTS } from '../../../src/cli/action-interface.ts';
import { actionTables, actionText, nodeActionText, withTables } from '../../../tools/action-text.ts';
import { PERMISSIONS } from '../../support/permissions.ts';

const ROOT = join(import.meta.dirname, '../../..');
const TEXT = readFileSync(join(ROOT, 'action.yml'), 'utf8');

interface Step {
  name: string;
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  shell?: string;
  env?: Record<string, string>;
}

const action = parse(TEXT) as {
  inputs: Record<string, { required?: boolean; default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
};
const NODE_TEXT = readFileSync(join(ROOT, 'node/action.yml'), 'utf8');
const nodeAction = parse(NODE_TEXT) as {
  inputs: Record<string, unknown>;
  outputs: Record<string, { description: string }>;
  runs: Record<string, string>;
};
const { steps } = action.runs;
const programs = steps.filter(({ run }) => run?.includes('cn2-fleet.mjs'));

describe('action.yml', () => {
  test('is what the table generates', () => {
    expect(TEXT).toBe(actionText());
  });

  test('hands every input to the program and to its clean-up, by environment alone', () => {
    const mapped = Object.fromEntries(INPUTS.map(({ name }) => [inputVariable(name), `\${{ inputs.${name} }}`]));
    const found = { CN2_FLEET_NODE: `\${{ steps.node.outputs.path }}` };
    expect(programs.map(({ env }) => env)).toEqual([
      { ...found, ...mapped },
      { ...found, ...mapped },
    ]);
    for (const { run } of steps) expect(run ?? '').not.toContain('${'.concat('{'));
  });

  test('gives out every output of the step that runs the program', () => {
    const run = programs[0]?.id;
    expect(run).toBeDefined();
    for (const { name } of OUTPUTS) expect(action.outputs[name]?.value).toBe(`\${{ steps.${run}.outputs.${name} }}`);
  });

  test('every script has a shell, and the programs take the place of theirs, so that they are what a cancel interrupts', () => {
    for (const step of steps) expect([step.name, step.run === undefined || step.shell === 'bash']).toEqual([step.name, true]);
    for (const { run } of programs)
      expect(run).toMatch(/^exec "\$CN2_FLEET_NODE" "\$GITHUB_ACTION_PATH\/dist\/cn2-fleet\.mjs" action/);
  });

  test('cleans up always, unless nothing was begun', () => {
    expect(programs[1]?.if).toBe(`always() && steps.${programs[0]?.id}.outcome != 'skipped'`);
  });

  test('uses no other Action, and leaves the PATH of later steps alone', () => {
    expect(steps.filter(({ uses }) => uses !== undefined)).toEqual([]);
    for (const { run } of steps) expect(run ?? '').not.toMatch(/GITHUB_PATH|GITHUB_ENV/);
  });

  test('looks for Node with the script that the linter sees, as it is', () => {
    expect(steps[0]?.run).toBe(readFileSync(join(ROOT, 'tools/find-node.sh'), 'utf8'));
  });
});

describe('node/action.yml', () => {
  test('is what the table generates, and is published', () => {
    expect(NODE_TEXT).toBe(nodeActionText());
    expect((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] }).files).toContain(
      'node/action.yml',
    );
  });

  test('has the interface of action.yml', () => {
    expect(nodeAction.inputs).toEqual(action.inputs);
    expect(Object.keys(nodeAction.outputs)).toEqual(Object.keys(action.outputs));
    for (const output of Object.values(nodeAction.outputs)) expect(Object.keys(output)).toEqual(['description']);
  });

  test('cleans up always, with a file of its own: GitHub gives it no words', () => {
    expect(nodeAction.runs).toEqual({
      using: 'node24',
      main: '../dist/action.mjs',
      post: '../dist/action-clean-up.mjs',
      'post-if': 'always()',
    });
  });
});

describe('docs/action.md', () => {
  const page = readFileSync(join(ROOT, 'docs/action.md'), 'utf8');

  test('has the tables that the interface generates', () => {
    expect(withTables(page)).toBe(page);
  });

  test('every row of a table has as many cells as its heading', () => {
    const cells = (line: string) => line.split(/(?<!\\)\|/).length;
    for (const table of actionTables()
      .split(/\n\n+/)
      .filter((block) => block.startsWith('| '))) {
      const [first = '', ...rest] = table.split('\n');
      expect(rest.map(cells)).toEqual(rest.map(() => cells(first)));
    }
  });

  test('names the permissions that the commands need', () => {
    const [head = '', ...rows] = page.slice(page.indexOf('| workflow | contents |')).split('\n\n')[0]?.split('\n') ?? [];
    const cells = (line: string) => line.split('|').map((cell) => cell.trim());
    const scopes = cells(head);
    const named = rows.slice(1).map((line) => {
      const [, command = '', ...levels] = cells(line);
      return [command, levels.flatMap((level, at) => (level === '' ? [] : `${scopes[at + 2]}: ${level}`))];
    });
    expect(Object.fromEntries(named)).toEqual(PERMISSIONS);
  });

  test('a page without the marks is no page to write to', () => {
    expect(() => withTables('# Action')).toThrow('has lost the marks');
  });
});

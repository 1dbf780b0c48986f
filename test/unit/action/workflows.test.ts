import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { wordsOfInputs } from '../../../src/cli/action-inputs.ts';
import { concerns, OUTPUTS } from '../../../src/cli/action-interface.ts';
import { WORKFLOWS, type WorkflowName } from '../../../src/model/init.ts';
import { VERBS } from '../../../src/verbs/all.ts';
import { REPOSITORY, VERSION } from '../../../src/version.ts';
import { permissionsOf } from '../../support/permissions.ts';

const ROOT = join(import.meta.dirname, '../../..');

interface Workflow {
  name: string;
  on: Record<string, unknown>;
  permissions: object;
  concurrency: { group: string; 'cancel-in-progress': boolean };
  jobs: Record<
    string,
    {
      name: string;
      if?: string;
      'timeout-minutes': number;
      permissions: Record<string, string>;
      environment?: string;
      needs?: string;
      steps: { name?: string; uses: string; with: Record<string, unknown>; env?: Record<string, string> }[];
    }
  >;
}

/** An apply refreshes the proposal, a look for drift may adopt. */
const SECOND: readonly WorkflowName[] = ['apply', 'drift'];

/** Steps that keep what is to be read later, and link it. */
const KEEPING: Readonly<Record<WorkflowName, readonly string[]>> = {
  plan: ['Keep the page', 'Link the page', 'Keep the plan document', 'Link the plan document'],
  propose: ['Keep the plan document', 'Link the plan document'],
  apply: ['Keep the page', 'Link the page'],
  drift: ['Keep the page', 'Link the page'],
};

function shipped(name: WorkflowName) {
  const text = readFileSync(join(ROOT, `workflows/${name}.yml`), 'utf8');
  const workflow = parse(text) as Workflow;
  const [job, refresh, ...others] = Object.values(workflow.jobs);
  if (job === undefined || others.length > 0) throw new Error(`${name}: one job was expected, and one more`);
  if ((refresh !== undefined) !== SECOND.includes(name))
    throw new Error(`${name}: only ${SECOND.join(' and ')} have a second job`);
  return { text, workflow, job, refresh, ...stepsOf(job, KEEPING[name]) };
}

/** The two steps of a job, before those that keep something. */
function stepsOf(job: Workflow['jobs'][string], keeps: readonly string[] = []) {
  const [checkout, action] = job.steps;
  const keeping = job.steps.slice(2).map(({ name }) => name);
  if (checkout === undefined || action === undefined || keeping.join() !== keeps.join())
    throw new Error(`${job.name}: ${keeping.join()} was not expected`);
  return { checkout, action };
}

describe.each(WORKFLOWS)('workflows/%s.yml', (name) => {
  const { text, workflow, job, refresh, checkout, action } = shipped(name);

  test('has no permission but those of its command', () => {
    expect(workflow.permissions).toEqual({});
    // Of a job with an environment GitHub records the deployment itself.
    const needed = permissionsOf(name).filter(
      (permission) => permission !== 'deployments: write' || job.environment === undefined,
    );
    expect(Object.entries(job.permissions).map(([scope, level]) => `${scope}: ${level}`)).toEqual(needed);
  });

  test('runs its command with the Action of this version', () => {
    expect(action.uses).toBe(`${REPOSITORY}@v${VERSION}`);
    expect(wordsOfInputs({ CN2_FLEET_INPUT_COMMAND: String(action.with['command']) })).toEqual([name]);
    expect(job.name).toBe(`cn2-fleet ${name}`);
  });

  test('checks out by commit and leaves no token on the disk', () => {
    expect(checkout.uses).toMatch(/^actions\/checkout@[0-9a-f]{40}$/);
    // Since when a plan is approved says the history alone.
    const depth = name === 'drift' ? { 'fetch-depth': 0 } : {};
    expect(checkout.with).toEqual({ 'persist-credentials': false, ...depth });
  });

  test('gives the credentials to the one step that needs them', () => {
    expect(Object.keys(action.env ?? {})).toEqual(['CN2_PULL_SECRET', 'KUBECONFIG_CLUSTER1', 'KUBECONFIG_CLUSTER2']);
    expect(text.match(/secrets\./g)).toHaveLength(refresh === undefined ? 3 : 6);
  });

  test('ends by itself, and never runs with the secrets of this repository what a fork brings', () => {
    expect(job['timeout-minutes']).toBeGreaterThan(0);
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
  });
});

test('a pull request is planned again when it is pointed at another branch', () => {
  // By default GitHub starts nothing then: a check, or an approval, of the branch before would stay on the commit.
  expect(shipped('plan').workflow.on['pull_request']).toEqual({ types: ['opened', 'synchronize', 'reopened', 'edited'] });
});

test('only a plan is given up for a newer one', () => {
  const cancelled = WORKFLOWS.filter((name) => shipped(name).workflow.concurrency['cancel-in-progress']);
  expect(cancelled).toEqual(['plan']);
});

test('a run that another branch starts takes the place of none that waits', () => {
  // Of the runs that wait in a group GitHub keeps the newest, before any `if` of a job is looked at.
  for (const name of WORKFLOWS) expect(shipped(name).workflow.concurrency.group).toMatch(/github\.ref\b/);
});

test('what changes something runs for the default branch alone, whatever its name', () => {
  const branch = "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)";
  expect(WORKFLOWS.map((name) => [name, shipped(name).job.if])).toEqual([
    ['plan', undefined],
    ['propose', `github.event_name == 'schedule' || ${branch}`],
    ['apply', branch],
    ['drift', `github.event_name == 'schedule' || (github.event_name == 'workflow_dispatch' && ${branch})`],
  ]);
});

test.each(['drift', 'propose'] as const)('the schedule of %s is not at a full hour', (name) => {
  const [{ cron }] = shipped(name).workflow.on['schedule'] as [{ cron: string }];
  expect(Number(cron.split(' ')[0])).toBeGreaterThan(0);
});

test.each(['plan', 'propose'] as const)('the plan document of %s is kept and linked, also of a plan that fails', (name) => {
  const { steps } = shipped(name).job;
  const [keep, link] = steps.slice(-2);
  expect(keep).toMatchObject({
    id: 'document',
    if: `always() && steps.${name}.outputs.plan-path != ''`,
    'continue-on-error': true,
    with: { path: `\${{ steps.${name}.outputs.plan-path }}`, overwrite: true },
  });
  expect(keep?.uses).toMatch(/^actions\/upload-artifact@[0-9a-f]{40}$/);
  expect(link).toMatchObject({ env: { URL: `\${{ steps.document.outputs.artifact-url }}` } });
  expect(OUTPUTS.some((output) => output.name === 'plan-path' && concerns(output, name))).toBe(true);
});

test.each(['plan', 'apply', 'drift'] as const)(
  'the page of %s is kept as one file and linked, also of a run that fails',
  (name) => {
    const { steps } = shipped(name).job;
    const [, , keep, link] = steps;
    expect(keep).toMatchObject({
      id: 'page',
      if: `always() && steps.${name}.outputs.page-path != ''`,
      'continue-on-error': true,
      with: { path: `\${{ steps.${name}.outputs.page-path }}`, archive: false, overwrite: true },
    });
    expect(keep?.uses).toMatch(/^actions\/upload-artifact@[0-9a-f]{40}$/);
    expect(link).toMatchObject({ env: { URL: `\${{ steps.page.outputs.artifact-url }}` } });
    expect(steps[1]).toMatchObject({ id: name });
    expect(OUTPUTS.some((output) => output.name === 'page-path' && concerns(output, name))).toBe(true);
  },
);

test('an apply has the environment of its fleet, whose deployments GitHub records', () => {
  const { job, action } = shipped('apply');
  expect(job.environment).toBe('guide');
  expect(wordsOfInputs({ CN2_FLEET_INPUT_COMMAND: 'apply', CN2_FLEET_INPUT_ENVIRONMENT: 'none' })).toEqual([
    'apply',
    '--environment=',
  ]);
  expect(action.with['environment']).toBe('none');
});

test('after an apply the proposal is planned again, with the rights of propose and without the environment', () => {
  const { job, refresh } = shipped('apply');
  if (refresh === undefined) throw new Error('no job refreshes the proposal');
  const { checkout, action } = stepsOf(refresh);
  expect(refresh).toMatchObject({ name: 'cn2-fleet refresh', needs: 'apply' });
  // A failed apply leaves something to plan as well.
  expect(refresh.if).toBe(`\${{ !cancelled() && ${job.if} }}`);
  expect(refresh.environment).toBeUndefined();
  expect(refresh.permissions).toEqual({ contents: 'write', 'pull-requests': 'write', checks: 'write' });
  expect(action.uses).toBe(shipped('propose').action.uses);
  expect([action.with, action.env]).toEqual([shipped('propose').action.with, shipped('propose').action.env]);
  // A proposal of an older commit than the branch has would be none.
  expect(checkout.with).toEqual({ ref: `\${{ github.event.repository.default_branch }}`, 'persist-credentials': false });
});

test('what drifted is adopted for a label alone, with the rights of a pull request', () => {
  const { workflow, job, refresh: adopt } = shipped('drift');
  if (adopt === undefined) throw new Error('no job adopts');
  expect(workflow.on['issues']).toEqual({ types: ['labeled'] });
  expect(workflow.concurrency.group).toMatch(/github\.event\.issue\.number.*github\.event\.label\.name/);
  expect(adopt.name).toBe('cn2-fleet adopt');
  expect(adopt.if).toBe("github.event_name == 'issues' && github.event.label.name == 'cn2-fleet/adopt'");
  const { flag, permissions } = VERBS.find(({ name }) => name === 'drift')!.github!.permissionsWith!;
  expect(flag).toBe('adopt');
  expect(Object.entries(adopt.permissions).map(([scope, level]) => `${scope}: ${level}`)).toEqual(permissions);
  const [own, of] = [stepsOf(adopt), stepsOf(job, KEEPING.drift)];
  expect(own.checkout).toEqual(of.checkout);
  expect(own.action).toEqual({
    ...of.action,
    id: undefined,
    name: 'Adopt what drifted',
    with: { command: 'drift', adopt: true },
  });
  expect(wordsOfInputs({ CN2_FLEET_INPUT_COMMAND: 'drift', CN2_FLEET_INPUT_ADOPT: 'true' })).toEqual(['drift', '--adopt']);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { PLAN_JOB } from '../../../src/publish/proposal-check.ts';

const workflow = parse(readFileSync(join(import.meta.dirname, '../../../workflows/plan.yml'), 'utf8')) as {
  on: Record<string, object | null>;
  jobs: Record<string, { name: string }>;
};

test('the check that propose writes is called what GitHub calls the check of the plan job', () => {
  expect(Object.values(workflow.jobs).map(({ name }) => name)).toEqual([PLAN_JOB]);
});

test('the plan starts on every pull request, so that its check can be required', () => {
  expect(workflow.on).toEqual({ pull_request: { types: ['opened', 'synchronize', 'reopened', 'edited'] }, merge_group: null });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readWorkflow } from '../../../lab/github/actions/workflow-file.ts';

test('the shipped apply: one at a time, through its environment, and then what is proposed is planned again', () => {
  const file = readWorkflow(readFileSync(join(import.meta.dirname, '../../../workflows/apply.yml'), 'utf8'));
  expect(file.concurrency).toMatchObject({ cancelInProgress: false, keepsAll: false });
  expect(file.jobs).toMatchObject({ apply: { needs: [], environment: 'guide' }, refresh: { needs: ['apply'] } });
  expect(file.jobs['refresh']).not.toHaveProperty('environment');
});

test('what GitHub refuses or the twin does not model is said', () => {
  const concurrency = 'concurrency: {group: a, queue: max, cancel-in-progress: true}';
  expect(() => readWorkflow(concurrency)).toThrow('queue: max does not go with cancel-in-progress');
  expect(() => readWorkflow('jobs: {a: {concurrency: b}}')).toThrow('job a: concurrency of a job is not modelled');
  expect(readWorkflow('concurrency: {group: a, queue: max}').concurrency?.keepsAll).toBe(true);
});

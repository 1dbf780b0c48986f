import { expect, test } from '@jest/globals';
import { rootsOf } from '../../../src/declare/roots.ts';
import { planJob } from '../../../src/publish/plan-job.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS } from '../../support/ports.ts';

const plan = (name: string, file: string) =>
  `on: pull_request\njobs: {plan: {name: ${name}, runs-on: x, steps: [{uses: acme/cn2-fleet@v1, with: {command: plan, file: ${file}}}]}}\n`;

test('the name of the check is that of the job that plans this declaration', async () => {
  const files = memoryFiles({
    '.github/workflows/a.yml': plan('cn2-fleet plan', 'clusters.yaml'),
    '.github/workflows/b.yml': plan('cn2-fleet plan (prod)', 'prod/clusters.yaml'),
    '.github/workflows/c.txt': 'no workflow',
  });
  expect(await planJob(files, rootsOf(OPTIONS), 'clusters.yaml')).toBe('cn2-fleet plan');
  expect(await planJob(files, rootsOf(OPTIONS), 'prod/clusters.yaml')).toBe('cn2-fleet plan (prod)');
  expect(await planJob(files, rootsOf(OPTIONS), 'other/clusters.yaml')).toBe('cn2-fleet plan');
});

import { expect, test } from '@jest/globals';
import { actRecord } from '../../../lab/github/act-records.ts';
import { workflowOutcome } from '../../../lab/github/workflow-run-result.ts';

const inside = (jobID: string, path: string[], record: object) =>
  JSON.stringify({ level: 'info', msg: '', jobID, stage: 'Main', stepID: path, ...record });

test('steps of two jobs that have the same path are told apart', () => {
  const lines = ['one', 'two'].flatMap((job, at) => [
    inside(job, ['1', 'run'], { msg: `⭐ Run Main ${job}` }),
    inside(job, ['1', 'run'], { command: 'set-output', name: 'x', arg: job }),
    inside(job, ['1', 'run'], { level: 'error', msg: `exit status ${at + 4}` }),
    inside(job, ['1', 'run'], { stepResult: 'failure' }),
    inside(job, ['1'], { command: 'set-output', name: 'x', arg: job }),
    inside(job, ['1'], { command: 'summary', content: `# ${job}` }),
    inside(job, ['1'], { stepResult: 'failure' }),
    JSON.stringify({ level: 'info', msg: '', jobID: job, jobResult: 'failure' }),
  ]);
  const { jobs, steps, outputs, summaries } = workflowOutcome(lines.map(actRecord));
  expect(jobs).toEqual({ one: 'failure', two: 'failure' });
  expect(steps.filter(({ path }) => path === '1/run').map(({ job, name, exitCode }) => [job, name, exitCode])).toEqual([
    ['one', 'one', 4],
    ['two', 'two', 5],
  ]);
  expect(outputs).toEqual({ '1/run': { x: 'one' }, '1': { x: 'one' }, 'two/1/run': { x: 'two' }, 'two/1': { x: 'two' } });
  expect(summaries.map(({ markdown }) => markdown)).toEqual(['# one', '# two']);
});

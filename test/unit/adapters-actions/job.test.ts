import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { actionsJob } from '../../../src/adapters/actions/job.ts';
import type { UnfinishedRun } from '../../../src/ports/job.ts';

// The toolkit remembers the first summary file of a process, as a step has one.
const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-job-'));
const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
const environment = { GITHUB_ACTIONS: 'true', RUNNER_TEMP: folder, ...files };
const facts: UnfinishedRun = { schemaVersion: 1, command: 'apply', runId: 'r1', fleet: 'guide', sha: 'a'.repeat(40) };
let written: string;
const write = (text: string) => {
  written += text;
};

beforeEach(() => {
  written = '';
  for (const file of Object.values(files)) writeFileSync(file, '');
  Object.assign(process.env, files);
});

afterEach(() => {
  for (const name of Object.keys(files)) delete process.env[name];
});

describe('the job of a workflow', () => {
  test('sets outputs that hold lines and delimiters of others', async () => {
    const job = await actionsJob(environment, write);
    job.output('changed', 'true');
    job.output('summary-json', '{"a":1}\nEOF\nchanged=false');
    const lines = readFileSync(files.GITHUB_OUTPUT, 'utf8').split('\n');
    const [start, , end] = lines;
    expect(start).toMatch(/^changed<<ghadelimiter_/);
    expect(end).toBe(start?.slice('changed<<'.length));
    expect(lines.slice(4, 7)).toEqual(['{"a":1}', 'EOF', 'changed=false']);
    expect(lines[7]).toBe(lines[3]?.slice('summary-json<<'.length));
    expect(written).toBe('');
  });

  test('leaves out an output that GitHub would refuse, and says so', async () => {
    const job = await actionsJob(environment, write);
    job.output('summary-json', 'x'.repeat(600_000));
    expect(readFileSync(files.GITHUB_OUTPUT, 'utf8')).toBe('');
    expect(written).toBe('::warning::the output summary-json is longer than GitHub accepts: it is left out\n');
  });

  test('adds to the summary until it is full', async () => {
    const job = await actionsJob(environment, write);
    await job.summary('# one');
    await job.summary('two');
    expect(readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8')).toBe('# one\ntwo\n');
    await job.summary('x'.repeat(1024 * 1024 - 10));
    expect(statSync(files.GITHUB_STEP_SUMMARY).size).toBe('# one\ntwo\n'.length);
    expect(written).toMatch(/^::warning::the summary of this step is larger than the 1 MiB/);
    await job.summary('x'.repeat(1024 * 1024 - 11));
    expect(statSync(files.GITHUB_STEP_SUMMARY).size).toBe(1024 * 1024);
  });

  test('hides every line of a secret that is more than a word', async () => {
    const job = await actionsJob(environment, write);
    job.mask('-----BEGIN KEY-----\r\nMIIE%0Ask::x\n  ok\n\nsecond-line\n');
    expect(written).toBe('::add-mask::-----BEGIN KEY-----\n::add-mask::MIIE%250Ask::x\n::add-mask::second-line\n');
  });

  test('says sentences that hold nothing but text', async () => {
    const job = await actionsJob(environment, write);
    job.notice('error', 'cluster2\n::set-output name=a::b 100%');
    expect(written).toBe('::error::cluster2%0A::set-output name=a::b 100%25\n');
  });

  test('keeps facts for the next step, for this account alone', async () => {
    const job = await actionsJob(environment, write);
    expect(await job.kept()).toBeUndefined();
    await job.keep(facts);
    expect(await (await actionsJob(environment, write)).kept()).toEqual(facts);
    expect(statSync(join(folder, 'cn2-fleet/unfinished-run.json')).mode & 0o777).toBe(0o600);
    await job.keep(undefined);
    await job.keep(undefined);
    expect(await job.kept()).toBeUndefined();
  });

  test.each(['', '{"schemaVersion":1}', '[]', 'null', '{"schemaVersion":2,"command":"a","runId":"b","fleet":"c"}'])(
    'takes %j for nothing kept',
    async (text) => {
      const job = await actionsJob(environment, write);
      await job.keep(facts);
      writeFileSync(join(folder, 'cn2-fleet/unfinished-run.json'), text);
      expect(await job.kept()).toBeUndefined();
    },
  );

  test('does nothing outside a workflow, and nothing that a workflow has no file for', async () => {
    for (const outside of [{ ...environment, GITHUB_ACTIONS: undefined }, { GITHUB_ACTIONS: 'true' }]) {
      const job = await actionsJob(outside, write);
      job.output('a', 'b');
      await job.summary('c');
      await job.keep(facts);
      expect(await job.kept()).toBeUndefined();
    }
    (await actionsJob({}, write)).mask('secret-value');
    expect(written).toBe('');
    expect(readFileSync(files.GITHUB_OUTPUT, 'utf8') + readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8')).toBe('');
  });
});

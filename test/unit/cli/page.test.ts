import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { noJob } from '../../../src/adapters/actions/job.ts';
import { parseCommandLine } from '../../../src/cli/arguments.ts';
import { runInvocation } from '../../../src/cli/run.ts';
import { Screen } from '../../../src/cli/screen.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { DATA_END, DATA_START } from '../../../src/page/page-document.ts';
import { Redactor } from '../../../src/report/redactor.ts';
import { shown } from '../../../src/verbs/smoke/run.ts';
import type { AnyDocument, DocumentVerb, Invocation, Work } from '../../../src/verbs/verb.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { SMOKE } from '../../support/report-documents.ts';

const SHELL = `<html>${DATA_START}{"data":"here"}${DATA_END}<script>canary()</script></html>`;
const SECRET = 'canary-of-a-password';
const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A smoke test whose document names a secret, as a command line asks for it. */
async function run(words: string, temporary?: string) {
  const invocation = parseCommandLine(words.split(' ')) as Invocation<DocumentVerb>;
  const document = { ...SMOKE, leftovers: [`a ${SECRET} b`] };
  const work: Work = { run: async () => ({ document, conditions: ['smoke-failed'] }), shown: shown as Work['shown'] };
  const verb: DocumentVerb = { ...invocation.verb, work: async () => work as Work<AnyDocument> };
  const secrets = new Redactor();
  secrets.reveal(SECRET);
  secrets.reveal('canary()');
  const outputs = new Map<string, string>();
  const progress: string[] = [];
  const ports = testPorts(memoryFiles({}), {
    secrets,
    reporter: { progress: (event) => progress.push('text' in event ? event.text : '') },
  });
  const job = { ...noJob, output: (name: string, value: string) => void outputs.set(name, value) };
  const around = {
    job,
    repository: {} as never,
    pageShell: async () => SHELL,
    ...(temporary === undefined ? {} : { temporary }),
  };
  const ended = await runInvocation({ ...invocation, verb }, ports, { ...OPTIONS, local: (path) => path }, PLAIN, around);
  return { ...ended, page: outputs.get('page-path'), progress };
}

test('a page is printed, without secrets in its data, and its script as it is', async () => {
  const { text } = await run('smoke --format html');
  expect(text).toContain('a (secret) b');
  expect(text).not.toContain(SECRET);
  expect(text).toContain('<script>canary()</script>');
});

test('a page is written beside another format, into a folder that is made', async () => {
  const file = join(folder, 'new/smoke.html');
  const { text, conditions } = await run(`smoke --html ${file}`);
  expect(text).toContain('could not be removed:\n  a (secret) b');
  expect(conditions).toEqual(['smoke-failed']);
  const page = readFileSync(file, 'utf8');
  expect(page).toContain('a (secret) b');
  expect(page).not.toContain(SECRET);
});

test('in a job it is kept for the steps that follow', async () => {
  const temporary = mkdtempSync(join(folder, 'runner-'));
  const { page } = await run('smoke', temporary);
  expect(page).toBe(join(temporary, 'cn2-fleet-smoke.html'));
  expect(readFileSync(page!, 'utf8')).not.toContain(SECRET);
  expect((await run('smoke')).page).toBeUndefined();
  const validated = mkdtempSync(join(folder, 'runner-'));
  await run('validate', validated);
  expect(readdirSync(validated)).toEqual([]);
});

test('a page that has no place is said before anything is begun, one that cannot be written after it', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(run(`smoke --html ${folder}/file/below/page.html`)).rejects.toThrow('cannot be written');
  const { text, conditions, progress } = await run(`smoke --html ${folder}`);
  expect(text).toContain('Smoke test of guide');
  // How the test ended says more than that its page is missing.
  expect(conditions).toEqual(['smoke-failed']);
  expect(progress).toEqual([expect.stringMatching(/^the page .* was not written: EISDIR/)]);
  const { page, conditions: kept } = await run('smoke', join(folder, 'nowhere'));
  expect([page, kept]).toEqual([undefined, ['smoke-failed']]);
});

test('a page on stdout is redacted once more as it leaves, and starts no command of the runner', async () => {
  const { text } = await run('smoke --format html');
  const printed: string[] = [];
  const stream = { write: (piece: string) => printed.push(piece) };
  const screen = new Screen({ stdout: stream, stderr: stream, environment: { GITHUB_ACTIONS: 'true' } });
  screen.secrets.reveal('cluster2/Pod');
  screen.secrets.reveal('why degraded');
  screen.print(text, 'html');
  const page = printed.join('');
  expect(page).not.toContain('why degraded');
  expect(page.endsWith('<script>canary()</script></html>')).toBe(true);
  expect(page).not.toMatch(/^::|##\[/m);
});

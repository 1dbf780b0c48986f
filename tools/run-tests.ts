/** Runs the test projects one after another and closes with one line that counts them all: "N passed, N failed[, N skipped]". */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface Results {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

const root = dirname(import.meta.dirname);
const projects = process.argv.length > 2 ? process.argv.slice(2) : ['unit', 'integration', 'e2e'];
const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-tests-'));
const total = { passed: 0, failed: 0, skipped: 0 };
for (const project of projects) {
  const output = join(folder, `${project}.json`);
  const started = Date.now();
  const run = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/jest/bin/jest.js'),
      '--selectProjects',
      project,
      '--json',
      `--outputFile=${output}`,
      ...(project === 'unit' ? [] : ['--runInBand', '--verbose', '--forceExit']),
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  try {
    const results = JSON.parse(readFileSync(output, 'utf8')) as Results;
    total.passed += results.numPassedTests;
    total.failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
    total.skipped += results.numPendingTests + results.numTodoTests;
    if (run.status !== 0 && results.numFailedTests + results.numRuntimeErrorTestSuites === 0) total.failed += 1;
  } catch {
    total.failed += 1;
    process.stderr.write(`the ${project} tests ended without a result (exit ${run.status})\n`);
  }
  process.stderr.write(`${project}: ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/**
 * Runs the test projects and closes with one line that counts them all: "N passed, N failed[, N skipped]". Where there are pods or API
 * servers, tests mostly wait: so two streams run beside each other, and the output of each is shown in one piece.
 */
import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ApiKeeper } from '../test/support/api-keeper.ts';
import { roomForTwoLabs } from './inotify-limit.ts';
import { Output } from './output.ts';

interface Results {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

/** Projects of a stream run one after another, streams beside each other. A project of several is shared, file by file. */
const STREAMS = [
  ['unit', 'integration'],
  ['e2e', 'integration'],
];
/** Files that one process runs at most: what it has loaded for them it keeps. The lab's files are stories, and few. */
const FILES_OF_A_PROCESS: Readonly<Record<string, number>> = { unit: 60, integration: 8 };
const FOLDERS: Readonly<Record<string, readonly string[]>> = { unit: ['unit', 'property'], integration: ['integration'] };
/** Where two labs have no room on the host. */
const ONE_STREAM = [['unit', 'integration', 'e2e']];

const root = dirname(import.meta.dirname);
const wanted = process.argv.slice(2);
using room = roomForTwoLabs();
const streams = (room === undefined ? ONE_STREAM : STREAMS)
  .map((stream) => stream.filter((project) => wanted.length === 0 || wanted.includes(project)))
  .filter((stream) => stream.length > 0);
const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-tests-'));
const keeper = await ApiKeeper.start();
const total = { passed: 0, failed: 0, skipped: 0 };
const output = new Output((chunk) => process.stderr.write(chunk));

/** Runs a project and writes what it says to a part of the output; resolves with its exit code. */
function jest(project: string, file: string, write: (chunk: Buffer | string) => void): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/jest/bin/jest.js'),
      '--selectProjects',
      project,
      '--runInBand',
      '--json',
      `--outputFile=${file}`,
      ...(project === 'unit' ? [] : ['--verbose', '--forceExit']),
    ],
    {
      cwd: root,
      env: {
        ...process.env,
        CN2_FLEET_TEST_CLAIMS: join(folder, `begun-${project}`),
        CN2_FLEET_TEST_FILES: String(FILES_OF_A_PROCESS[project] ?? Number.MAX_SAFE_INTEGER),
        CN2_FLEET_API_KEEPER: keeper.socket,
        CN2_FLEET_TEST_PROGRAM: 'dist/cn2-fleet.mjs',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  child.stderr.on('data', write);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/** How many files of a project nobody has begun. */
function left(project: string): number {
  const claims = join(folder, `begun-${project}`);
  const files = FOLDERS[project]?.flatMap((name) => globSync(`test/${name}/**/*.test.ts`, { cwd: root })) ?? [];
  return files.length - (existsSync(claims) ? readdirSync(claims).length : 0);
}

/** One process after another, as long as there is something to begin, and something is begun. */
async function runProject(project: string, stream: number, write: (chunk: Buffer | string) => void): Promise<void> {
  const started = Date.now();
  let before: number;
  let part = 0;
  do {
    before = left(project);
    await runPart(project, `${stream}-${part++}`, write);
  } while (FILES_OF_A_PROCESS[project] !== undefined && left(project) > 0 && left(project) < before);
  write(`${project}: ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

async function runPart(project: string, part: string, write: (chunk: Buffer | string) => void): Promise<void> {
  const file = join(folder, `${project}-${part}.json`);
  const exitCode = await jest(project, file, write);
  try {
    const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    total.passed += results.numPassedTests;
    total.failed += exitCode !== 0 && failed === 0 ? 1 : failed;
    total.skipped += results.numPendingTests + results.numTodoTests;
  } catch {
    total.failed += 1;
    write(`the ${project} tests ended without a result (exit ${exitCode})\n`);
  }
}

await Promise.all(
  streams.map(async (projects, stream) => {
    const part = output.part();
    for (const project of projects) await runProject(project, stream, part.write);
    part.end();
  }),
);
await keeper[Symbol.asyncDispose]();
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/**
 * Counts that are too long for every `make test`, which runs each kind a few times: says for each what was run, how often, and how
 * many faults were found. `node tools/soak.ts [WORD]`: only those whose name has the word.
 */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { COUNTS, type Part } from './soak-counts.ts';

/** Runs one; resolves with what it said where it has found something. */
function run({ args, env, talks }: Part): Promise<string | undefined> {
  const said: Buffer[] = [];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: dirname(import.meta.dirname),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  if (talks) child.stdout.pipe(process.stdout, { end: false });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? undefined : Buffer.concat(said).toString('utf8')));
  });
}

const word = process.argv[2] ?? '';
for (const { what, runs, parts } of COUNTS.filter((count) => count.what.includes(word))) {
  const started = Date.now();
  const found = (await Promise.all(parts.map(run))).filter((text) => text !== undefined);
  for (const text of found) process.stderr.write(`${text}\n`);
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  process.stdout.write(`${what}: ${runs} run, ${found.length} found, ${seconds} s\n`);
  if (found.length > 0) process.exitCode = 1;
}

import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface CliResult {
  exitCode: number;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  environment?: Record<string, string>;
  /** Kills the process (SIGKILL) when this returns true for a line of its stderr. */
  killAt?: (line: string) => boolean;
}

/** The tool as a process of its own, from source, in a folder of a user. */
export function cli(folder: string, args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'src/main.ts'), ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (options.killAt !== undefined && text.split('\n').some(options.killAt)) child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ exitCode: code ?? 128, signal, stdout, stderr }));
  });
}

/** A copy of the guide's example in a folder of its own; `edit` changes the declaration. */
export function guideCopy(edit: (text: string) => string = (text) => text): string {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-user-'));
  cpSync(join(ROOT, 'examples/guide'), folder, { recursive: true });
  const file = join(folder, 'clusters.yaml');
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
  return folder;
}
